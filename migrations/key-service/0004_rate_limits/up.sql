-- What a key may ask for in place of what the gateways give every key; none: that.
ALTER TABLE api_keys
    ADD COLUMN limit_requests bigint
        CONSTRAINT api_keys_limit_requests CHECK (limit_requests BETWEEN 1 AND 1000000),
    ADD COLUMN limit_seconds  bigint
        CONSTRAINT api_keys_limit_seconds CHECK (limit_seconds BETWEEN 1 AND 86400),
    ADD CONSTRAINT api_keys_limit_is_whole
        CHECK ((limit_requests IS NULL) = (limit_seconds IS NULL));

-- That a key of `ga` has no locations is decided where keys are made: a constraint, even one that
-- is not valid, would keep those of old from being revoked.

ALTER TABLE key_audit
    DROP CONSTRAINT key_audit_act,
    ADD CONSTRAINT key_audit_act CHECK (act IN ('minted', 'rotated', 'limited', 'revoked'));
