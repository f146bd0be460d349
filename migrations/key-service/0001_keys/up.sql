-- API keys. The token itself is nowhere: only its SHA-256, and the few characters by which people
-- tell keys apart.
CREATE TABLE api_keys (
    id              uuid        PRIMARY KEY,
    organization_id uuid        NOT NULL,
    surface         text        NOT NULL
        CONSTRAINT api_keys_surface CHECK (surface IN ('ga', 'tf', 'tf_test')),
    name            text        NOT NULL
        CONSTRAINT api_keys_name_length CHECK (char_length(name) BETWEEN 1 AND 100),
    display_prefix  text        NOT NULL
        CONSTRAINT api_keys_prefix_is_short CHECK (char_length(display_prefix) <= 12),
    last_four       text        NOT NULL
        CONSTRAINT api_keys_last_four CHECK (char_length(last_four) = 4),
    token_sha256    bytea       NOT NULL
        CONSTRAINT api_keys_token_sha256_unique UNIQUE
        CONSTRAINT api_keys_token_sha256_length CHECK (octet_length(token_sha256) = 32),
    scopes          text[]      NOT NULL
        CONSTRAINT api_keys_has_scopes CHECK (cardinality(scopes) > 0),
    note            text,
    created_by      text,
    created_at      timestamptz NOT NULL,
    expires_at      timestamptz
        CONSTRAINT api_keys_expires_after_creation CHECK (expires_at > created_at),
    revoked_at      timestamptz
);

-- The list of an organisation's keys, and the count of those that live.
CREATE INDEX api_keys_by_organization ON api_keys (organization_id, created_at DESC, id DESC);

-- Every act on a key, for ever.
CREATE TABLE key_audit (
    id              bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    key_id          uuid        NOT NULL REFERENCES api_keys (id),
    organization_id uuid        NOT NULL,
    act             text        NOT NULL
        CONSTRAINT key_audit_act CHECK (act IN ('minted', 'revoked')),
    by              text,
    at              timestamptz NOT NULL,
    detail          jsonb       NOT NULL
);

CREATE INDEX key_audit_by_organization ON key_audit (organization_id, id DESC);
CREATE INDEX key_audit_by_key ON key_audit (key_id, id);

CREATE FUNCTION key_audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'key_audit is append-only: % is refused', TG_OP
        USING ERRCODE = 'restrict_violation';
END
$$;

-- Once a statement, so that a statement that would meet no row is refused too.
CREATE TRIGGER key_audit_is_append_only
    BEFORE UPDATE OR DELETE OR TRUNCATE ON key_audit
    FOR EACH STATEMENT EXECUTE FUNCTION key_audit_is_append_only();
