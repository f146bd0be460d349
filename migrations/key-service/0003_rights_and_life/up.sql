-- What a key is bound to, and the key that took over from it.
ALTER TABLE api_keys
    -- The bases whose records it opens; none: those of the whole organisation.
    ADD COLUMN locations  uuid[] NOT NULL DEFAULT '{}'
        CONSTRAINT api_keys_locations_are_few CHECK (cardinality(locations) <= 100),
    -- CIDR blocks it may be used from; none: from anywhere.
    ADD COLUMN networks   text[] NOT NULL DEFAULT '{}'
        CONSTRAINT api_keys_networks_are_few CHECK (cardinality(networks) <= 50),
    ADD COLUMN replaces   uuid REFERENCES api_keys (id)
        CONSTRAINT api_keys_replaces_another CHECK (replaces <> id),
    -- The end of the overlap, once another key has taken over.
    ADD COLUMN retires_at timestamptz
        CONSTRAINT api_keys_retires_after_creation CHECK (retires_at >= created_at);

-- Whether the keys that took over from one live.
CREATE INDEX api_keys_by_replaced ON api_keys (replaces) WHERE replaces IS NOT NULL;

ALTER TABLE key_audit
    DROP CONSTRAINT key_audit_act,
    ADD CONSTRAINT key_audit_act CHECK (act IN ('minted', 'rotated', 'revoked'));

-- The latest use of each key that gateways told of. Apart from the keys: it is written often, and
-- losing it would lose nothing that anybody decided.
CREATE TABLE key_usage (
    key_id       uuid        PRIMARY KEY REFERENCES api_keys (id),
    last_used_at timestamptz NOT NULL,
    address      text        NOT NULL
        CONSTRAINT key_usage_address_is_short CHECK (char_length(address) <= 45),
    user_agent   text
        CONSTRAINT key_usage_user_agent_is_short CHECK (char_length(user_agent) <= 256)
) WITH (
    -- Its rows change in place, so leave them room on their page (HOT updates).
    fillfactor = 70
);
