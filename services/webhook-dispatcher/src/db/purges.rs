//! Removing rows of the log: of a day that some organisations keep and others do not, and of what
//! no day was made for.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Date, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};

use crate::db::partitions::Log;
use crate::db::retention::{BATCH, condition};
use crate::retention::Whose;

#[derive(QueryableByName)]
struct Purged {
    #[diesel(sql_type = BigInt)]
    rows: i64,
}

/// The ids of up to `$2` rows `e` of a partition, whose organisation compares with `$1` as `those`
/// says and of which `more` holds; locked. From one organisation to the next by the index: a day may
/// hold very much of those that keep it.
fn some(partition: &str, those: &str, more: &str) -> String {
    format!(
        "WITH RECURSIVE present AS (
             (SELECT p.organization_id FROM {partition} p ORDER BY p.organization_id LIMIT 1)
             UNION ALL
             SELECT (SELECT p.organization_id FROM {partition} p WHERE p.organization_id > w.organization_id
                     ORDER BY p.organization_id LIMIT 1)
             FROM present w WHERE w.organization_id IS NOT NULL
         )
         SELECT o.id FROM present w CROSS JOIN LATERAL (
             SELECT e.id FROM {partition} e WHERE e.organization_id = w.organization_id {more}
             LIMIT $2 FOR UPDATE SKIP LOCKED
         ) o
         WHERE w.organization_id {those} ($1)
         LIMIT $2"
    )
}

/// Removes deliveries of the organisations that ended, and their attempts, from one day: one batch.
/// Answers how many there were.
pub async fn deliveries(
    conn: &mut AsyncPgConnection,
    day: NaiveDate,
    whose: &Whose,
) -> QueryResult<usize> {
    let ended = Log::Ended.partition(day);
    let (those, named) = condition(whose);
    let some = some(&ended, those, "");
    let purge = format!(
        "WITH gone AS (
             DELETE FROM {ended} d WHERE d.id IN ({some}) RETURNING d.id
         ), tried AS (
             DELETE FROM attempts a USING gone WHERE a.delivery_id = gone.id
                 AND a.delivery_id >= first_uuid_of($3) AND a.delivery_id < first_uuid_of($3 + 1)
         )
         SELECT count(*) AS rows FROM gone"
    );
    let purged: Purged = diesel::sql_query(purge)
        .bind::<Array<SqlUuid>, _>(named)
        .bind::<BigInt, _>(BATCH)
        .bind::<Date, _>(day)
        .get_result(conn)
        .await?;
    Ok(usize::try_from(purged.rows).unwrap_or_default())
}

/// Removes events of the organisations from one day, but for those of which deliveries are there: one
/// batch.
/// Answers how many there were.
pub async fn events(
    conn: &mut AsyncPgConnection,
    day: NaiveDate,
    whose: &Whose,
) -> QueryResult<usize> {
    let (those, named) = condition(whose);
    let events = Log::Events.partition(day);
    let alone = format!("AND {NO_DELIVERY}");
    let some = diesel::sql_query(some(&events, those, &alone))
        .bind::<Array<SqlUuid>, _>(named)
        .bind::<BigInt, _>(BATCH);
    conn.transaction(async |conn| {
        let some = some.load(conn).await?;
        remove_events(conn, &events, some).await
    })
    .await
}

/// Has those events of a day that is taken away stay of which deliveries of later days are there:
/// one batch. They come to lie where no day is made for them. Answers how many there were.
pub async fn carry_events(conn: &mut AsyncPgConnection, day: NaiveDate) -> QueryResult<usize> {
    let (gone, rest) = (Log::Events.partition(day), Log::Events.rest());
    let carry = format!(
        "INSERT INTO events (id, organization_id, type, occurred_at, traceparent, body, created_at, location_id,
                             subject_id, passed_over)
         SELECT e.id, e.organization_id, e.type, e.occurred_at, e.traceparent, e.body, e.created_at, e.location_id,
                e.subject_id, e.passed_over
         FROM {gone} e
         WHERE e.id IN (
             SELECT d.event_id FROM ended d WHERE d.event_id >= first_event_of($1) AND d.event_id < first_event_of($1 + 1)
         ) AND NOT EXISTS (SELECT FROM {rest} r WHERE r.id = e.id)
         LIMIT $2
         ON CONFLICT DO NOTHING"
    );
    diesel::sql_query(carry)
        .bind::<Date, _>(day)
        .bind::<BigInt, _>(BATCH)
        .execute(conn)
        .await
}

