-- What is owed is small and hot; what became of it is a log that only grows, in partitions of a
-- day. Ids begin with their time, so the bound of a day is an id, and a day goes as one piece.

ALTER TABLE deliveries RENAME TO old_deliveries;
ALTER TABLE attempts RENAME TO old_attempts;
ALTER TABLE events RENAME TO old_events;
ALTER TABLE old_attempts RENAME CONSTRAINT attempts_pkey TO old_attempts_pkey;
ALTER TABLE old_events RENAME CONSTRAINT events_pkey TO old_events_pkey;

-- The least UUID of version 7 of a day (UTC): 48 bits of milliseconds, then nothing.
CREATE FUNCTION first_uuid_of(day date) RETURNS uuid LANGUAGE sql IMMUTABLE STRICT AS $$
    SELECT (lpad(to_hex((extract(epoch FROM day::timestamp) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid
$$;

-- What every event's id of a day (UTC) or later is not below: the time of a ULID, ten digits of
-- Crockford's base 32.
CREATE FUNCTION first_event_of(day date) RETURNS text LANGUAGE sql IMMUTABLE STRICT AS $$
    SELECT 'evt_' || string_agg(
        substr('0123456789ABCDEFGHJKMNPQRSTVWXYZ',
               ((((extract(epoch FROM day::timestamp) * 1000)::bigint >> (5 * place)) & 31) + 1)::integer, 1),
        '' ORDER BY place DESC)
    FROM generate_series(0, 9) place
$$;

-- An event of an organisation with an endpoint.
CREATE TABLE events (
    -- `evt_` and a ULID. That it is known here means that it was fanned out.
    id              text        COLLATE "C" NOT NULL,
    organization_id uuid        NOT NULL,
    type            text        NOT NULL,
    occurred_at     timestamptz NOT NULL,
    -- W3C Trace Context of what caused it.
    traceparent     text,
    -- Exactly what is signed and sent, in every attempt.
    body            bytea       NOT NULL,
    created_at      timestamptz NOT NULL,
    location_id     uuid,
    -- What it is about: the flight, the aircraft's alert. For endpoints that ask for order.
    subject_id      uuid,
    -- Endpoints it was owed to when it was fanned out.
    matched         integer     NOT NULL DEFAULT 0,
    -- By endpoint: why it was not owed to it then.
    passed_over     jsonb       NOT NULL DEFAULT '{}',
    PRIMARY KEY (id)
) PARTITION BY RANGE (id);

CREATE INDEX events_by_organization ON events (organization_id, id);

-- One event owed to one endpoint. It goes when it is sent or given up, into `ended`.
CREATE TABLE owed (
    -- UUID of version 7.
    id               uuid        PRIMARY KEY,
    event_id         text        COLLATE "C" NOT NULL,
    endpoint_id      uuid        NOT NULL,
    organization_id  uuid        NOT NULL,
    -- Consecutive for its endpoint, from 1.
    sequence         bigint      NOT NULL,
    -- The first time is 0, then come its replays.
    replay           integer     NOT NULL DEFAULT 0,
    -- The event's, where the endpoint asked for order.
    subject_id       uuid,
    attempt_count    integer     NOT NULL,
    next_attempt_at  timestamptz NOT NULL,
    -- The replica that may send it now.
    lease_owner      uuid,
    last_status_code integer,
    last_error       text,
    created_at       timestamptz NOT NULL
) WITH (
    -- Rows come and go: clean up after them by their number, not by a share of the table.
    autovacuum_vacuum_scale_factor = 0,
    autovacuum_vacuum_threshold = 10000,
    autovacuum_analyze_scale_factor = 0,
    autovacuum_analyze_threshold = 20000
);

-- For claims: each endpoint's free deliveries in the order of their times, those in order apart.
CREATE INDEX owed_free ON owed (endpoint_id, (subject_id IS NULL), next_attempt_at) WHERE lease_owner IS NULL;
-- For what a replica holds, when it hands it back or is lost.
CREATE INDEX owed_leased ON owed (lease_owner) WHERE lease_owner IS NOT NULL;
-- For lists, newest first.
CREATE INDEX owed_by_organization ON owed (organization_id, id);
CREATE INDEX owed_by_event ON owed (event_id);
-- For the head of each subject.
CREATE INDEX owed_in_order ON owed (endpoint_id, subject_id, sequence) WHERE subject_id IS NOT NULL;

-- What was owed and is not any more. Rows are added, never changed.
CREATE TABLE ended (
    id               uuid        NOT NULL,
    event_id         text        COLLATE "C" NOT NULL,
    endpoint_id      uuid        NOT NULL,
    organization_id  uuid        NOT NULL,
    sequence         bigint      NOT NULL,
    replay           integer     NOT NULL,
    status           text        NOT NULL
        CONSTRAINT ended_status CHECK (status IN ('succeeded', 'failed')),
    attempt_count    integer     NOT NULL,
    last_status_code integer,
    last_error       text,
    created_at       timestamptz NOT NULL,
    completed_at     timestamptz NOT NULL,
    PRIMARY KEY (id)
) PARTITION BY RANGE (id);

CREATE INDEX ended_by_organization ON ended (organization_id, id);
CREATE INDEX ended_by_endpoint ON ended (endpoint_id, id);
CREATE INDEX ended_by_event ON ended (event_id);
CREATE INDEX ended_failed ON ended (organization_id, id) WHERE status = 'failed';

-- Every attempt whose outcome is known.
CREATE TABLE attempts (
    delivery_id      uuid        NOT NULL,
    -- From 1.
    number           integer     NOT NULL,
    started_at       timestamptz NOT NULL,
    duration_ms      integer     NOT NULL,
    status_code      integer,
    -- Why it failed: `connect_refused`, `timeout`, `status`. Null: it succeeded.
    error            text,
    -- The same in words.
    error_detail     text,
    -- The beginning of the answer.
    response_excerpt bytea       NOT NULL,
    -- Names and values; where a value is not kept, `•` in its place.
    request_headers  jsonb,
    response_headers jsonb,
    PRIMARY KEY (delivery_id, number)
) PARTITION BY RANGE (delivery_id);

-- What no day is made for: nothing, as long as the days are made ahead.
CREATE TABLE events_default PARTITION OF events DEFAULT;
CREATE TABLE ended_default PARTITION OF ended DEFAULT;
CREATE TABLE attempts_default PARTITION OF attempts DEFAULT;

-- Makes the partition of one table (`events`, `ended`, `attempts`) and one day (UTC), and moves
-- there what came before it was made. False: it was there. To be called in a transaction of its
-- own: it locks the table's default partition.
CREATE FUNCTION make_partition(parent text, day date) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    made  text := format('%s_%s', parent, to_char(day, 'YYYYMMDD'));
    rest  text := format('%s_default', parent);
    key   text := CASE parent WHEN 'attempts' THEN 'delivery_id' ELSE 'id' END;
    first text := CASE parent WHEN 'events' THEN first_event_of(day) ELSE first_uuid_of(day)::text END;
    past  text := CASE parent WHEN 'events' THEN first_event_of(day + 1) ELSE first_uuid_of(day + 1)::text END;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('partitions', 0));
    IF to_regclass(made) IS NOT NULL THEN
        RETURN false;
    END IF;
    EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING ALL)', made, parent);
    EXECUTE format('LOCK TABLE %I IN ACCESS EXCLUSIVE MODE', rest);
    EXECUTE format(
        'WITH moved AS (DELETE FROM %I WHERE %I >= %L AND %I < %L RETURNING *) INSERT INTO %I SELECT * FROM moved',
        rest, key, first, key, past, made);
    EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', parent, made, first, past);
    RETURN true;
END
$$;

-- Takes the partition of one table and one day (UTC) away from it; the partition remains, as a table
-- of its own. False: what is owed still needs it. To be called in a transaction of its own, under a
-- short lock_timeout: it waits for whoever uses the table, and who comes later waits for it.
CREATE FUNCTION detach_partition(parent text, day date) RETURNS boolean LANGUAGE plpgsql AS $$
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

-- The days of what is there already, and a week ahead.
DO $$
BEGIN
    PERFORM make_partition(parent, day::date)
    FROM (SELECT (now() AT TIME ZONE 'UTC')::date AS today,
                 (SELECT (min(d.created_at) AT TIME ZONE 'UTC')::date FROM old_deliveries d) AS first) days,
         generate_series(greatest(least(first, today), today - 90)::timestamp, (today + 7)::timestamp,
                         interval '1 day') day,
         unnest(ARRAY['events', 'ended', 'attempts']) parent;
END
$$;

INSERT INTO events (id, organization_id, type, occurred_at, traceparent, body, created_at, location_id, matched)
SELECT e.id, e.organization_id, e.type, e.occurred_at, e.traceparent, e.body, e.created_at, e.location_id,
       (SELECT count(*) FROM old_deliveries d WHERE d.event_id = e.id AND d.replay = 0)
FROM old_events e;

INSERT INTO owed (id, event_id, endpoint_id, organization_id, sequence, replay, attempt_count, next_attempt_at,
                  lease_owner, last_status_code, last_error, created_at)
SELECT id, event_id, endpoint_id, organization_id, sequence, replay, attempt_count, next_attempt_at,
       lease_owner, last_status_code, last_error, created_at
FROM old_deliveries WHERE status = 'pending';

INSERT INTO ended (id, event_id, endpoint_id, organization_id, sequence, replay, status, attempt_count,
                   last_status_code, last_error, created_at, completed_at)
SELECT id, event_id, endpoint_id, organization_id, sequence, replay, status, attempt_count,
       last_status_code, last_error, created_at, completed_at
FROM old_deliveries WHERE status <> 'pending';

INSERT INTO attempts (delivery_id, number, started_at, duration_ms, status_code, error, error_detail, response_excerpt)
SELECT delivery_id, number, started_at, duration_ms, status_code, error, error_detail, response_excerpt
FROM old_attempts;

DROP TABLE old_deliveries, old_attempts, old_events;

-- Both kinds, for lists and sums.
CREATE VIEW deliveries AS
SELECT id, event_id, endpoint_id, organization_id, sequence, replay, 'pending'::text AS status, attempt_count,
       next_attempt_at, lease_owner, last_status_code, last_error, created_at, NULL::timestamptz AS completed_at
FROM owed
UNION ALL
SELECT id, event_id, endpoint_id, organization_id, sequence, replay, status, attempt_count,
       NULL::timestamptz, NULL::uuid, last_status_code, last_error, created_at, completed_at
FROM ended;

ALTER TABLE endpoints
    -- Attempts begun in so many seconds, at most. Null: as many as it takes.
    ADD COLUMN rate_requests        integer,
    ADD COLUMN rate_seconds         integer,
    -- Until when every place of the rate, or of the pace of catching up, is given away: the
    -- theoretical arrival time of GCRA. Claims move it ahead.
    ADD COLUMN rate_full_at         timestamptz NOT NULL DEFAULT '-infinity',
    -- Of one subject, only the oldest that is owed is sent.
    ADD COLUMN in_order             boolean     NOT NULL DEFAULT false,
    ADD COLUMN health               text        NOT NULL DEFAULT 'healthy',
    -- Failed attempts since the last that succeeded, and the first of them.
    ADD COLUMN consecutive_failures integer     NOT NULL DEFAULT 0,
    ADD COLUMN failures_since       timestamptz,
    -- Not healthy since.
    ADD COLUMN failing_since        timestamptz,
    -- Failing: nothing is sent before, then one delivery.
    ADD COLUMN probe_at             timestamptz,
    -- Probes that failed, one after another.
    ADD COLUMN probes               integer     NOT NULL DEFAULT 0,
    -- Catching up since: what was begun before says nothing of it any more.
    ADD COLUMN catching_up_since    timestamptz,
    -- Catching up: attempts begun in a second, at most, and when that was last changed.
    ADD COLUMN catch_up_pace        integer,
    ADD COLUMN pace_changed_at      timestamptz,
    ADD CONSTRAINT endpoints_rate_is_whole CHECK (num_nulls(rate_requests, rate_seconds) IN (0, 2)),
    ADD CONSTRAINT endpoints_rate CHECK (rate_requests > 0 AND rate_seconds > 0),
    ADD CONSTRAINT endpoints_health CHECK (health IN ('healthy', 'failing', 'catching_up')),
    ADD CONSTRAINT endpoints_failing_since CHECK ((health = 'healthy') = (failing_since IS NULL)),
    ADD CONSTRAINT endpoints_probe CHECK ((health = 'failing') = (probe_at IS NOT NULL)),
    ADD CONSTRAINT endpoints_catching_up CHECK
        ((health = 'catching_up') = (catching_up_since IS NOT NULL) AND (health = 'catching_up') = (pace_changed_at IS NOT NULL)),
    ADD CONSTRAINT endpoints_pace CHECK ((health = 'catching_up') = (catch_up_pace IS NOT NULL) AND catch_up_pace > 0);

-- For whatever looks after them.
CREATE INDEX endpoints_unwell ON endpoints (id) WHERE health <> 'healthy';

ALTER TABLE replays
    ALTER COLUMN event_id TYPE text COLLATE "C",
    -- One delivery was asked for once more: to this endpoint alone, under this new id.
    ADD COLUMN endpoint_id uuid,
    ADD COLUMN delivery_id uuid;

-- What an endpoint did not get, owed to it anew in the order of the events, a little at a time.
CREATE TABLE recoveries (
    -- UUID of version 7.
    id               uuid        PRIMARY KEY,
    organization_id  uuid        NOT NULL,
    endpoint_id      uuid        NOT NULL,
    -- Events whose ids begin with these times or one between them, in milliseconds.
    since            timestamptz NOT NULL,
    until            timestamptz NOT NULL,
    -- Exact types, `flight.*`, or `*`. Empty: all that the endpoint wants.
    event_types      text[]      NOT NULL,
    -- Also what it was never owed.
    missed           boolean     NOT NULL,
    -- Deliveries made in a second, at most.
    per_second       integer     NOT NULL
        CONSTRAINT recoveries_pace CHECK (per_second BETWEEN 1 AND 1000),
    status           text        NOT NULL DEFAULT 'running'
        CONSTRAINT recoveries_status CHECK (status IN ('running', 'done', 'cancelled')),
    -- Why it was cancelled.
    reason           text,
    -- What holds it up.
    waiting_for      text,
    -- The last event that was looked at. Everything up to it is settled.
    position         text        COLLATE "C" NOT NULL,
    examined         bigint      NOT NULL DEFAULT 0,
    recovered        bigint      NOT NULL DEFAULT 0,
    -- Left alone: the endpoint was owed them already.
    still_owed       bigint      NOT NULL DEFAULT 0,
    -- How many there were to recover when it began. Null: too many to count.
    expected         bigint,
    -- When the next turn may be taken, by any replica: a turn is one transaction.
    due_at           timestamptz NOT NULL,
    started_at       timestamptz NOT NULL,
    updated_at       timestamptz NOT NULL,
    finished_at      timestamptz,
    CONSTRAINT recoveries_finished_has_a_time CHECK ((status = 'running') = (finished_at IS NULL)),
    CONSTRAINT recoveries_cancelled_for_a_reason CHECK ((status = 'cancelled') = (reason IS NOT NULL)),
    CONSTRAINT recoveries_finished_waits_for_nothing CHECK (status = 'running' OR waiting_for IS NULL)
);

-- For lists, newest first.
CREATE INDEX recoveries_by_organization ON recoveries (organization_id, id);
CREATE INDEX recoveries_due ON recoveries (due_at) WHERE status = 'running';
-- Two at once would look at the same events.
CREATE UNIQUE INDEX recoveries_one_at_a_time ON recoveries (endpoint_id) WHERE status = 'running';

-- How long an organisation's log is kept, where it chose.
CREATE TABLE retention (
    organization_id uuid        PRIMARY KEY,
    days            integer     NOT NULL CONSTRAINT retention_days CHECK (days BETWEEN 1 AND 90),
    updated_at      timestamptz NOT NULL
);
