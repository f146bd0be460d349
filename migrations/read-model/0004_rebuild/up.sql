-- Where documents are built anew, beside those that are served.
CREATE SCHEMA rebuild;

-- The last rebuild, or the one under way.
CREATE TABLE rebuilds (
    "only"          boolean     PRIMARY KEY DEFAULT true CHECK ("only"),
    -- 'carrying', 'filling', 'settling', then 'done', 'cancelled' or 'refused'.
    phase           text        NOT NULL,
    -- Rises with every step: whoever took another step meanwhile is found out.
    step            bigint      NOT NULL,
    -- Who works on it, as long as that is not over.
    leased_by       uuid,
    leased_until    timestamptz,
    started_at      timestamptz NOT NULL,
    finished_at     timestamptz,
    -- The last document that was carried over; the organisation that is filled, and the last of
    -- its records.
    organization_id uuid,
    kind            text COLLATE "C",
    id              text COLLATE "C",
    organizations   bigint      NOT NULL DEFAULT 0,
    records         bigint      NOT NULL DEFAULT 0,
    carried         bigint      NOT NULL DEFAULT 0
);

-- What a rebuild takes over without looking at the rest.
CREATE INDEX records_deleted ON records (organization_id, kind, id) WHERE deleted;
