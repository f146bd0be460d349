DROP TABLE retention;
DROP TABLE recoveries;
ALTER TABLE replays DROP COLUMN endpoint_id, DROP COLUMN delivery_id, ALTER COLUMN event_id TYPE text;

DROP INDEX endpoints_unwell;
ALTER TABLE endpoints
    DROP COLUMN rate_requests,
    DROP COLUMN rate_seconds,
    DROP COLUMN rate_full_at,
    DROP COLUMN in_order,
    DROP COLUMN health,
    DROP COLUMN consecutive_failures,
    DROP COLUMN failures_since,
    DROP COLUMN failing_since,
    DROP COLUMN probe_at,
    DROP COLUMN probes,
    DROP COLUMN catching_up_since,
    DROP COLUMN catch_up_pace,
    DROP COLUMN pace_changed_at;

CREATE TABLE old_events (
    id              text        CONSTRAINT old_events_pkey PRIMARY KEY,
    organization_id uuid        NOT NULL,
    type            text        NOT NULL,
    occurred_at     timestamptz NOT NULL,
    traceparent     text,
    body            bytea       NOT NULL,
    created_at      timestamptz NOT NULL,
    location_id     uuid
);
INSERT INTO old_events SELECT id, organization_id, type, occurred_at, traceparent, body, created_at, location_id FROM events;

CREATE TABLE old_deliveries (
    id               uuid        CONSTRAINT deliveries_pkey PRIMARY KEY,
    event_id         text        NOT NULL,
    endpoint_id      uuid        NOT NULL,
    organization_id  uuid        NOT NULL,
    sequence         bigint      NOT NULL,
    status           text        NOT NULL
        CONSTRAINT deliveries_status CHECK (status IN ('pending', 'succeeded', 'failed')),
    attempt_count    integer     NOT NULL,
    next_attempt_at  timestamptz,
    lease_owner      uuid,
    last_status_code integer,
    last_error       text,
    created_at       timestamptz NOT NULL,
    completed_at     timestamptz,
    replay           integer     NOT NULL DEFAULT 0,
    CONSTRAINT deliveries_once_per_event UNIQUE (event_id, endpoint_id, replay),
    CONSTRAINT deliveries_sequence UNIQUE (endpoint_id, sequence),
    CONSTRAINT deliveries_pending_has_a_time CHECK ((status = 'pending') = (next_attempt_at IS NOT NULL)),
    CONSTRAINT deliveries_complete_has_a_time CHECK ((status = 'pending') = (completed_at IS NULL)),
    CONSTRAINT deliveries_complete_is_free CHECK (status = 'pending' OR lease_owner IS NULL)
) WITH (
    autovacuum_vacuum_scale_factor = 0,
    autovacuum_vacuum_threshold = 20000,
    autovacuum_analyze_scale_factor = 0,
    autovacuum_analyze_threshold = 20000
);
INSERT INTO old_deliveries
SELECT id, event_id, endpoint_id, organization_id, sequence, status, attempt_count, next_attempt_at, lease_owner,
       last_status_code, last_error, created_at, completed_at, replay
FROM deliveries;

CREATE TABLE old_attempts (
    delivery_id      uuid        NOT NULL,
    number           integer     NOT NULL,
    started_at       timestamptz NOT NULL,
    duration_ms      integer     NOT NULL,
    status_code      integer,
    error            text,
    error_detail     text,
    response_excerpt bytea       NOT NULL,
    CONSTRAINT old_attempts_pkey PRIMARY KEY (delivery_id, number)
);
INSERT INTO old_attempts
SELECT delivery_id, number, started_at, duration_ms, status_code, error, error_detail, response_excerpt FROM attempts;

DROP VIEW deliveries;
DROP TABLE owed, ended, attempts, events;
DROP FUNCTION detach_partition;
DROP FUNCTION make_partition;
DROP FUNCTION first_event_of;
DROP FUNCTION first_uuid_of;

ALTER TABLE old_deliveries RENAME TO deliveries;
ALTER TABLE old_attempts RENAME TO attempts;
ALTER TABLE old_events RENAME TO events;
ALTER TABLE attempts RENAME CONSTRAINT old_attempts_pkey TO attempts_pkey;
ALTER TABLE events RENAME CONSTRAINT old_events_pkey TO events_pkey;
CREATE INDEX deliveries_free ON deliveries (endpoint_id, next_attempt_at)
    WHERE status = 'pending' AND lease_owner IS NULL;
CREATE INDEX deliveries_leased ON deliveries (lease_owner) WHERE lease_owner IS NOT NULL;
CREATE INDEX deliveries_by_organization ON deliveries (organization_id, id);
CREATE INDEX deliveries_failed ON deliveries (organization_id, id) WHERE status = 'failed';
