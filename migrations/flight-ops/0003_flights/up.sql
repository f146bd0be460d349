CREATE TABLE flights (
    organization_id    uuid        NOT NULL REFERENCES organizations (id),
    id                 uuid        NOT NULL,
    version            bigint      NOT NULL CHECK (version >= 1),
    location_id        uuid,
    status             text        NOT NULL CHECK (
        status IN ('draft', 'submitted', 'approved', 'rejected', 'voided')
    ),
    flight_type        text        NOT NULL CHECK (
        flight_type IN ('dual', 'solo', 'spic', 'picus', 'rental', 'check', 'discovery', 'ferry',
                        'maintenance', 'simulator')
    ),
    aircraft_id        uuid        NOT NULL,
    -- As flown: a later change of the aircraft does not rewrite logbooks.
    registration       text        NOT NULL,
    pilot_id           uuid        NOT NULL,
    instructor_id      uuid,
    pic_id             uuid        NOT NULL,
    off_block_at       timestamptz NOT NULL,
    takeoff_at         timestamptz,
    landing_at         timestamptz,
    on_block_at        timestamptz NOT NULL,
    -- The rest of the entry: minutes, landings, meters, approaches, fuel, remarks.
    details            jsonb       NOT NULL CHECK (jsonb_typeof(details) = 'object'),
    submitted_by       uuid,
    submitted_at       timestamptz,
    approved_by        uuid,
    approved_at        timestamptz,
    rejected_by        uuid,
    rejected_at        timestamptz,
    rejection_reason   text,
    replaces_id        uuid,
    external_reference text,
    created_at         timestamptz NOT NULL,
    updated_at         timestamptz NOT NULL,
    PRIMARY KEY (organization_id, id),
    FOREIGN KEY (organization_id, location_id) REFERENCES locations (organization_id, id),
    FOREIGN KEY (organization_id, aircraft_id) REFERENCES aircraft (organization_id, id),
    FOREIGN KEY (organization_id, pilot_id) REFERENCES people (organization_id, id),
    FOREIGN KEY (organization_id, instructor_id) REFERENCES people (organization_id, id),
    FOREIGN KEY (organization_id, pic_id) REFERENCES people (organization_id, id),
    FOREIGN KEY (organization_id, submitted_by) REFERENCES people (organization_id, id),
    FOREIGN KEY (organization_id, approved_by) REFERENCES people (organization_id, id),
    FOREIGN KEY (organization_id, rejected_by) REFERENCES people (organization_id, id),
    FOREIGN KEY (organization_id, replaces_id) REFERENCES flights (organization_id, id),
    -- A flight is amended once; what stands in its place may be amended again.
    CONSTRAINT flights_replaced_once UNIQUE (organization_id, replaces_id),
    CONSTRAINT flights_times_in_order CHECK (
        off_block_at <= on_block_at
        AND takeoff_at BETWEEN off_block_at AND on_block_at
        AND landing_at BETWEEN coalesce(takeoff_at, off_block_at) AND on_block_at
    ),
    CONSTRAINT flights_solo_is_alone CHECK (flight_type <> 'solo' OR instructor_id IS NULL),
    CONSTRAINT flights_acts_are_whole CHECK (
        num_nulls(submitted_by, submitted_at) IN (0, 2)
        AND num_nulls(approved_by, approved_at) IN (0, 2)
        AND num_nulls(rejected_by, rejected_at, rejection_reason) IN (0, 3)
    ),
    CONSTRAINT flights_acts_fit_the_status CHECK (
        (submitted_at IS NOT NULL) = (status <> 'draft')
        AND (approved_at IS NOT NULL) = (status IN ('approved', 'voided'))
        AND (rejected_at IS NOT NULL) = (status = 'rejected')
    )
);

-- Operators list the flights of one status; without a status the primary key serves.
CREATE INDEX flights_by_status ON flights (organization_id, status, id);

-- The rules of the domain once more, for whoever reaches the table past the service: a flight
-- goes the way of its approval, and what has been submitted is not edited in silence.
CREATE FUNCTION flights_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.version <> OLD.version + 1 THEN
        RAISE EXCEPTION 'flight % goes from version % to %', OLD.id, OLD.version, NEW.version
            USING ERRCODE = 'check_violation', CONSTRAINT = 'flights_version_rises';
    END IF;
    IF NOT (OLD.status, NEW.status) IN (
        ('draft', 'draft'), ('draft', 'submitted'),
        ('submitted', 'approved'), ('submitted', 'rejected'), ('submitted', 'draft'),
        ('rejected', 'rejected'), ('rejected', 'submitted'),
        ('approved', 'voided')
    ) THEN
        RAISE EXCEPTION 'flight % goes from % to %', OLD.id, OLD.status, NEW.status
            USING ERRCODE = 'check_violation', CONSTRAINT = 'flights_transition';
    END IF;
    IF OLD.status IN ('submitted', 'approved') AND (
        OLD.flight_type, OLD.aircraft_id, OLD.registration, OLD.pilot_id, OLD.instructor_id, OLD.pic_id,
        OLD.off_block_at, OLD.takeoff_at, OLD.landing_at, OLD.on_block_at, OLD.details
    ) IS DISTINCT FROM (
        NEW.flight_type, NEW.aircraft_id, NEW.registration, NEW.pilot_id, NEW.instructor_id, NEW.pic_id,
        NEW.off_block_at, NEW.takeoff_at, NEW.landing_at, NEW.on_block_at, NEW.details
    ) THEN
        RAISE EXCEPTION 'flight % is %; its entry stands', OLD.id, OLD.status
            USING ERRCODE = 'check_violation', CONSTRAINT = 'flights_entry_stands';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER flights_guard BEFORE UPDATE ON flights
    FOR EACH ROW EXECUTE FUNCTION flights_guard();
