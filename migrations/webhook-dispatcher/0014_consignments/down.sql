CREATE OR REPLACE FUNCTION detach_partition(parent text, day date) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    gone   text := format('%s_%s', parent, to_char(day, 'YYYYMMDD'));
    needed boolean;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('partitions', 0));
    -- From here on nobody can come to owe what is looked for below.
    EXECUTE format('LOCK TABLE ONLY %I IN ACCESS EXCLUSIVE MODE', parent);
    IF parent = 'events' THEN
        needed := EXISTS (SELECT FROM owed WHERE event_id >= first_event_of(day) AND event_id < first_event_of(day + 1));
    ELSE
        needed := EXISTS (SELECT FROM owed WHERE id >= first_uuid_of(day) AND id < first_uuid_of(day + 1));
    END IF;
    IF needed THEN
        RETURN false;
    END IF;
    EXECUTE format('ALTER TABLE %I DETACH PARTITION %I', parent, gone);
    RETURN true;
END
$$;

-- The dispatcher is stopped: they are nobody's.
INSERT INTO owed (id, event_id, endpoint_id, organization_id, sequence, attempt_count, next_attempt_at, created_at)
SELECT id, event_id, endpoint_id, organization_id, sequence, attempt_count, next_attempt_at, created_at
FROM consigned;

CREATE OR REPLACE VIEW deliveries AS
SELECT id, event_id, endpoint_id, organization_id, sequence, replay, 'pending'::text AS status, attempt_count,
       next_attempt_at, last_status_code, last_error, created_at, NULL::timestamptz AS completed_at
FROM owed
UNION ALL
SELECT id, event_id, endpoint_id, organization_id, sequence, replay, status, attempt_count,
       NULL::timestamptz, last_status_code, last_error, created_at, completed_at
FROM ended;
DROP VIEW pending;
DROP VIEW consigned;
DROP TABLE consignments;
