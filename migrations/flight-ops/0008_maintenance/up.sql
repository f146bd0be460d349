-- What falls due on aircraft, defects, and the work on them. Whatever changes any of it locks the
-- aircraft first.
ALTER TABLE aircraft
    -- What the school itself says of the aircraft's airworthiness, beside what follows from its
    -- records; null as long as nothing else has been said than what the row says.
    ADD COLUMN declared jsonb CHECK (jsonb_typeof(declared) = 'object'),
    -- When the calendar alone changes something about it.
    ADD COLUMN look_at  timestamptz;

CREATE INDEX aircraft_to_look_at ON aircraft (look_at) WHERE look_at IS NOT NULL;

CREATE TABLE due_items (
    organization_id uuid   NOT NULL REFERENCES organizations (id),
    id              uuid   NOT NULL,
    version         bigint NOT NULL CHECK (version >= 1),
    record          jsonb  NOT NULL CHECK (jsonb_typeof(record) = 'object'),
    deleted_at      timestamptz,
    aircraft_id     uuid   NOT NULL GENERATED ALWAYS AS ((record ->> 'aircraft_id')::uuid) STORED,
    PRIMARY KEY (organization_id, id),
    FOREIGN KEY (organization_id, aircraft_id) REFERENCES aircraft (organization_id, id)
);

CREATE INDEX due_items_of_aircraft ON due_items (organization_id, aircraft_id)
    WHERE deleted_at IS NULL;

CREATE TABLE work_orders (
    organization_id uuid   NOT NULL REFERENCES organizations (id),
    id              uuid   NOT NULL,
    version         bigint NOT NULL CHECK (version >= 1),
    record          jsonb  NOT NULL CHECK (jsonb_typeof(record) = 'object'),
    deleted_at      timestamptz,
    aircraft_id     uuid   NOT NULL GENERATED ALWAYS AS ((record ->> 'aircraft_id')::uuid) STORED,
    number          text   NOT NULL GENERATED ALWAYS AS (record ->> 'number') STORED,
    status          text   NOT NULL GENERATED ALWAYS AS (record ->> 'status') STORED CHECK (
        status IN ('draft', 'open', 'in_progress', 'awaiting_parts', 'pending_approval',
                   'completed', 'released', 'cancelled')
    ),
    PRIMARY KEY (organization_id, id),
    CONSTRAINT work_orders_number UNIQUE (organization_id, number),
    FOREIGN KEY (organization_id, aircraft_id) REFERENCES aircraft (organization_id, id),
    -- No release without a return to service.
    CONSTRAINT work_orders_are_signed CHECK (
        record ->> 'status' <> 'released' OR record -> 'return_to_service' <> 'null'
    )
);

CREATE INDEX work_orders_of_aircraft ON work_orders (organization_id, aircraft_id)
    WHERE status NOT IN ('released', 'cancelled');

-- The last number given to a work order of a year: numbers follow upon one another, also when two
-- are opened at the same moment.
CREATE TABLE work_order_numbers (
    organization_id uuid    NOT NULL REFERENCES organizations (id),
    year            integer NOT NULL,
    last            integer NOT NULL CHECK (last >= 1),
    PRIMARY KEY (organization_id, year)
);

CREATE TABLE squawks (
    organization_id uuid   NOT NULL REFERENCES organizations (id),
    id              uuid   NOT NULL,
    version         bigint NOT NULL CHECK (version >= 1),
    record          jsonb  NOT NULL CHECK (jsonb_typeof(record) = 'object'),
    deleted_at      timestamptz,
    aircraft_id     uuid   NOT NULL GENERATED ALWAYS AS ((record ->> 'aircraft_id')::uuid) STORED,
    reported_by_id  uuid   NOT NULL GENERATED ALWAYS AS ((record ->> 'reported_by_id')::uuid) STORED,
    flight_id       uuid   GENERATED ALWAYS AS ((record ->> 'flight_id')::uuid) STORED,
    work_order_id   uuid   GENERATED ALWAYS AS ((record ->> 'work_order_id')::uuid) STORED,
    status          text   NOT NULL GENERATED ALWAYS AS (record ->> 'status') STORED CHECK (
        status IN ('reported', 'in_review', 'open', 'rejected', 'deferred', 'in_work', 'resolved',
                   'closed')
    ),
    PRIMARY KEY (organization_id, id),
    FOREIGN KEY (organization_id, aircraft_id) REFERENCES aircraft (organization_id, id),
    FOREIGN KEY (organization_id, reported_by_id) REFERENCES people (organization_id, id),
    FOREIGN KEY (organization_id, flight_id) REFERENCES flights (organization_id, id),
    -- An order and its squawks are saved together.
    FOREIGN KEY (organization_id, work_order_id) REFERENCES work_orders (organization_id, id)
        DEFERRABLE INITIALLY DEFERRED,
    -- What grounds an aircraft is resolved by somebody with a certificate (14 CFR 43.9).
    CONSTRAINT squawks_are_signed CHECK (
        NOT (record ->> 'grounds_aircraft')::boolean
        OR record ->> 'status' NOT IN ('resolved', 'closed')
        OR record #>> '{resolution,certificate_number}' <> ''
    )
);

CREATE INDEX squawks_of_aircraft ON squawks (organization_id, aircraft_id)
    WHERE status NOT IN ('rejected', 'resolved', 'closed');

-- How an aircraft's cycles and landings came to be what they are: append-only, like the meters.
CREATE TABLE count_readings (
    id              bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organization_id uuid        NOT NULL,
    aircraft_id     uuid        NOT NULL,
    kind            text        NOT NULL CHECK (kind IN ('cycles', 'landings_total')),
    -- The count from now on, and what the entry changed it by.
    value           bigint      NOT NULL CHECK (value BETWEEN 0 AND 99999999),
    change          bigint      NOT NULL,
    source          text        NOT NULL CHECK (source IN ('opening', 'flight', 'adjustment')),
    -- The flight that posted it, or whose posting is taken back.
    flight_id       uuid,
    recorded_at     timestamptz NOT NULL,
    FOREIGN KEY (organization_id, aircraft_id) REFERENCES aircraft (organization_id, id),
    FOREIGN KEY (organization_id, flight_id) REFERENCES flights (organization_id, id),
    CONSTRAINT count_readings_once UNIQUE (organization_id, flight_id, kind, source),
    CONSTRAINT count_readings_fit_their_source CHECK (
        CASE source
            WHEN 'opening' THEN flight_id IS NULL AND change = 0
            WHEN 'flight' THEN flight_id IS NOT NULL AND change > 0
            ELSE change <> 0
        END
    )
);

CREATE TRIGGER count_readings_stand BEFORE UPDATE OR DELETE ON count_readings
    FOR EACH ROW EXECUTE FUNCTION meter_readings_stand();
CREATE TRIGGER count_readings_stay BEFORE TRUNCATE ON count_readings
    FOR EACH STATEMENT EXECUTE FUNCTION meter_readings_stand();

-- Readings that were posted by hand: the id is the caller's, so that posting twice posts once.
CREATE TABLE meter_postings (
    organization_id uuid        NOT NULL,
    id              uuid        NOT NULL,
    aircraft_id     uuid        NOT NULL,
    posting         jsonb       NOT NULL CHECK (jsonb_typeof(posting) = 'object'),
    recorded_at     timestamptz NOT NULL,
    PRIMARY KEY (organization_id, id),
    FOREIGN KEY (organization_id, aircraft_id) REFERENCES aircraft (organization_id, id)
);
