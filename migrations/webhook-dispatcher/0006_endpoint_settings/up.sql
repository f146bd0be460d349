-- What a school may set of an endpoint.
ALTER TABLE endpoints DROP CONSTRAINT endpoints_scheme;
ALTER TABLE endpoints ADD CONSTRAINT endpoints_scheme CHECK (scheme IN ('ga', 'trueflight', 'standard'));

-- Paused: nothing is sent, what happens is owed. Deleted: the row stays for the log of deliveries.
ALTER TABLE endpoints DROP CONSTRAINT endpoints_status;
ALTER TABLE endpoints ADD CONSTRAINT endpoints_status
    CHECK (status IN ('enabled', 'paused', 'disabled', 'deleted'));

ALTER TABLE endpoints
    -- The secret before the present one signs, too, until then.
    ADD COLUMN previous_secret_ciphertext bytea,
    ADD COLUMN previous_secret_key_id     text,
    ADD COLUMN previous_secret_until      timestamptz,
    -- Headers of the school's own: the names as shown, everything encrypted like the secret.
    ADD COLUMN header_names               text[] NOT NULL DEFAULT '{}',
    ADD COLUMN headers_ciphertext         bytea,
    ADD COLUMN headers_key_id             text,
    -- The school's notes, which mean nothing here.
    ADD COLUMN metadata                   jsonb  NOT NULL DEFAULT '{}',
    ADD COLUMN retries                    text   NOT NULL DEFAULT 'short',
    -- Deleted, and nothing is owed to it any more.
    ADD COLUMN closed                     boolean NOT NULL DEFAULT false,
    ADD CONSTRAINT endpoints_previous_secret_is_whole
        CHECK (num_nulls(previous_secret_ciphertext, previous_secret_key_id, previous_secret_until) IN (0, 3)),
    ADD CONSTRAINT endpoints_headers_are_whole
        CHECK (num_nulls(headers_ciphertext, headers_key_id) = CASE WHEN header_names = '{}' THEN 2 ELSE 0 END),
    ADD CONSTRAINT endpoints_metadata_is_an_object CHECK (jsonb_typeof(metadata) = 'object'),
    ADD CONSTRAINT endpoints_retries CHECK (retries IN ('short', 'long'));

-- For what is deleted and still owed something.
CREATE INDEX endpoints_closing ON endpoints (id) WHERE status = 'deleted' AND NOT closed;

-- What belongs to a location says so in the envelope of TrueFlight.
ALTER TABLE events ADD COLUMN location_id uuid;
