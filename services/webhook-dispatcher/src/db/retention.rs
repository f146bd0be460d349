//! The table `retention`, and the end of what is owed for longer than the log is kept.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Date, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::OrgId;
use uuid::Uuid;

use super::ids::least_id;
use crate::retention::{Days, Whose};
use crate::schema::retention;

/// Rows that go in one statement, at most, so that none is long.
pub const BATCH: i64 = 1_000;

/// Why a delivery has failed that was owed for too long.
pub const REASON: &str = "expired";

#[derive(Queryable, Debug, Clone, Copy, PartialEq, Eq)]
pub struct PolicyRow {
    pub organization_id: Uuid,
    pub days: i32,
    pub updated_at: DateTime<Utc>,
}

impl PolicyRow {
    /// None where this version knows no such time.
    pub fn days(&self) -> Option<Days> {
        let days = u32::try_from(self.days).ok()?;
        Days::try_from(days).ok()
    }
}

/// The time, as the database tells it.
pub async fn database_time(conn: &mut AsyncPgConnection) -> QueryResult<DateTime<Utc>> {
    diesel::select(diesel::dsl::now.into_sql::<Timestamptz>())
        .get_result(conn)
        .await
}

/// Those of all organisations that chose.
pub async fn all(conn: &mut AsyncPgConnection) -> QueryResult<Vec<PolicyRow>> {
    retention::table.load(conn).await
}

pub async fn find(
    conn: &mut AsyncPgConnection,
    organization: OrgId,
) -> QueryResult<Option<PolicyRow>> {
    retention::table
        .find(organization.0)
        .first(conn)
        .await
        .optional()
}

/// Chooses for an organisation. None: it chooses nothing any more.
pub async fn set(
    conn: &mut AsyncPgConnection,
    organization: OrgId,
    days: Option<Days>,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    let Some(days) = days else {
        return diesel::delete(retention::table.find(organization.0))
            .execute(conn)
            .await;
    };
    let chosen = (
        retention::days.eq(i32::from(days.number())),
        retention::updated_at.eq(now),
    );
    diesel::insert_into(retention::table)
        .values((retention::organization_id.eq(organization.0), chosen))
        .on_conflict(retention::organization_id)
        .do_update()
        .set(chosen)
        .execute(conn)
        .await
}

/// Ends what is owed since before `until` to the organisations, one batch of it. What a replica
/// holds is left to it. Answers how many there were.
pub async fn expire(
    conn: &mut AsyncPgConnection,
    whose: &Whose,
    until: DateTime<Utc>,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    let (those, named) = condition(whose);
    // Ids begin with the time, so that the table is read from its oldest row to the last one late.
    let late = format!("d.id < $4 AND d.created_at < $5 AND d.organization_id {those} ($6)");
    diesel::sql_query(ending(&oldest(&late)))
        .bind::<Timestamptz, _>(now)
        .bind::<BigInt, _>(BATCH)
        .bind::<Text, _>(REASON)
        .bind::<SqlUuid, _>(least_id(until))
        .bind::<Timestamptz, _>(until)
        .bind::<Array<SqlUuid>, _>(named)
        .execute(conn)
        .await
}

/// Ends what cannot be sent any more: events from before the day `until` that have gone in the very
/// moment in which they were owed once more. Answers how many there were.
pub async fn expire_without_event(
    conn: &mut AsyncPgConnection,
    until: NaiveDate,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    let gone = "d.event_id < first_event_of($4) AND NOT EXISTS (SELECT FROM events v WHERE v.id = d.event_id)";
    diesel::sql_query(ending(&oldest(gone)))
        .bind::<Timestamptz, _>(now)
        .bind::<BigInt, _>(BATCH)
        .bind::<Text, _>(REASON)
        .bind::<Date, _>(until)
        .execute(conn)
        .await
}

/// Up to `$2` deliveries that are owed and free, of which `condition` holds.
fn oldest(condition: &str) -> String {
    format!(
        "SELECT d.id FROM owed d WHERE d.lease_owner IS NULL AND {condition}
             ORDER BY d.id LIMIT $2 FOR UPDATE SKIP LOCKED"
    )
}

/// Ends the deliveries that are `due`, which locks and answers with their ids: at `$1`, for the
/// reason `$3`.
pub(super) fn ending(due: &str) -> String {
    format!(
        "WITH due AS MATERIALIZED (
             {due}
         ), gone AS (
             DELETE FROM owed d USING due WHERE d.id = due.id RETURNING d.*
         )
         INSERT INTO ended (id, event_id, endpoint_id, organization_id, sequence, replay, status, attempt_count,
                            last_status_code, last_error, created_at, completed_at)
         SELECT id, event_id, endpoint_id, organization_id, sequence, replay, 'failed', attempt_count,
                last_status_code, $3, created_at, $1
         FROM gone"
    )
}

/// How a column of organisations is compared, and with which.
pub fn condition(whose: &Whose) -> (&'static str, &[Uuid]) {
    match whose.named() {
        (named, true) => ("= ANY", named),
        (named, false) => ("<> ALL", named),
    }
}
