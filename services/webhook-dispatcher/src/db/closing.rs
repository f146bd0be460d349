//! Ending what is owed to endpoints that are deleted.

use chrono::{DateTime, Utc};
use diesel::sql_types::{BigInt, Timestamptz};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

/// Deliveries ended in one statement, at most, so that none is long.
pub const BATCH: i64 = 1_000;

/// Why such a delivery has failed.
const REASON: &str = "endpoint_deleted";

/// Those that a replica holds are left to it: it gives them back, or records what became of them.
const FAIL: &str = "
WITH due AS MATERIALIZED (
    SELECT free.id FROM endpoints e
    CROSS JOIN LATERAL (
        SELECT d.id FROM owed d
        WHERE d.endpoint_id = e.id AND d.lease_owner IS NULL
        LIMIT $2 FOR UPDATE SKIP LOCKED
    ) free
    WHERE e.status = 'deleted' AND NOT e.closed
    LIMIT $2
), gone AS (
    DELETE FROM owed d USING due WHERE d.id = due.id RETURNING d.*
)
INSERT INTO ended (id, event_id, endpoint_id, organization_id, sequence, replay, status, attempt_count,
                   last_status_code, last_error, created_at, completed_at)
SELECT id, event_id, endpoint_id, organization_id, sequence, replay, 'failed', attempt_count,
       last_status_code, $3, created_at, $1
FROM gone";

/// Of which nothing is pending, free or held.
const CLOSE: &str = "
UPDATE endpoints e SET closed = true
WHERE e.status = 'deleted' AND NOT e.closed
  AND NOT EXISTS (SELECT FROM owed d WHERE d.endpoint_id = e.id AND d.lease_owner IS NULL)
  AND NOT EXISTS (SELECT FROM owed d WHERE d.lease_owner IS NOT NULL AND d.endpoint_id = e.id)";

/// Ends one batch. Answers how many there were.
pub async fn fail(conn: &mut AsyncPgConnection, now: DateTime<Utc>) -> diesel::QueryResult<usize> {
    diesel::sql_query(FAIL)
        .bind::<Timestamptz, _>(now)
        .bind::<BigInt, _>(BATCH)
        .bind::<diesel::sql_types::Text, _>(REASON)
        .execute(conn)
        .await
}

/// Notes which deleted endpoints are owed nothing any more.
pub async fn close(conn: &mut AsyncPgConnection) -> diesel::QueryResult<usize> {
    diesel::sql_query(CLOSE).execute(conn).await
}
