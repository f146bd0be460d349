//! What never arrived.

use diesel::QueryResult;
use diesel::sql_types::{BigInt, Nullable, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use store::prepared;

use super::deliveries::{DeliveryRow, Filter};

/// Not through the view: of what has ended, only the failed are looked through, which have an index
/// of their own. An event that was sent once more stands there by its newest delivery.
const LIST: &str = "
WITH open AS (
    SELECT id, event_id, endpoint_id, sequence, replay, 'pending' AS status, attempt_count, next_attempt_at,
           last_status_code, last_error, created_at, NULL::timestamptz AS completed_at
    FROM pending
    WHERE organization_id = $1 AND ($2 IS NULL OR endpoint_id = $2) AND ($3 IS NULL OR event_id = $3)
      AND id < $4 AND id >= $5
    UNION ALL
    SELECT id, event_id, endpoint_id, sequence, replay, status, attempt_count, NULL,
           last_status_code, last_error, created_at, completed_at
    FROM ended
    WHERE organization_id = $1 AND ($2 IS NULL OR endpoint_id = $2) AND ($3 IS NULL OR event_id = $3)
      AND id < $4 AND id >= $5 AND status = 'failed'
)
SELECT o.*, v.type AS event_type
FROM open o JOIN events v ON v.id = o.event_id
WHERE NOT EXISTS (
        SELECT FROM owed later
        WHERE later.event_id = o.event_id AND later.endpoint_id = o.endpoint_id AND later.id > o.id)
  AND NOT EXISTS (
        SELECT FROM ended other
        WHERE other.event_id = o.event_id AND other.endpoint_id = o.endpoint_id
          AND (other.id > o.id OR other.status = 'succeeded'))
ORDER BY o.id DESC LIMIT $6";

/// Newest first. `filter`'s status is not asked.
pub async fn list(
    conn: &mut AsyncPgConnection,
    filter: &Filter,
    limit: i64,
) -> QueryResult<Vec<DeliveryRow>> {
    let (below, from) = filter.ids();
    let list = diesel::sql_query(LIST)
        .bind::<SqlUuid, _>(filter.organization_id.0)
        .bind::<Nullable<SqlUuid>, _>(filter.endpoint_id.map(|id| id.0))
        .bind::<Nullable<Text>, _>(filter.event_id.map(|id| id.to_string()))
        .bind::<SqlUuid, _>(below)
        .bind::<SqlUuid, _>(from)
        .bind::<BigInt, _>(limit);
    prepared(list).load(conn).await
}
