//! The table `recoveries`.

mod events;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::{EndpointId, OrgId};
use store::prepared;
use uuid::Uuid;

use crate::error::DispatcherError;
use crate::recovery::{Pace, Search};
use crate::schema::recoveries;

pub use events::{Range, candidates, owe};

pub const RUNNING: &str = "running";
pub const DONE: &str = "done";
pub const CANCELLED: &str = "cancelled";
/// The constraint that lets one run for an endpoint.
pub const ONE_AT_A_TIME: &str = "recoveries_one_at_a_time";

#[derive(Debug, Clone, Insertable, Queryable, Selectable)]
#[diesel(table_name = recoveries, check_for_backend(diesel::pg::Pg))]
pub struct RecoveryRow {
    pub id: Uuid,
    pub organization_id: Uuid,
    pub endpoint_id: Uuid,
    pub since: DateTime<Utc>,
    pub until: DateTime<Utc>,
    pub event_types: Vec<String>,
    pub missed: bool,
    pub per_second: i32,
    pub expected: Option<i64>,
    pub started_at: DateTime<Utc>,
    #[diesel(embed)]
    pub progress: Progress,
}

/// How far it is.
#[derive(Debug, Clone, PartialEq, Eq, Insertable, Queryable, Selectable, AsChangeset)]
#[diesel(table_name = recoveries, check_for_backend(diesel::pg::Pg), treat_none_as_null = true)]
pub struct Progress {
    pub status: String,
    /// Why it was cancelled.
    pub reason: Option<String>,
    pub waiting_for: Option<String>,
    /// The last event that was looked at.
    pub position: String,
    pub examined: i64,
    pub recovered: i64,
    pub still_owed: i64,
    pub due_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub finished_at: Option<DateTime<Utc>>,
}

impl Progress {
    /// Of one that is to begin with the first event after `position`.
    pub fn from(position: String, now: DateTime<Utc>) -> Self {
        Self {
            status: RUNNING.to_owned(),
            reason: None,
            waiting_for: None,
            position,
            examined: 0,
            recovered: 0,
            still_owed: 0,
            due_at: now,
            updated_at: now,
            finished_at: None,
        }
    }

    /// It is over: `done`, or `cancelled` for a reason.
    pub fn finish(&mut self, cancelled: Option<&str>, now: DateTime<Utc>) {
        self.status = cancelled.map_or(DONE, |_| CANCELLED).to_owned();
        self.reason = cancelled.map(ToOwned::to_owned);
        self.waiting_for = None;
        self.finished_at = Some(now);
        self.updated_at = now;
    }
}

impl RecoveryRow {
    /// A pattern that this version does not know matches none of its types.
    pub fn search(&self) -> Result<Search, DispatcherError> {
        let patterns = self.event_types.iter().map(|text| text.parse());
        Ok(Search {
            since: self.since,
            until: self.until,
            patterns: patterns
                .collect::<Result<_, _>>()
                .map_err(|_| self.unreadable("event_types"))?,
            missed: self.missed,
        })
    }

    pub fn pace(&self) -> Result<Pace, DispatcherError> {
        let per_second = u32::try_from(self.per_second).ok();
        per_second
            .and_then(|per_second| Pace::try_from(per_second).ok())
            .ok_or_else(|| self.unreadable("per_second"))
    }

    fn unreadable(&self, column: &'static str) -> DispatcherError {
        DispatcherError::UnreadableRow {
            id: self.id,
            column,
        }
    }
}

pub async fn insert(conn: &mut AsyncPgConnection, recovery: &RecoveryRow) -> QueryResult<()> {
    diesel::insert_into(recoveries::table)
        .values(recovery)
        .execute(conn)
        .await?;
    Ok(())
}

/// Forgets those of the organisation that ended before `until`.
pub async fn forget(
    conn: &mut AsyncPgConnection,
    organization: OrgId,
    until: DateTime<Utc>,
) -> QueryResult<usize> {
    diesel::delete(recoveries::table)
        .filter(recoveries::organization_id.eq(organization.0))
        .filter(recoveries::finished_at.lt(until))
        .execute(conn)
        .await
}

