ALTER TABLE flights
    ADD CONSTRAINT flights_version_check CHECK (version >= 1),
    ADD CONSTRAINT flights_status_check CHECK (
        status IN ('draft', 'submitted', 'approved', 'rejected', 'voided')
    ),
    ADD CONSTRAINT flights_flight_type_check CHECK (
        flight_type IN ('dual', 'solo', 'spic', 'picus', 'rental', 'check', 'discovery', 'ferry',
                        'maintenance', 'simulator')
    ),
    ADD CONSTRAINT flights_details_check CHECK (jsonb_typeof(details) = 'object'),
    ADD CONSTRAINT flights_times_in_order CHECK (
        off_block_at <= on_block_at
        AND takeoff_at BETWEEN off_block_at AND on_block_at
        AND landing_at BETWEEN coalesce(takeoff_at, off_block_at) AND on_block_at
    ),
    ADD CONSTRAINT flights_solo_is_alone CHECK (flight_type <> 'solo' OR instructor_id IS NULL),
    ADD CONSTRAINT flights_acts_are_whole CHECK (
        num_nulls(submitted_by, submitted_at) IN (0, 2)
        AND num_nulls(approved_by, approved_at) IN (0, 2)
        AND num_nulls(rejected_by, rejected_at, rejection_reason) IN (0, 3)
    ),
    ADD CONSTRAINT flights_acts_fit_the_status CHECK (
        (submitted_at IS NOT NULL) = (status <> 'draft')
        AND (approved_at IS NOT NULL) = (status IN ('approved', 'voided'))
        AND (rejected_at IS NOT NULL) = (status = 'rejected')
    );

DROP TRIGGER flights_guard ON flights;
CREATE OR REPLACE FUNCTION flights_guard() RETURNS trigger LANGUAGE plpgsql AS $$
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
