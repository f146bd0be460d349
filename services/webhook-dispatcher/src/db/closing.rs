//! Ending what is owed to endpoints that are deleted.

use chrono::{DateTime, Utc};
use diesel::sql_types::{BigInt, Text, Timestamptz};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use store::prepared;

use super::retention::{BATCH, ending};

/// Why such a delivery has failed.
const REASON: &str = "endpoint_deleted";

/// Those that a replica holds are left to it: it gives them back, or records what became of them.
const DUE: &str = "
SELECT free.id FROM endpoints e
CROSS JOIN LATERAL (
    SELECT d.id FROM owed d
    WHERE d.endpoint_id = e.id AND d.lease_owner IS NULL
    LIMIT $2 FOR UPDATE SKIP LOCKED
) free
WHERE e.status = 'deleted' AND NOT e.closed
LIMIT $2";

/// Of which nothing is pending, free or held.
const CLOSE: &str = "
UPDATE endpoints e SET closed = true
WHERE e.status = 'deleted' AND NOT e.closed
  AND NOT EXISTS (SELECT FROM owed d WHERE d.endpoint_id = e.id AND d.lease_owner IS NULL)
  AND NOT EXISTS (SELECT FROM owed d WHERE d.lease_owner IS NOT NULL AND d.endpoint_id = e.id)
  AND NOT EXISTS (SELECT FROM consignments c WHERE c.endpoint_id = e.id)";

/// Ends one batch. Answers how many there were.
pub async fn fail(conn: &mut AsyncPgConnection, now: DateTime<Utc>) -> diesel::QueryResult<usize> {
    let fail = diesel::sql_query(ending(DUE))
        .bind::<Timestamptz, _>(now)
        .bind::<BigInt, _>(BATCH)
        .bind::<Text, _>(REASON);
    prepared(fail).execute(conn).await
}

/// Notes which deleted endpoints are owed nothing any more.
pub async fn close(conn: &mut AsyncPgConnection) -> diesel::QueryResult<usize> {
    prepared(diesel::sql_query(CLOSE)).execute(conn).await
}