pub async fn find(
    conn: &mut AsyncPgConnection,
    organization: OrgId,
    id: Uuid,
) -> QueryResult<Option<RecoveryRow>> {
    recoveries::table
        .filter(recoveries::id.eq(id))
        .filter(recoveries::organization_id.eq(organization.0))
        .select(RecoveryRow::as_select())
        .first(conn)
        .await
        .optional()
}

/// The same, and no turn is taken before this transaction ends.
pub async fn lock(
    conn: &mut AsyncPgConnection,
    organization: OrgId,
    id: Uuid,
) -> QueryResult<Option<RecoveryRow>> {
    recoveries::table
        .filter(recoveries::id.eq(id))
        .filter(recoveries::organization_id.eq(organization.0))
        .select(RecoveryRow::as_select())
        .for_update()
        .first(conn)
        .await
        .optional()
}

/// Which recoveries a list holds.
#[derive(Debug, Clone)]
pub struct Filter {
    pub organization_id: OrgId,
    pub endpoint_id: Option<EndpointId>,
    /// Only those older than this one.
    pub after: Option<Uuid>,
}

/// Newest first.
pub async fn list(
    conn: &mut AsyncPgConnection,
    filter: &Filter,
    limit: i64,
) -> QueryResult<Vec<RecoveryRow>> {
    let mut query = recoveries::table
        .filter(recoveries::organization_id.eq(filter.organization_id.0))
        .order(recoveries::id.desc())
        .limit(limit)
        .select(RecoveryRow::as_select())
        .into_boxed();
    if let Some(endpoint) = filter.endpoint_id {
        query = query.filter(recoveries::endpoint_id.eq(endpoint.0));
    }
    if let Some(after) = filter.after {
        query = query.filter(recoveries::id.lt(after));
    }
    query.load(conn).await
}

/// Those whose turn it is, the longest due first, and so many at most.
pub async fn due(
    conn: &mut AsyncPgConnection,
    now: DateTime<Utc>,
    most: i64,
) -> QueryResult<Vec<Uuid>> {
    recoveries::table
        .filter(recoveries::status.eq(RUNNING))
        .filter(recoveries::due_at.le(now))
        .order(recoveries::due_at)
        .limit(most)
        .select(recoveries::id)
        .load(conn)
        .await
}

/// When the next turn is due, if there is one to take.
pub async fn next_due(conn: &mut AsyncPgConnection) -> QueryResult<Option<DateTime<Utc>>> {
    recoveries::table
        .filter(recoveries::status.eq(RUNNING))
        .select(diesel::dsl::min(recoveries::due_at))
        .first(conn)
        .await
}

/// Takes a turn that is due, unless somebody is at it: nobody else takes it, or cancels it, before
/// this transaction ends.
pub async fn take(
    conn: &mut AsyncPgConnection,
    id: Uuid,
    now: DateTime<Utc>,
) -> QueryResult<Option<RecoveryRow>> {
    recoveries::table
        .filter(recoveries::id.eq(id))
        .filter(recoveries::status.eq(RUNNING))
        .filter(recoveries::due_at.le(now))
        .select(RecoveryRow::as_select())
        .for_update()
        .skip_locked()
        .first(conn)
        .await
        .optional()
}

pub async fn save(conn: &mut AsyncPgConnection, id: Uuid, progress: &Progress) -> QueryResult<()> {
    let save = diesel::update(recoveries::table.find(id)).set(progress);
    prepared(save).execute(conn).await?;
    Ok(())
}

#[derive(QueryableByName)]
struct WaitingRow {
    #[diesel(sql_type = BigInt)]
    waiting: i64,
}

/// What waits for the endpoint and is nobody's, counted up to `most`.
pub async fn waiting(
    conn: &mut AsyncPgConnection,
    endpoint: EndpointId,
    most: i64,
) -> QueryResult<i64> {
    let waiting = diesel::sql_query(
        "SELECT count(*) AS waiting
         FROM (SELECT FROM owed d WHERE d.endpoint_id = $1 AND d.lease_owner IS NULL LIMIT $2) w",
    )
    .bind::<SqlUuid, _>(endpoint.0)
    .bind::<BigInt, _>(most);
    let counted: WaitingRow = prepared(waiting).get_result(conn).await?;
    Ok(counted.waiting)
}
