//! Taking what is due and nobody's.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{
    BigInt, Binary, Integer, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid,
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde_json::Value;
use uuid::Uuid;

use super::destinations::DestinationRow;

/// A delivery with all that it takes to send it.
#[derive(QueryableByName)]
pub struct ClaimedRow {
    #[diesel(sql_type = SqlUuid)]
    pub id: Uuid,
    #[diesel(sql_type = Text)]
    pub event_id: String,
    #[diesel(sql_type = Text)]
    pub event_type: String,
    #[diesel(sql_type = Nullable<Text>)]
    pub traceparent: Option<String>,
    #[diesel(sql_type = Binary)]
    pub body: Vec<u8>,
    #[diesel(sql_type = BigInt)]
    pub sequence: i64,
    #[diesel(sql_type = Integer)]
    pub attempt_count: i32,
    #[diesel(sql_type = SqlUuid)]
    pub endpoint_id: Uuid,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub location_id: Option<Uuid>,
    #[diesel(embed)]
    pub destination: DestinationRow,
}

/// How much may be claimed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Openings {
    /// In all.
    pub total: i64,
    /// For an endpoint that is not listed.
    pub each: i32,
    pub listed: HashMap<Uuid, i32>,
}

impl Openings {
    pub fn of(&self, endpoint: Uuid) -> i32 {
        self.listed.get(&endpoint).copied().unwrap_or(self.each)
    }
}

/// Goes from endpoint to endpoint by the index on free deliveries, beginning after `$2`, so that a
/// long backlog of one is not read for the sake of the others. The openings come as one JSON object:
/// a look-up in it is a binary search, where a join with an array may become a nested loop.
const CLAIM: &str = "
WITH RECURSIVE waiting AS (
    (SELECT endpoint_id FROM deliveries
     WHERE status = 'pending' AND lease_owner IS NULL AND endpoint_id > $2
     ORDER BY endpoint_id LIMIT 1)
    UNION ALL
    SELECT (SELECT d.endpoint_id FROM deliveries d
            WHERE d.status = 'pending' AND d.lease_owner IS NULL AND d.endpoint_id > w.endpoint_id
            ORDER BY d.endpoint_id LIMIT 1)
    FROM waiting w WHERE w.endpoint_id IS NOT NULL
), picked AS MATERIALIZED (
    SELECT due.id FROM waiting w
    CROSS JOIN LATERAL (
        SELECT d.id FROM deliveries d
        WHERE d.endpoint_id = w.endpoint_id AND d.status = 'pending' AND d.lease_owner IS NULL
          AND d.next_attempt_at <= $3
        ORDER BY d.next_attempt_at LIMIT coalesce(($4 ->> w.endpoint_id::text)::int, $5)
        FOR UPDATE SKIP LOCKED
    ) due
    WHERE (SELECT e.status FROM endpoints e WHERE e.id = w.endpoint_id) = 'enabled'
    LIMIT $6
), claimed AS (
    UPDATE deliveries d SET lease_owner = $1 FROM picked WHERE d.id = picked.id
    RETURNING d.id, d.event_id, d.sequence, d.attempt_count, d.endpoint_id
)
SELECT c.id, c.event_id, v.type AS event_type, v.traceparent, v.body, c.sequence, c.attempt_count, c.endpoint_id,
       v.location_id, e.url, e.scheme, e.secret_ciphertext, e.secret_key_id, e.previous_secret_ciphertext,
       e.previous_secret_key_id, e.previous_secret_until, e.headers_ciphertext, e.headers_key_id, e.retries
FROM claimed c JOIN events v ON v.id = c.event_id JOIN endpoints e ON e.id = c.endpoint_id
ORDER BY c.endpoint_id, c.sequence";

/// Leases due deliveries to `owner`, those of endpoints with ids above `after`.
pub async fn claim(
    conn: &mut AsyncPgConnection,
    owner: Uuid,
    after: Uuid,
    openings: &Openings,
    now: DateTime<Utc>,
) -> QueryResult<Vec<ClaimedRow>> {
    let listed = openings
        .listed
        .iter()
        .map(|(id, opening)| (id.to_string(), Value::from(*opening)));
    let listed = Value::Object(listed.collect());
    diesel::sql_query(CLAIM)
        .bind::<SqlUuid, _>(owner)
        .bind::<SqlUuid, _>(after)
        .bind::<Timestamptz, _>(now)
        .bind::<Jsonb, _>(listed)
        .bind::<Integer, _>(openings.each)
        .bind::<BigInt, _>(openings.total)
        .load(conn)
        .await
}
