DROP TRIGGER endpoints_guard ON endpoints;
DROP FUNCTION endpoints_guard();

ALTER TABLE endpoints
    ADD CONSTRAINT endpoints_url_length CHECK (octet_length(url) BETWEEN 1 AND 2048),
    ADD CONSTRAINT endpoints_description_length CHECK (char_length(description) <= 500),
    ADD CONSTRAINT endpoints_has_event_types CHECK (cardinality(event_types) > 0),
    ADD CONSTRAINT endpoints_scheme CHECK (scheme IN ('ga', 'trueflight', 'standard')),
    ADD CONSTRAINT endpoints_status CHECK (status IN ('enabled', 'paused', 'disabled', 'deleted')),
    ADD CONSTRAINT endpoints_disabled_for_a_reason CHECK ((status = 'disabled') = (disabled_reason IS NOT NULL)),
    ADD CONSTRAINT endpoints_previous_secret_is_whole
        CHECK (num_nulls(previous_secret_ciphertext, previous_secret_key_id, previous_secret_until) IN (0, 3)),
    ADD CONSTRAINT endpoints_headers_are_whole
        CHECK (num_nulls(headers_ciphertext, headers_key_id) = CASE WHEN header_names = '{}' THEN 2 ELSE 0 END),
    ADD CONSTRAINT endpoints_metadata_is_an_object CHECK (jsonb_typeof(metadata) = 'object'),
    ADD CONSTRAINT endpoints_retries CHECK (retries IN ('short', 'long')),
    ADD CONSTRAINT endpoints_rate_is_whole CHECK (num_nulls(rate_requests, rate_seconds) IN (0, 2)),
    ADD CONSTRAINT endpoints_rate CHECK (rate_requests > 0 AND rate_seconds > 0),
    ADD CONSTRAINT endpoints_health CHECK (health IN ('healthy', 'failing', 'catching_up')),
    ADD CONSTRAINT endpoints_failing_since CHECK ((health = 'healthy') = (failing_since IS NULL)),
    ADD CONSTRAINT endpoints_probe CHECK ((health = 'failing') = (probe_at IS NOT NULL)),
    ADD CONSTRAINT endpoints_catching_up CHECK
        ((health = 'catching_up') = (catching_up_since IS NOT NULL) AND (health = 'catching_up') = (pace_changed_at IS NOT NULL)),
    ADD CONSTRAINT endpoints_pace CHECK ((health = 'catching_up') = (catch_up_pace IS NOT NULL) AND catch_up_pace > 0);
