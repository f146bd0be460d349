-- All rules of a flight's row in its guard, under the names that they had. PostgreSQL reads every
-- CHECK of a table anew for each statement that writes to it, which was half of what an update of a
-- flight cost; a function is read once a connection.
CREATE OR REPLACE FUNCTION flights_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    broken text;
BEGIN
    IF TG_OP = 'UPDATE' THEN
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
    END IF;
    -- As in a CHECK, a rule that cannot be told (null) is not broken.
    broken := CASE
        WHEN NOT NEW.version >= 1 THEN 'flights_version_check'
        WHEN NOT NEW.status IN ('draft', 'submitted', 'approved', 'rejected', 'voided')
            THEN 'flights_status_check'
        WHEN NOT NEW.flight_type IN ('dual', 'solo', 'spic', 'picus', 'rental', 'check', 'discovery', 'ferry',
                                     'maintenance', 'simulator')
            THEN 'flights_flight_type_check'
        WHEN NOT jsonb_typeof(NEW.details) = 'object' THEN 'flights_details_check'
        WHEN NOT (NEW.off_block_at <= NEW.on_block_at
                  AND NEW.takeoff_at BETWEEN NEW.off_block_at AND NEW.on_block_at
                  AND NEW.landing_at BETWEEN coalesce(NEW.takeoff_at, NEW.off_block_at) AND NEW.on_block_at)
            THEN 'flights_times_in_order'
        WHEN NEW.flight_type = 'solo' AND NEW.instructor_id IS NOT NULL THEN 'flights_solo_is_alone'
        WHEN NOT (num_nulls(NEW.submitted_by, NEW.submitted_at) IN (0, 2)
                  AND num_nulls(NEW.approved_by, NEW.approved_at) IN (0, 2)
                  AND num_nulls(NEW.rejected_by, NEW.rejected_at, NEW.rejection_reason) IN (0, 3))
            THEN 'flights_acts_are_whole'
        WHEN NOT ((NEW.submitted_at IS NOT NULL) = (NEW.status <> 'draft')
                  AND (NEW.approved_at IS NOT NULL) = (NEW.status IN ('approved', 'voided'))
                  AND (NEW.rejected_at IS NOT NULL) = (NEW.status = 'rejected'))
            THEN 'flights_acts_fit_the_status'
    END;
    IF broken IS NOT NULL THEN
        RAISE EXCEPTION 'flight % breaks a rule: %', NEW.id, broken
            USING ERRCODE = 'check_violation', CONSTRAINT = broken;
    END IF;
    RETURN NEW;
END
$$;

DROP TRIGGER flights_guard ON flights;
CREATE TRIGGER flights_guard BEFORE INSERT OR UPDATE ON flights
    FOR EACH ROW EXECUTE FUNCTION flights_guard();

ALTER TABLE flights
    DROP CONSTRAINT flights_version_check,
    DROP CONSTRAINT flights_status_check,
    DROP CONSTRAINT flights_flight_type_check,
    DROP CONSTRAINT flights_details_check,
    DROP CONSTRAINT flights_times_in_order,
    DROP CONSTRAINT flights_solo_is_alone,
    DROP CONSTRAINT flights_acts_are_whole,
    DROP CONSTRAINT flights_acts_fit_the_status;
