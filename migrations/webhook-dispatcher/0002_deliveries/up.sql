-- What is owed, and what became of it. The tables refer to each other without foreign keys: rows
-- of an event are written together in one statement, and old ones go together by their time, which
-- every id begins with (ULID, UUID of version 7).

-- An event that somebody is to hear of.
CREATE TABLE events (
    -- `evt_` and a ULID. That it is known here means that its deliveries are, too.
    id              text        PRIMARY KEY,
    organization_id uuid        NOT NULL,
    type            text        NOT NULL,
    occurred_at     timestamptz NOT NULL,
    -- W3C Trace Context of what caused it.
    traceparent     text,
    -- Exactly what is signed and sent, in every attempt.
    body            bytea       NOT NULL,
    created_at      timestamptz NOT NULL
);

-- One event owed to one endpoint.
CREATE TABLE deliveries (
    id               uuid        PRIMARY KEY,
    event_id         text        NOT NULL,
    endpoint_id      uuid        NOT NULL,
    organization_id  uuid        NOT NULL,
    -- Consecutive for its endpoint, from 1.
    sequence         bigint      NOT NULL,
    status           text        NOT NULL
        CONSTRAINT deliveries_status CHECK (status IN ('pending', 'succeeded', 'failed')),
    attempt_count    integer     NOT NULL,
    next_attempt_at  timestamptz,
    -- The replica that may send it now.
    lease_owner      uuid,
    last_status_code integer,
    last_error       text,
    created_at       timestamptz NOT NULL,
    completed_at     timestamptz,
    CONSTRAINT deliveries_once_per_event UNIQUE (event_id, endpoint_id),
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

-- For claims: each endpoint's free deliveries in the order of their times.
CREATE INDEX deliveries_free ON deliveries (endpoint_id, next_attempt_at)
    WHERE status = 'pending' AND lease_owner IS NULL;
-- For what a replica holds, when it hands it back or is lost.
CREATE INDEX deliveries_leased ON deliveries (lease_owner) WHERE lease_owner IS NOT NULL;
-- For lists, newest first.
CREATE INDEX deliveries_by_organization ON deliveries (organization_id, id);
CREATE INDEX deliveries_failed ON deliveries (organization_id, id) WHERE status = 'failed';

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
    PRIMARY KEY (delivery_id, number)
);