/// Removes what no day was made for and lies there since before `until`: one batch of each table. An
/// old event that is sent once more comes to lie there. Answers how many there were.
pub async fn rest(conn: &mut AsyncPgConnection, until: DateTime<Utc>) -> QueryResult<usize> {
    let mut removed = 0;
    for (log, old) in [
        (Log::Attempts, "r.started_at < $1"),
        (Log::Ended, "r.completed_at < $1"),
    ] {
        removed += batch(conn, &log.rest(), old, until).await?;
    }
    let (events, alone) = (Log::Events.rest(), NO_DELIVERY);
    let some = format!(
        "SELECT e.id FROM {events} e WHERE e.created_at < $1 AND {alone} LIMIT $2 FOR UPDATE OF e SKIP LOCKED"
    );
    let some = diesel::sql_query(some)
        .bind::<Timestamptz, _>(until)
        .bind::<BigInt, _>(BATCH);
    let events = conn.transaction(async |conn| {
        let some = some.load(conn).await?;
        remove_events(conn, &events, some).await
    });
    Ok(removed + events.await?)
}

/// Removes recoveries that ended, and endpoints that were deleted, before `ended`, and requests for
/// replays from before `asked`: one batch of each. Whoever asks again has requests removed then; this is
/// for who does not. An endpoint stays while the log has anything that was sent to it. Answers how many
/// there were.
pub async fn requests(
    conn: &mut AsyncPgConnection,
    ended: DateTime<Utc>,
    asked: DateTime<Utc>,
) -> QueryResult<usize> {
    let mut removed = 0;
    for (table, old, until) in [
        ("recoveries", "r.finished_at < $1", ended),
        ("replays", "r.requested_at < $1", asked),
        ("endpoints", UNUSED, ended),
    ] {
        removed += batch(conn, table, old, until).await?;
    }
    Ok(removed)
}

/// Removes a batch of the rows `r` of a table that are `old`, in words about `$1`.
async fn batch(
    conn: &mut AsyncPgConnection,
    table: &str,
    old: &str,
    until: DateTime<Utc>,
) -> QueryResult<usize> {
    let purge = format!(
        "DELETE FROM {table} d USING (SELECT r.ctid FROM {table} r WHERE {old} LIMIT $2) old
         WHERE d.ctid = old.ctid"
    );
    diesel::sql_query(purge)
        .bind::<Timestamptz, _>(until)
        .bind::<BigInt, _>(BATCH)
        .execute(conn)
        .await
}

/// Of an endpoint `r`. Deleting it was the last that was said of it.
const UNUSED: &str = "r.status = 'deleted' AND r.closed AND r.updated_at < $1
         AND NOT EXISTS (SELECT FROM owed o WHERE o.endpoint_id = r.id)
         AND NOT EXISTS (SELECT FROM consignments c WHERE c.endpoint_id = r.id)
         AND NOT EXISTS (SELECT FROM ended d WHERE d.endpoint_id = r.id)";

/// Of an event `e`.
const NO_DELIVERY: &str = "NOT EXISTS (SELECT FROM owed o WHERE o.event_id = e.id)
         AND NOT EXISTS (SELECT FROM consigned c WHERE c.event_id = e.id)
         AND NOT EXISTS (SELECT FROM ended d WHERE d.event_id = e.id)";

#[derive(QueryableByName)]
struct EventRow {
    #[diesel(sql_type = Text)]
    id: String,
}

/// Of `some`, which are locked, those that nobody came to be owed before they were.
async fn remove_events(
    conn: &mut AsyncPgConnection,
    table: &str,
    some: Vec<EventRow>,
) -> QueryResult<usize> {
    if some.is_empty() {
        return Ok(0);
    }
    let ids: Vec<String> = some.into_iter().map(|event| event.id).collect();
    diesel::sql_query(format!(
        "DELETE FROM {table} e WHERE e.id = ANY ($1) AND {NO_DELIVERY}"
    ))
    .bind::<Array<Text>, _>(ids)
    .execute(conn)
    .await
}

#[cfg(test)]
mod tests;
