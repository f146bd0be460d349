ALTER TABLE events DROP COLUMN location_id;

-- What was not known before goes, and with it what is owed to it.
DELETE FROM deliveries d USING endpoints e
WHERE e.id = d.endpoint_id AND d.status = 'pending' AND (e.scheme <> 'ga' OR e.status = 'deleted');
DELETE FROM endpoints WHERE scheme <> 'ga' OR status = 'deleted';
UPDATE endpoints SET status = 'disabled', disabled_reason = 'paused' WHERE status = 'paused';

DROP INDEX endpoints_closing;
ALTER TABLE endpoints
    DROP COLUMN closed,
    DROP COLUMN retries,
    DROP COLUMN metadata,
    DROP COLUMN headers_key_id,
    DROP COLUMN headers_ciphertext,
    DROP COLUMN header_names,
    DROP COLUMN previous_secret_until,
    DROP COLUMN previous_secret_key_id,
    DROP COLUMN previous_secret_ciphertext;
ALTER TABLE endpoints DROP CONSTRAINT endpoints_status;
ALTER TABLE endpoints ADD CONSTRAINT endpoints_status CHECK (status IN ('enabled', 'disabled'));
ALTER TABLE endpoints DROP CONSTRAINT endpoints_scheme;
ALTER TABLE endpoints ADD CONSTRAINT endpoints_scheme CHECK (scheme IN ('ga'));
