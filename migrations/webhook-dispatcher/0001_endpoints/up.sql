-- Where a school's partners want to hear of events.
CREATE TABLE endpoints (
    id                uuid        PRIMARY KEY,
    organization_id   uuid        NOT NULL,
    url               text        NOT NULL
        CONSTRAINT endpoints_url_length CHECK (octet_length(url) BETWEEN 1 AND 2048),
    description       text
        CONSTRAINT endpoints_description_length CHECK (char_length(description) <= 500),
    -- Exact types, `flight.*`, or `*`.
    event_types       text[]      NOT NULL
        CONSTRAINT endpoints_has_event_types CHECK (cardinality(event_types) > 0),
    -- Only events of this location; null: of all.
    location_id       uuid,
    scheme            text        NOT NULL
        CONSTRAINT endpoints_scheme CHECK (scheme IN ('ga')),
    -- XChaCha20-Poly1305 under the key of that name: nonce, ciphertext, tag.
    secret_ciphertext bytea       NOT NULL,
    secret_key_id     text        NOT NULL,
    status            text        NOT NULL DEFAULT 'enabled'
        CONSTRAINT endpoints_status CHECK (status IN ('enabled', 'disabled')),
    disabled_reason   text,
    -- What the next delivery will be numbered.
    next_sequence     bigint      NOT NULL DEFAULT 1,
    created_at        timestamptz NOT NULL,
    updated_at        timestamptz NOT NULL,
    CONSTRAINT endpoints_disabled_for_a_reason CHECK ((status = 'disabled') = (disabled_reason IS NOT NULL))
) WITH (
    -- Every batch of events raises `next_sequence`: leave room to do so in place.
    fillfactor = 50,
    autovacuum_vacuum_scale_factor = 0,
    autovacuum_vacuum_threshold = 1000
);

CREATE INDEX endpoints_by_organization ON endpoints (organization_id, id);
