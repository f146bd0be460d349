-- Papers without which somebody or something may not fly. Whose they are is checked here too: a
-- pilot's or instructor's person, an aircraft, or the organisation itself.
CREATE TABLE compliance_records (
    organization_id uuid   NOT NULL REFERENCES organizations (id),
    id              uuid   NOT NULL,
    version         bigint NOT NULL CHECK (version >= 1),
    record          jsonb  NOT NULL CHECK (jsonb_typeof(record) = 'object'),
    deleted_at      timestamptz,
    standing        text   NOT NULL GENERATED ALWAYS AS (record ->> 'standing') STORED CHECK (
        standing IN ('pending_review', 'verified', 'suspended', 'revoked')
    ),
    person_id       uuid   GENERATED ALWAYS AS (
        CASE WHEN record #>> '{paper,subject,type}' IN ('pilot', 'instructor')
            THEN (record #>> '{paper,subject,id}')::uuid END
    ) STORED,
    aircraft_id     uuid   GENERATED ALWAYS AS (
        CASE WHEN record #>> '{paper,subject,type}' = 'aircraft'
            THEN (record #>> '{paper,subject,id}')::uuid END
    ) STORED,
    PRIMARY KEY (organization_id, id),
    FOREIGN KEY (organization_id, person_id) REFERENCES people (organization_id, id),
    FOREIGN KEY (organization_id, aircraft_id) REFERENCES aircraft (organization_id, id),
    CHECK (
        record #>> '{paper,subject,type}' <> 'organization'
        OR (record #>> '{paper,subject,id}')::uuid = organization_id
    )
);

CREATE INDEX compliance_records_by_person ON compliance_records (organization_id, person_id)
    WHERE person_id IS NOT NULL;
CREATE INDEX compliance_records_by_aircraft ON compliance_records (organization_id, aircraft_id)
    WHERE aircraft_id IS NOT NULL;
