-- For exclusion constraints over ids and ranges; a contributed module that PostgreSQL ships, and
-- that a database's owner may install.
CREATE EXTENSION IF NOT EXISTS btree_gist;

CREATE TABLE rooms (
    organization_id uuid   NOT NULL REFERENCES organizations (id),
    id              uuid   NOT NULL,
    version         bigint NOT NULL CHECK (version >= 1),
    record          jsonb  NOT NULL CHECK (jsonb_typeof(record) = 'object'),
    deleted_at      timestamptz,
    location_id     uuid   GENERATED ALWAYS AS ((record ->> 'location_id')::uuid) STORED,
    PRIMARY KEY (organization_id, id),
    FOREIGN KEY (organization_id, location_id) REFERENCES locations (organization_id, id)
);

CREATE TABLE planning_sessions (
    organization_id uuid   NOT NULL REFERENCES organizations (id),
    id              uuid   NOT NULL,
    version         bigint NOT NULL CHECK (version >= 1),
    record          jsonb  NOT NULL CHECK (jsonb_typeof(record) = 'object'),
    deleted_at      timestamptz,
    status          text   NOT NULL GENERATED ALWAYS AS (record ->> 'status') STORED CHECK (
        status IN ('requested', 'scheduled', 'in_progress', 'completed', 'cancelled')
    ),
    location_id     uuid   GENERATED ALWAYS AS ((record ->> 'location_id')::uuid) STORED,
    aircraft_id     uuid   GENERATED ALWAYS AS (
        CASE WHEN record #>> '{plan,resource,type}' IN ('aircraft', 'simulator')
            THEN (record #>> '{plan,resource,id}')::uuid END
    ) STORED,
    room_id         uuid   GENERATED ALWAYS AS (
        CASE WHEN record #>> '{plan,resource,type}' = 'classroom'
            THEN (record #>> '{plan,resource,id}')::uuid END
    ) STORED,
    instructor_id   uuid   GENERATED ALWAYS AS ((record #>> '{plan,instructor_id}')::uuid) STORED,
    pilot_id        uuid   GENERATED ALWAYS AS ((record #>> '{plan,pilot_id}')::uuid) STORED,
    flight_id       uuid   GENERATED ALWAYS AS ((record ->> 'flight_id')::uuid) STORED,
    PRIMARY KEY (organization_id, id),
    FOREIGN KEY (organization_id, location_id) REFERENCES locations (organization_id, id),
    FOREIGN KEY (organization_id, aircraft_id) REFERENCES aircraft (organization_id, id),
    FOREIGN KEY (organization_id, room_id) REFERENCES rooms (organization_id, id),
    FOREIGN KEY (organization_id, instructor_id) REFERENCES people (organization_id, id),
    FOREIGN KEY (organization_id, pilot_id) REFERENCES people (organization_id, id),
    FOREIGN KEY (organization_id, flight_id) REFERENCES flights (organization_id, id),
    -- A flight comes of one session.
    CONSTRAINT planning_sessions_flight_once UNIQUE (organization_id, flight_id)
);

-- Whom and what each session that stands keeps from being booked by another, a row each: the
-- aircraft, simulator or room, the instructor, the students, the pilot. Ids are told apart by
-- themselves, so one person is never in two places, whatever for.
CREATE TABLE occupancies (
    organization_id uuid      NOT NULL,
    session_id      uuid      NOT NULL,
    resource_id     uuid      NOT NULL,
    -- Half-open: the next session may begin when this one ends.
    during          tstzrange NOT NULL CHECK (
        NOT isempty(during) AND lower_inc(during) AND NOT upper_inc(during)
        AND NOT lower_inf(during) AND NOT upper_inf(during)
    ),
    PRIMARY KEY (organization_id, session_id, resource_id),
    FOREIGN KEY (organization_id, session_id) REFERENCES planning_sessions (organization_id, id),
    CONSTRAINT occupancies_never_overlap EXCLUDE USING gist (
        organization_id WITH =, resource_id WITH =, during WITH &&
    )
);
