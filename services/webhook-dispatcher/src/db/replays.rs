//! The table `replays`, and the deliveries of a replay.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::OrgId;
use serde_json::Value;
use store::prepared;
use uuid::Uuid;

use crate::schema::{events, pending, replays};

/// A replay that was asked for.
#[derive(Insertable, Queryable, Selectable)]
#[diesel(table_name = replays, check_for_backend(diesel::pg::Pg))]
pub struct ReplayRow {
    pub organization_id: Uuid,
    pub id: Uuid,
    pub event_id: String,
    pub idempotency_key: Option<String>,
    pub endpoints: i32,
    pub already_pending: i32,
    pub requested_at: DateTime<Utc>,
    /// Where one delivery was asked for once more: its endpoint, and the delivery that came of it.
    pub endpoint_id: Option<Uuid>,
    pub delivery_id: Option<Uuid>,
}

/// An event that is to be held, if it is not yet.
#[derive(Insertable)]
#[diesel(table_name = events)]
pub struct EventRow<'a> {
    pub id: &'a str,
    pub organization_id: Uuid,
    pub event_type: &'static str,
    pub occurred_at: DateTime<Utc>,
    pub traceparent: Option<&'a str>,
    pub body: &'a [u8],
    pub location_id: Option<Uuid>,
    pub subject_id: Uuid,
    pub created_at: DateTime<Utc>,
    /// By endpoint: why it is not owed the event.
    pub passed_over: Value,
}

pub async fn insert(conn: &mut AsyncPgConnection, replay: &ReplayRow) -> QueryResult<()> {
    diesel::insert_into(replays::table)
        .values(replay)
        .execute(conn)
        .await?;
    Ok(())
}

pub async fn find_by_key(
    conn: &mut AsyncPgConnection,
    organization: OrgId,
    key: &str,
) -> QueryResult<Option<ReplayRow>> {
    replays::table
        .filter(
            replays::organization_id
                .eq(organization.0)
                .and(replays::idempotency_key.eq(key)),
        )
        .select(ReplayRow::as_select())
        .first(conn)
        .await
        .optional()
}

/// Replays of the organisation after `since`.
pub async fn count(
    conn: &mut AsyncPgConnection,
    organization: OrgId,
    since: DateTime<Utc>,
) -> QueryResult<i64> {
    replays::table
        .filter(
            replays::organization_id
                .eq(organization.0)
                .and(replays::requested_at.gt(since)),
        )
        .count()
        .get_result(conn)
        .await
}

/// Forgets those of the organisation from before `until`.
pub async fn forget(
    conn: &mut AsyncPgConnection,
    organization: OrgId,
    until: DateTime<Utc>,
) -> QueryResult<usize> {
    diesel::delete(replays::table)
        .filter(
            replays::organization_id
                .eq(organization.0)
                .and(replays::requested_at.le(until)),
        )
        .execute(conn)
        .await
}

/// Holds the event, unless it is held, and answers whose it is. Nobody removes it before this
/// transaction ends; one that is just being removed is held anew.
pub async fn hold(conn: &mut AsyncPgConnection, event: &EventRow<'_>) -> QueryResult<Uuid> {
    loop {
        diesel::insert_into(events::table)
            .values(event)
            .on_conflict_do_nothing()
            .execute(conn)
            .await?;
        let held = events::table
            .filter(events::id.eq(event.id))
            .select(events::organization_id)
            .for_key_share()
            .first(conn)
            .await
            .optional()?;
        if let Some(organization) = held {
            return Ok(organization);
        }
    }
}

/// The endpoints that are owed the event at this moment.
pub async fn pending(conn: &mut AsyncPgConnection, event: &str) -> QueryResult<Vec<Uuid>> {
    pending::table
        .filter(pending::event_id.eq(event))
        .select(pending::endpoint_id)
        .load(conn)
        .await
}

/// The delivery by which the endpoint is owed the event at this moment: the oldest.
pub async fn pending_at(
    conn: &mut AsyncPgConnection,
    event: &str,
    endpoint: Uuid,
) -> QueryResult<Option<Uuid>> {
    pending::table
        .filter(pending::event_id.eq(event))
        .filter(pending::endpoint_id.eq(endpoint))
        .order(pending::id)
        .select(pending::id)
        .first(conn)
        .await
        .optional()
}

/// Numbered like the deliveries of new events: the endpoints' rows are locked in the order of
/// their ids. Nobody has leased them. One that was deleted meanwhile gets none: it may be closed.
const WRITE: &str = "
WITH wanted AS (
    SELECT * FROM unnest($2, $3) AS w (id, endpoint_id)
), locked AS MATERIALIZED (
    SELECT e.id FROM endpoints e WHERE e.id IN (SELECT endpoint_id FROM wanted) AND e.status <> 'deleted'
    ORDER BY e.id FOR UPDATE
), numbered AS (
    UPDATE endpoints e SET next_sequence = e.next_sequence + 1
    FROM locked l WHERE e.id = l.id
    RETURNING e.id, e.organization_id, e.in_order, e.next_sequence - 1 AS sequence
), replay AS (
    SELECT coalesce(max(d.replay), 0) + 1 AS number FROM deliveries d WHERE d.event_id = $1
)
INSERT INTO owed (id, event_id, endpoint_id, organization_id, sequence, subject_id, attempt_count, next_attempt_at,
                  created_at, replay)
SELECT w.id, $1, w.endpoint_id, n.organization_id, n.sequence,
       CASE WHEN n.in_order THEN (SELECT v.subject_id FROM events v WHERE v.id = $1) END, 0, $4, $4, replay.number
FROM wanted w JOIN numbered n ON n.id = w.endpoint_id, replay";

/// Writes a delivery of `event` to each endpoint, due at once. `ids` and `endpoints` go together.
pub async fn write(
    conn: &mut AsyncPgConnection,
    event: &str,
    ids: &[Uuid],
    endpoints: &[Uuid],
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    let write = diesel::sql_query(WRITE)
        .bind::<Text, _>(event)
        .bind::<Array<SqlUuid>, _>(ids)
        .bind::<Array<SqlUuid>, _>(endpoints)
        .bind::<Timestamptz, _>(now);
    prepared(write).execute(conn).await
}
