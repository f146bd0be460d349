-- The attempt that ended a delivery stands with what became of it: of most there was no other, and a second
-- row for each, in a table of its own, said nothing that the first could not. `attempts` has those before it.
ALTER TABLE ended
    -- Null: no attempt ended it, or a version did that knew only `attempts`.
    ADD COLUMN started_at       timestamptz,
    ADD COLUMN duration_ms      integer,
    ADD COLUMN error_detail     text,
    ADD COLUMN response_excerpt bytea,
    ADD COLUMN request_headers  text,
    ADD COLUMN response_headers text;

-- As with attempts (0012).
DO $$
DECLARE
    made  regclass;
    shown text;
BEGIN
    FOR made IN SELECT 'ended'::regclass UNION ALL SELECT inhrelid FROM pg_inherits WHERE inhparent = 'ended'::regclass LOOP
        FOREACH shown IN ARRAY ARRAY['started_at', 'duration_ms', 'error_detail', 'response_excerpt',
                                     'request_headers', 'response_headers'] LOOP
            EXECUTE format('ALTER TABLE %s ALTER COLUMN %I SET STATISTICS 0', made, shown);
        END LOOP;
    END LOOP;
END
$$;

-- Every attempt whose outcome is known.
CREATE VIEW attempts_made AS
SELECT delivery_id, number, started_at, duration_ms, status_code, error, error_detail, response_excerpt,
       request_headers, response_headers
FROM attempts
UNION ALL
SELECT id, attempt_count, started_at, duration_ms, last_status_code, last_error, error_detail, response_excerpt,
       request_headers, response_headers
FROM ended WHERE started_at IS NOT NULL;
