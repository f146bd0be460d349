//! Reading the view `deliveries`, which is what is owed and what has ended: lists, one by its id.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Double, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::{DeliveryId, EndpointId, EventId, OrgId};
use store::prepared;
use uuid::Uuid;

use super::ids::least_id;
use super::undelivered;
use crate::schema::{deliveries, events};

#[derive(Debug, Clone, Queryable, QueryableByName)]
pub struct DeliveryRow {
    #[diesel(sql_type = SqlUuid)]
    pub id: Uuid,
    #[diesel(sql_type = Text)]
    pub event_id: String,
    #[diesel(sql_type = Text)]
    pub event_type: String,
    #[diesel(sql_type = SqlUuid)]
    pub endpoint_id: Uuid,
    #[diesel(sql_type = BigInt)]
    pub sequence: i64,
    #[diesel(sql_type = Integer)]
    pub replay: i32,
    #[diesel(sql_type = Text)]
    pub status: String,
    #[diesel(sql_type = Integer)]
    pub attempt_count: i32,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub next_attempt_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Nullable<Integer>)]
    pub last_status_code: Option<i32>,
    #[diesel(sql_type = Nullable<Text>)]
    pub last_error: Option<String>,
    #[diesel(sql_type = Timestamptz)]
    pub created_at: DateTime<Utc>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub completed_at: Option<DateTime<Utc>>,
}

/// Which deliveries a list holds.
#[derive(Debug, Clone)]
pub struct Filter {
    pub organization_id: OrgId,
    pub endpoint_id: Option<EndpointId>,
    pub event_id: Option<EventId>,
    pub status: Option<Wanted>,
    /// Only those older than this one.
    pub after: Option<DeliveryId>,
    /// Only those made then or later.
    pub since: Option<DateTime<Utc>>,
}

/// Which a list is limited to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    Status(Status),
    /// Of each event and endpoint to which it never arrived, the newest.
    Undelivered,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    Pending,
    Succeeded,
    Failed,
}

impl Status {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
        }
    }
}

/// A text that is neither.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is no delivery status; allowed: pending, succeeded, failed, and undelivered for all that never arrived"
)]
pub struct UnknownStatus(String);

impl std::str::FromStr for Wanted {
    type Err = UnknownStatus;

    fn from_str(text: &str) -> Result<Self, UnknownStatus> {
        let all = [Status::Pending, Status::Succeeded, Status::Failed];
        let named = all.into_iter().find(|status| status.as_str() == text);
        named
            .map(Self::Status)
            .or((text == "undelivered").then_some(Self::Undelivered))
            .ok_or_else(|| UnknownStatus(text.to_owned()))
    }
}

impl Filter {
    /// What the ids of a list are below, and not below.
    pub fn ids(&self) -> (Uuid, Uuid) {
        let above = self.after.map_or(Uuid::max(), |after| after.0);
        (above, self.since.map_or(Uuid::nil(), least_id))
    }
}

/// What is owed now.
#[derive(QueryableByName, Debug, Clone, Copy, PartialEq)]
pub struct Owed {
    #[diesel(sql_type = BigInt)]
    pub deliveries: i64,
    /// Since the oldest came to be, in seconds.
    #[diesel(sql_type = Nullable<Double>)]
    pub oldest_seconds: Option<f64>,
}

/// Newest first.
pub async fn list(
    conn: &mut AsyncPgConnection,
    filter: &Filter,
    limit: i64,
) -> QueryResult<Vec<DeliveryRow>> {
    let mut query = deliveries::table
        .inner_join(events::table)
        .filter(deliveries::organization_id.eq(filter.organization_id.0))
        .order(deliveries::id.desc())
        .limit(limit)
        .select(columns())
        .into_boxed();
    if let Some(endpoint) = filter.endpoint_id {
        query = query.filter(deliveries::endpoint_id.eq(endpoint.0));
    }
    if let Some(event) = filter.event_id {
        query = query.filter(deliveries::event_id.eq(event.to_string()));
    }
    match filter.status {
        Some(Wanted::Undelivered) => return undelivered::list(conn, filter, limit).await,
        Some(Wanted::Status(status)) => {
            query = query.filter(deliveries::status.eq(status.as_str()));
        }
        None => {}
    }
    let (below, from) = filter.ids();
    query = query.filter(deliveries::id.lt(below).and(deliveries::id.ge(from)));
    query.load(conn).await
}

pub async fn find(
    conn: &mut AsyncPgConnection,
    organization: OrgId,
    id: DeliveryId,
) -> QueryResult<Option<DeliveryRow>> {
    deliveries::table
        .inner_join(events::table)
        .filter(
            deliveries::id
                .eq(id.0)
                .and(deliveries::organization_id.eq(organization.0)),
        )
        .select(columns())
        .first(conn)
        .await
        .optional()
}

/// Everything that has neither arrived nor failed, for metrics.
pub async fn owed(conn: &mut AsyncPgConnection) -> QueryResult<Owed> {
    // The oldest has the least id.
    let owed = diesel::sql_query(
        "SELECT (SELECT count(*) FROM owed)
                 + (SELECT coalesce(sum(length(settled) - bit_count(settled)), 0)::bigint FROM consignments) AS deliveries,
             extract(epoch FROM clock_timestamp() - least(
                 (SELECT created_at FROM owed ORDER BY id LIMIT 1),
                 (SELECT min(created_at) FROM consignments)))::float8 AS oldest_seconds",
    );
    prepared(owed).get_result(conn).await
}

#[diesel::dsl::auto_type(no_type_alias)]
pub(super) fn columns() -> _ {
    (
        deliveries::id,
        deliveries::event_id,
        events::event_type,
        deliveries::endpoint_id,
        deliveries::sequence,
        deliveries::replay,
        deliveries::status,
        deliveries::attempt_count,
        deliveries::next_attempt_at,
        deliveries::last_status_code,
        deliveries::last_error,
        deliveries::created_at,
        deliveries::completed_at,
    )
}
