-- Of the attempts, those that were probes of the endpoint: the schedule of retries does not count them.
ALTER TABLE owed ADD COLUMN probes integer NOT NULL DEFAULT 0;

-- Nobody looks by it, and because of it every change of an endpoint's health was a new entry in all of
-- its indexes.
DROP INDEX endpoints_unwell;

-- Nobody reads it.
ALTER TABLE events DROP COLUMN matched;

-- Without whose lease it is, which nobody reads there.
DROP VIEW deliveries;
CREATE VIEW deliveries AS
SELECT id, event_id, endpoint_id, organization_id, sequence, replay, 'pending'::text AS status, attempt_count,
       next_attempt_at, last_status_code, last_error, created_at, NULL::timestamptz AS completed_at
FROM owed
UNION ALL
SELECT id, event_id, endpoint_id, organization_id, sequence, replay, status, attempt_count,
       NULL::timestamptz, last_status_code, last_error, created_at, completed_at
FROM ended;
