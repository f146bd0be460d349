-- The transactional outbox, the same in every service that publishes. Copy this file into a
-- migration of the service (`migrations/<service>/<version>_outbox/up.sql`) and leave it as it is:
-- `store::outbox` reads and writes exactly these columns.
--
-- The table holds only what is owed: a row is deleted once the broker has confirmed its message.
CREATE TABLE outbox (
    id            bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    exchange      text        NOT NULL,
    routing_key   text        NOT NULL,
    message_id    text        NOT NULL,
    content_type  text        NOT NULL,
    headers       jsonb,
    traceparent   text,
    payload       bytea       NOT NULL,
    created_at    timestamptz NOT NULL DEFAULT now(),
    -- Until then a relay is publishing the row; afterwards it is anybody's again.
    claimed_until timestamptz NOT NULL DEFAULT '-infinity',
    attempts      integer     NOT NULL DEFAULT 0
) WITH (
    -- Rows come and go: clean up after them by their number, not by a share of a small table.
    autovacuum_vacuum_scale_factor = 0,
    autovacuum_vacuum_threshold = 2000
);

-- In the order in which rows are claimed, so that a claim reads only what it takes.
CREATE INDEX outbox_by_claim ON outbox (claimed_until, id);

CREATE FUNCTION outbox_notify() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('outbox', '');
    RETURN NULL;
END
$$;

-- Once a statement, and PostgreSQL folds equal notifications of a transaction into one.
CREATE TRIGGER outbox_notify AFTER INSERT ON outbox
    FOR EACH STATEMENT EXECUTE FUNCTION outbox_notify();
