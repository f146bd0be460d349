-- An event may be sent once more, under new deliveries: 0 is the first time, then its replays.
ALTER TABLE deliveries ADD COLUMN replay integer NOT NULL DEFAULT 0;
ALTER TABLE deliveries DROP CONSTRAINT deliveries_once_per_event;
ALTER TABLE deliveries ADD CONSTRAINT deliveries_once_per_event UNIQUE (event_id, endpoint_id, replay);

-- Who asked for an event once more. Kept for a day: for the bound on how often, and so that a
-- request that is repeated with its key is answered as it was, and carried out once.
CREATE TABLE replays (
    organization_id uuid        NOT NULL,
    -- UUID of version 7.
    id              uuid        NOT NULL,
    event_id        text        NOT NULL,
    -- How the caller calls the request.
    idempotency_key text
        CONSTRAINT replays_key_length CHECK (octet_length(idempotency_key) BETWEEN 1 AND 255),
    -- The answer.
    endpoints       integer     NOT NULL,
    already_pending integer     NOT NULL,
    requested_at    timestamptz NOT NULL,
    PRIMARY KEY (organization_id, id),
    CONSTRAINT replays_key UNIQUE (organization_id, idempotency_key)
);

CREATE INDEX replays_by_time ON replays (organization_id, requested_at);
