-- The rules of an endpoint's row in a guard, under the names that they had as CHECKs: PostgreSQL reads
-- every CHECK of a table anew for each statement that writes to it, and each batch of events writes
-- here, to count its deliveries. Of `next_sequence`, which is all that it writes, there is no rule.

-- First, for it takes the lock that lets nobody in: a weaker one, taken before it, could have to wait
-- for somebody who waits for us.
ALTER TABLE endpoints
    DROP CONSTRAINT endpoints_url_length,
    DROP CONSTRAINT endpoints_description_length,
    DROP CONSTRAINT endpoints_has_event_types,
    DROP CONSTRAINT endpoints_scheme,
    DROP CONSTRAINT endpoints_status,
    DROP CONSTRAINT endpoints_disabled_for_a_reason,
    DROP CONSTRAINT endpoints_previous_secret_is_whole,
    DROP CONSTRAINT endpoints_headers_are_whole,
    DROP CONSTRAINT endpoints_metadata_is_an_object,
    DROP CONSTRAINT endpoints_retries,
    DROP CONSTRAINT endpoints_rate_is_whole,
    DROP CONSTRAINT endpoints_rate,
    DROP CONSTRAINT endpoints_health,
    DROP CONSTRAINT endpoints_failing_since,
    DROP CONSTRAINT endpoints_probe,
    DROP CONSTRAINT endpoints_catching_up,
    DROP CONSTRAINT endpoints_pace;

CREATE FUNCTION endpoints_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    -- As in a CHECK, a rule that cannot be told (null) is not broken.
    broken text := CASE
        WHEN NOT octet_length(NEW.url) BETWEEN 1 AND 2048 THEN 'endpoints_url_length'
        WHEN NOT char_length(NEW.description) <= 500 THEN 'endpoints_description_length'
        WHEN NOT cardinality(NEW.event_types) > 0 THEN 'endpoints_has_event_types'
        WHEN NOT NEW.scheme IN ('ga', 'trueflight', 'standard') THEN 'endpoints_scheme'
        WHEN NOT NEW.status IN ('enabled', 'paused', 'disabled', 'deleted') THEN 'endpoints_status'
        WHEN NOT (NEW.status = 'disabled') = (NEW.disabled_reason IS NOT NULL)
            THEN 'endpoints_disabled_for_a_reason'
        WHEN NOT num_nulls(NEW.previous_secret_ciphertext, NEW.previous_secret_key_id,
                           NEW.previous_secret_until) IN (0, 3)
            THEN 'endpoints_previous_secret_is_whole'
        WHEN NOT num_nulls(NEW.headers_ciphertext, NEW.headers_key_id)
                 = CASE WHEN NEW.header_names = '{}' THEN 2 ELSE 0 END
            THEN 'endpoints_headers_are_whole'
        WHEN NOT jsonb_typeof(NEW.metadata) = 'object' THEN 'endpoints_metadata_is_an_object'
        WHEN NOT NEW.retries IN ('short', 'long') THEN 'endpoints_retries'
        WHEN NOT num_nulls(NEW.rate_requests, NEW.rate_seconds) IN (0, 2) THEN 'endpoints_rate_is_whole'
        WHEN NOT (NEW.rate_requests > 0 AND NEW.rate_seconds > 0) THEN 'endpoints_rate'
        WHEN NOT NEW.health IN ('healthy', 'failing', 'catching_up') THEN 'endpoints_health'
        WHEN NOT (NEW.health = 'healthy') = (NEW.failing_since IS NULL) THEN 'endpoints_failing_since'
        WHEN NOT (NEW.health = 'failing') = (NEW.probe_at IS NOT NULL) THEN 'endpoints_probe'
        WHEN NOT ((NEW.health = 'catching_up') = (NEW.catching_up_since IS NOT NULL)
                  AND (NEW.health = 'catching_up') = (NEW.pace_changed_at IS NOT NULL))
            THEN 'endpoints_catching_up'
        WHEN NOT ((NEW.health = 'catching_up') = (NEW.catch_up_pace IS NOT NULL) AND NEW.catch_up_pace > 0)
            THEN 'endpoints_pace'
    END;
BEGIN
    IF broken IS NOT NULL THEN
        RAISE EXCEPTION 'endpoint % breaks a rule: %', NEW.id, broken
            USING ERRCODE = 'check_violation', CONSTRAINT = broken;
    END IF;
    RETURN NEW;
END
$$;

-- Every column that a rule names.
CREATE TRIGGER endpoints_guard
    BEFORE INSERT OR UPDATE OF url, description, event_types, scheme, status, disabled_reason,
        previous_secret_ciphertext, previous_secret_key_id, previous_secret_until, header_names,
        headers_ciphertext, headers_key_id, metadata, retries, rate_requests, rate_seconds, health,
        failing_since, probe_at, catching_up_since, pace_changed_at, catch_up_pace
    ON endpoints FOR EACH ROW EXECUTE FUNCTION endpoints_guard();
