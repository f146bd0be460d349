DROP VIEW deliveries;
CREATE VIEW deliveries AS
SELECT id, event_id, endpoint_id, organization_id, sequence, replay, 'pending'::text AS status, attempt_count,
       next_attempt_at, lease_owner, last_status_code, last_error, created_at, NULL::timestamptz AS completed_at
FROM owed
UNION ALL
SELECT id, event_id, endpoint_id, organization_id, sequence, replay, status, attempt_count,
       NULL::timestamptz, NULL::uuid, last_status_code, last_error, created_at, completed_at
FROM ended;

CREATE INDEX endpoints_unwell ON endpoints (id) WHERE health <> 'healthy';

ALTER TABLE events ADD COLUMN matched integer NOT NULL DEFAULT 0;

ALTER TABLE owed DROP COLUMN probes;
