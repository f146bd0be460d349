-- The trail keeps what happened, and so may hold acts that are no longer written.
ALTER TABLE key_audit
    DROP CONSTRAINT key_audit_act,
    ADD CONSTRAINT key_audit_act CHECK (act IN ('minted', 'rotated', 'revoked')) NOT VALID;
ALTER TABLE api_keys
    DROP COLUMN limit_seconds,
    DROP COLUMN limit_requests;
