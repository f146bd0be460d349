-- What is kept to be shown, and has no index: PostgreSQL sorted samples of it, headers and bodies,
-- whenever a day of the log had grown, for longer than the rows took to be written.
ALTER TABLE events
    ALTER COLUMN traceparent SET STATISTICS 0,
    ALTER COLUMN body SET STATISTICS 0,
    ALTER COLUMN passed_over SET STATISTICS 0;
ALTER TABLE ended
    ALTER COLUMN last_error SET STATISTICS 0;
ALTER TABLE attempts
    ALTER COLUMN started_at SET STATISTICS 0,
    ALTER COLUMN duration_ms SET STATISTICS 0,
    ALTER COLUMN status_code SET STATISTICS 0,
    ALTER COLUMN error SET STATISTICS 0,
    ALTER COLUMN error_detail SET STATISTICS 0,
    ALTER COLUMN response_excerpt SET STATISTICS 0,
    ALTER COLUMN request_headers SET STATISTICS 0,
    ALTER COLUMN response_headers SET STATISTICS 0;

-- Like before, and a day does without the same statistics as its table: LIKE does not copy that.
CREATE OR REPLACE FUNCTION make_partition(parent text, day date) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    made  text := format('%s_%s', parent, to_char(day, 'YYYYMMDD'));
    rest  text := format('%s_default', parent);
    key   text := CASE parent WHEN 'attempts' THEN 'delivery_id' ELSE 'id' END;
    shown text;
    first text := CASE parent WHEN 'events' THEN first_event_of(day) ELSE first_uuid_of(day)::text END;
    past  text := CASE parent WHEN 'events' THEN first_event_of(day + 1) ELSE first_uuid_of(day + 1)::text END;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('partitions', 0));
    IF to_regclass(made) IS NOT NULL THEN
        RETURN false;
    END IF;
    EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING ALL)', made, parent);
    FOR shown IN
        SELECT attname FROM pg_attribute
        WHERE attrelid = parent::regclass AND NOT attisdropped AND attstattarget = 0 AND attnum > 0
    LOOP
        EXECUTE format('ALTER TABLE %I ALTER COLUMN %I SET STATISTICS 0', made, shown);
    END LOOP;
    EXECUTE format('LOCK TABLE %I IN ACCESS EXCLUSIVE MODE', rest);
    EXECUTE format(
        'WITH moved AS (DELETE FROM %I WHERE %I >= %L AND %I < %L RETURNING *) INSERT INTO %I SELECT * FROM moved',
        rest, key, first, key, past, made);
    EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', parent, made, first, past);
    RETURN true;
END
$$;
