//! The transactional outbox: messages that are owed to the broker, written in the transaction that
//! causes them.
//!
//! The table is `sql/outbox.sql`, which every publishing service copies into its migrations. A
//! relay claims rows with a lease, publishes them, and removes those that were confirmed. A relay
//! that dies loses its lease, never a row. What is written in a [`crate::Db::transaction`] is given
//! to the relay of the same process as it commits. Rows are claimed by what is unclaimed, never by "after
//! the last id": ids are given before transactions commit, so a lower one may appear later.

mod hand_over;
mod listen;

use std::time::Duration;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Binary, Bool, Double, Jsonb, Nullable, Text, Timestamptz};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use crate::statement::prepared;

pub(crate) use hand_over::HandOver;
pub use hand_over::Receiver;
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
#[derive(Clone, Debug)]
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

/// Bounds what one statement holds in memory, here and in PostgreSQL.
const ROWS_PER_INSERT: usize = 8_000;

/// Ids are given after the rows are sorted, so their order is that of the messages.
const INSERT: &str = "
INSERT INTO outbox (exchange, routing_key, message_id, content_type, headers, traceparent, payload,
                    claimed_until, attempts)
SELECT m.exchange, m.routing_key, m.message_id, m.content_type, m.headers, m.traceparent, m.payload,
       CASE WHEN $8 THEN now() + make_interval(secs => $9) ELSE '-infinity' END, $8::int
FROM unnest($1, $2, $3, $4, $5, $6, $7) WITH ORDINALITY
    AS m (exchange, routing_key, message_id, content_type, headers, traceparent, payload, position)
ORDER BY m.position
RETURNING id, created_at";

#[derive(QueryableByName)]
struct Inserted {
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = Timestamptz)]
    created_at: DateTime<Utc>,
}

/// Writes messages, in the caller's transaction, in one statement (or one per 8,000).
pub async fn insert(conn: &mut AsyncPgConnection, messages: &[NewMessage]) -> QueryResult<()> {
    Insert::new(conn, messages).run(conn).await
}

/// Messages about to be written, for a transaction that has it done together with something else: a
/// connection that is shared takes several statements at once, and answers them in their order.
pub struct Insert<'m> {
    messages: &'m [NewMessage],
    hands_over: bool,
}

impl<'m> Insert<'m> {
    pub fn new(conn: &mut AsyncPgConnection, messages: &'m [NewMessage]) -> Self {
        Self {
            messages,
            hands_over: hand_over::is_collecting(conn),
        }
    }

    /// [`insert`]: on the same connection, in the same transaction.
    pub async fn run(self, conn: &AsyncPgConnection) -> QueryResult<()> {
        for chunk in self.messages.chunks(ROWS_PER_INSERT) {
            let mut inserted = insert_chunk(conn, chunk, self.hands_over).await?;
            if self.hands_over {
                inserted.sort_unstable_by_key(|row| row.id);
                hand_over::note(chunk.iter().zip(inserted).map(row).collect());
            }
        }
        Ok(())
    }
}

async fn insert_chunk(
    mut conn: &AsyncPgConnection,
    chunk: &[NewMessage],
    is_claimed: bool,
) -> QueryResult<Vec<Inserted>> {
    fn column<'a, T>(chunk: &'a [NewMessage], of: impl Fn(&'a NewMessage) -> T) -> Vec<T> {
        chunk.iter().map(of).collect()
    }
    let insert = diesel::sql_query(INSERT)
        .bind::<Array<Text>, _>(column(chunk, |m| &m.exchange))
        .bind::<Array<Text>, _>(column(chunk, |m| &m.routing_key))
        .bind::<Array<Text>, _>(column(chunk, |m| &m.message_id))
        .bind::<Array<Text>, _>(column(chunk, |m| &m.content_type))
        .bind::<Array<Nullable<Jsonb>>, _>(column(chunk, |m| m.headers.as_ref()))
        .bind::<Array<Nullable<Text>>, _>(column(chunk, |m| m.traceparent.as_ref()))
        .bind::<Array<Binary>, _>(column(chunk, |m| &m.payload))
        .bind::<Bool, _>(is_claimed)
        .bind::<Double, _>(hand_over::CLAIMED_FOR.as_secs_f64());
    prepared(insert).load(&mut conn).await
}

fn row((message, inserted): (&NewMessage, Inserted)) -> OutboxRow {
    let message = message.clone();
    OutboxRow {
        id: inserted.id,
        exchange: message.exchange,
        routing_key: message.routing_key,
        message_id: message.message_id,
        content_type: message.content_type,
        headers: message.headers,
        traceparent: message.traceparent,
        payload: message.payload,
        created_at: inserted.created_at,
        attempts: 1,
    }
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
    // Materialised, because PostgreSQL may run a plain subquery with LIMIT more than once. Not
    // prepared, because a plan that was made while nothing was owed is the wrong one later.
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

/// A row that is forgotten and comes back, because the server crashed, is a message published twice,
/// which its consumers take once. So nobody waits for the disk.
const REMOVE: &str = "
WITH relaxed AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true))
DELETE FROM outbox USING relaxed WHERE id = ANY($1)";

/// Forgets rows whose messages the broker has confirmed. Returns how many there were.
pub async fn remove(conn: &mut AsyncPgConnection, ids: &[i64]) -> QueryResult<usize> {
    let remove = diesel::sql_query(REMOVE).bind::<Array<BigInt>, _>(ids);
    prepared(remove).execute(conn).await
}

/// Gives claimed rows back before their lease ends, for another attempt at once.
pub async fn release(conn: &mut AsyncPgConnection, ids: &[i64]) -> QueryResult<usize> {
    diesel::sql_query("UPDATE outbox SET claimed_until = '-infinity' WHERE id = ANY($1)")
        .bind::<Array<BigInt>, _>(ids)
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
