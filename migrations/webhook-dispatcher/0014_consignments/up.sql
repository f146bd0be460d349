-- What is sent as it comes: the deliveries of one batch to one endpoint, in one row under one lease. Most have
-- arrived before anybody looks, so a row for each, under the indexes of `owed`, was written to be deleted.
-- What becomes of one is in `ended`, or in `owed`, as of any other.
CREATE TABLE consignments (
    -- That of one of its deliveries.
    id              uuid        PRIMARY KEY,
    endpoint_id     uuid        NOT NULL,
    organization_id uuid        NOT NULL,
    -- The replica that may send them now.
    lease_owner     uuid        NOT NULL,
    created_at      timestamptz NOT NULL,
    -- The arrays hold deliveries of consecutive numbers, from this one on.
    first_sequence  bigint      NOT NULL,
    -- By place: 1 is none of it, or not any more.
    settled         bit varying NOT NULL,
    delivery_ids    uuid[]      NOT NULL,
    event_ids       text[]      COLLATE "C" NOT NULL
) WITH (
    -- Rows come and go, and change in their place.
    fillfactor = 70,
    autovacuum_vacuum_scale_factor = 0,
    autovacuum_vacuum_threshold = 1000,
    autovacuum_analyze_scale_factor = 0,
    autovacuum_analyze_threshold = 100000
);
-- Ids do not compress. Nobody looks by them.
ALTER TABLE consignments
    ALTER COLUMN delivery_ids SET STORAGE EXTERNAL, ALTER COLUMN delivery_ids SET STATISTICS 0,
    ALTER COLUMN event_ids SET STORAGE EXTERNAL, ALTER COLUMN event_ids SET STATISTICS 0;

-- For what a replica holds, when it hands it back or is lost.
CREATE INDEX consignments_leased ON consignments (lease_owner);

-- What is in consignments, as it would stand in `owed`.
CREATE VIEW consigned AS
SELECT i.id, i.event_id, c.endpoint_id, c.organization_id, c.first_sequence + i.place - 1 AS sequence, 0 AS replay,
       NULL::uuid AS subject_id, 0 AS attempt_count, c.created_at AS next_attempt_at, c.lease_owner,
       NULL::integer AS last_status_code, NULL::text AS last_error, c.created_at, 0 AS probes
FROM consignments c
CROSS JOIN LATERAL unnest(c.delivery_ids, c.event_ids) WITH ORDINALITY AS i (id, event_id, place)
WHERE get_bit(c.settled, i.place::integer - 1) = 0;

-- Everything that has neither arrived nor failed.
CREATE VIEW pending AS
SELECT id, event_id, endpoint_id, organization_id, sequence, replay, subject_id, attempt_count, next_attempt_at,
       lease_owner, last_status_code, last_error, created_at, probes
FROM owed
UNION ALL
SELECT * FROM consigned;

CREATE OR REPLACE VIEW deliveries AS
SELECT id, event_id, endpoint_id, organization_id, sequence, replay, 'pending'::text AS status, attempt_count,
       next_attempt_at, last_status_code, last_error, created_at, NULL::timestamptz AS completed_at
FROM pending
UNION ALL
SELECT id, event_id, endpoint_id, organization_id, sequence, replay, status, attempt_count,
       NULL::timestamptz, last_status_code, last_error, created_at, completed_at
FROM ended;

-- Like before, and what is in consignments needs its days too.
CREATE OR REPLACE FUNCTION detach_partition(parent text, day date) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    gone   text := format('%s_%s', parent, to_char(day, 'YYYYMMDD'));
    needed boolean;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('partitions', 0));
    -- From here on nobody can come to owe what is looked for below.
    EXECUTE format('LOCK TABLE ONLY %I IN ACCESS EXCLUSIVE MODE', parent);
    IF parent = 'events' THEN
        needed := EXISTS (SELECT FROM pending
                          WHERE event_id >= first_event_of(day) AND event_id < first_event_of(day + 1));
    ELSE
        needed := EXISTS (SELECT FROM pending WHERE id >= first_uuid_of(day) AND id < first_uuid_of(day + 1));
    END IF;
    IF needed THEN
        RETURN false;
    END IF;
    EXECUTE format('ALTER TABLE %I DETACH PARTITION %I', parent, gone);
    RETURN true;
END
$$;
