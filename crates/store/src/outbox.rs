//! The transactional outbox: messages that are owed to the broker, written in the transaction that
//! causes them.
//!
//! The table is `sql/outbox.sql`, which every publishing service copies into its migrations. A
//! relay claims rows with a lease, publishes them, and removes those that were confirmed. A relay
//! that dies loses its lease, never a row. Rows are claimed by what is unclaimed, never by "after
//! the last id": ids are given before transactions commit, so a lower one may appear later.

mod listen;

use std::time::Duration;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Double, Nullable};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

pub use listen::{Wakeups, listen};

diesel::table! {
    outbox (id) {
        id -> BigInt,
        exchange -> Text,
        routing_key -> Text,
        message_id -> Text,
        content_type -> Text,
        headers -> Nullable<Jsonb>,
        traceparent -> Nullable<Text>,
        payload -> Binary,
        created_at -> Timestamptz,
        claimed_until -> Timestamptz,
        attempts -> Integer,
    }
}

/// A message to be published once the surrounding transaction has committed.
#[derive(Clone, Debug, Insertable)]
#[diesel(table_name = outbox)]
pub struct NewMessage {
    pub exchange: String,
    pub routing_key: String,
    /// Stays the same however often the message is published; consumers dedupe on it.
    pub message_id: String,
    /// The media type of `payload`.
    pub content_type: String,
    /// A JSON object of further string headers.
    pub headers: Option<serde_json::Value>,
    /// W3C trace context of the causing request.
    pub traceparent: Option<String>,
    pub payload: Vec<u8>,
}

/// A claimed message.
#[derive(Clone, Debug, Queryable, QueryableByName, Selectable)]
#[diesel(table_name = outbox)]
pub struct OutboxRow {
    pub id: i64,
    pub exchange: String,
    pub routing_key: String,
    pub message_id: String,
    pub content_type: String,
    pub headers: Option<serde_json::Value>,
    pub traceparent: Option<String>,
    pub payload: Vec<u8>,
    pub created_at: DateTime<Utc>,
    /// How often the row has been claimed, this time included.
    pub attempts: i32,
}

/// What has not been published yet, claimed or not.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Owed {
    pub rows: i64,
    /// Since the oldest row was written; `None` when nothing is owed.
    pub oldest: Option<Duration>,
}

/// PostgreSQL counts the parameters of a statement in 16 bits; a row has seven.
const ROWS_PER_INSERT: usize = 8_000;

/// Writes messages, in the caller's transaction, in one statement (or one per 8,000).
pub async fn insert(conn: &mut AsyncPgConnection, messages: &[NewMessage]) -> QueryResult<()> {
    for chunk in messages.chunks(ROWS_PER_INSERT) {
        diesel::insert_into(outbox::table)
            .values(chunk)
            .execute(conn)
            .await?;
    }
    Ok(())
}

/// Claims up to `limit` rows for `lease` and returns them in the order of their ids. Rows that
/// others hold are passed over without waiting.
///
/// Fresh rows come before rows whose lease has run out.
pub async fn claim(
    conn: &mut AsyncPgConnection,
    limit: u32,
    lease: Duration,
) -> QueryResult<Vec<OutboxRow>> {
    // Materialised, because PostgreSQL may run a plain subquery with LIMIT more than once.
    let mut rows: Vec<OutboxRow> = diesel::sql_query(
        "WITH due AS MATERIALIZED (
             SELECT id FROM outbox WHERE claimed_until <= now()
             ORDER BY claimed_until, id LIMIT $1 FOR UPDATE SKIP LOCKED
         )
         UPDATE outbox AS o
         SET claimed_until = now() + make_interval(secs => $2), attempts = o.attempts + 1
         FROM due WHERE o.id = due.id
         RETURNING o.id, o.exchange, o.routing_key, o.message_id, o.content_type, o.headers,
             o.traceparent, o.payload, o.created_at, o.attempts",
    )
    .bind::<BigInt, _>(i64::from(limit))
    .bind::<Double, _>(lease.as_secs_f64())
    .load(conn)
    .await?;
    rows.sort_unstable_by_key(|row| row.id);
    Ok(rows)
}

/// Forgets rows whose messages the broker has confirmed. Returns how many there were.
pub async fn remove(conn: &mut AsyncPgConnection, ids: &[i64]) -> QueryResult<usize> {
    diesel::delete(outbox::table.filter(outbox::id.eq_any(ids)))
        .execute(conn)
        .await
}

/// Gives claimed rows back before their lease ends, for another attempt at once.
pub async fn release(conn: &mut AsyncPgConnection, ids: &[i64]) -> QueryResult<usize> {
    diesel::sql_query("UPDATE outbox SET claimed_until = '-infinity' WHERE id = ANY($1)")
        .bind::<diesel::sql_types::Array<BigInt>, _>(ids)
        .execute(conn)
        .await
}

/// How much is owed, for metrics and readiness.
pub async fn owed(conn: &mut AsyncPgConnection) -> QueryResult<Owed> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = BigInt)]
        rows: i64,
        #[diesel(sql_type = Nullable<Double>)]
        oldest_seconds: Option<f64>,
    }
    let row: Row = diesel::sql_query(
        "SELECT count(*) AS rows,
             extract(epoch FROM clock_timestamp() - min(created_at))::float8 AS oldest_seconds
         FROM outbox",
    )
    .get_result(conn)
    .await?;
    Ok(Owed {
        rows: row.rows,
        // A clock set back gives a negative age.
        oldest: row
            .oldest_seconds
            .map(|seconds| Duration::try_from_secs_f64(seconds).unwrap_or_default()),
    })
}
