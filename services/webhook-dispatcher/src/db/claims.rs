//! Taking what is due and nobody's.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{
    BigInt, Binary, Bool, Integer, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid,
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde_json::Value;
use store::prepared;
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
    /// Of those, the probes of its endpoint.
    #[diesel(sql_type = Integer)]
    pub probes: i32,
    #[diesel(sql_type = SqlUuid)]
    pub endpoint_id: Uuid,
    /// Others of its subject may wait for it.
    #[diesel(sql_type = Bool)]
    pub in_order: bool,
    /// Its place, where the endpoint is sent to at a rate.
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub not_before: Option<DateTime<Utc>>,
    /// Begun later, it would come too close to those behind it.
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub not_after: Option<DateTime<Utc>>,
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

const CLAIM: &str = include_str!("claims/claim.sql");

/// Leases due deliveries to `owner`, those of endpoints with ids above `after`.
///
/// An endpoint with a rate, or that catches up, has places of an even distance in time. Those of
/// the next second are given to deliveries, in their order, and `rate_full_at` moves behind the
/// last: so replicas never give one away twice. A failing endpoint gets one delivery once its probe
/// is due. Of deliveries in order, only the oldest of its subject is taken, leased or not.
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
    let claim = diesel::sql_query(CLAIM)
        .bind::<SqlUuid, _>(owner)
        .bind::<SqlUuid, _>(after)
        .bind::<Timestamptz, _>(now)
        .bind::<Jsonb, _>(listed)
        .bind::<Integer, _>(openings.each)
        .bind::<BigInt, _>(openings.total)
        .bind::<SqlUuid, _>(first_subject(now));
    prepared(claim).load(conn).await
}

/// Where to begin among the subjects: somewhere else every time.
pub fn first_subject(now: DateTime<Utc>) -> Uuid {
    /// 2^128 divided by the golden ratio: neighbouring times come to lie far apart.
    const SPREAD: u128 = 0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835;
    let micros = u128::from(now.timestamp_micros().unsigned_abs());
    Uuid::from_u128(micros.wrapping_mul(SPREAD))
}
