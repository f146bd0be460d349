//! Reading the table `deliveries`: lists, sums, one by its id.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Double, Nullable};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::{DeliveryId, EndpointId, EventId, OrgId};
use uuid::Uuid;

use crate::schema::{deliveries, events};

#[derive(Queryable)]
pub struct DeliveryRow {
    pub id: Uuid,
    pub event_id: String,
    pub event_type: String,
    pub endpoint_id: Uuid,
    pub sequence: i64,
    pub status: String,
    pub attempt_count: i32,
    pub next_attempt_at: Option<DateTime<Utc>>,
    pub last_status_code: Option<i32>,
    pub last_error: Option<String>,
    pub created_at: DateTime<Utc>,
    pub completed_at: Option<DateTime<Utc>>,
}

/// Which deliveries a list holds.
#[derive(Debug, Clone)]
pub struct Filter {
    pub organization_id: OrgId,
    pub endpoint_id: Option<EndpointId>,
    pub event_id: Option<EventId>,
    pub status: Option<Status>,
    /// Only those older than this one.
    pub after: Option<DeliveryId>,
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

/// A text that is no status.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no delivery status; allowed: pending, succeeded, failed")]
pub struct UnknownStatus(String);

impl std::str::FromStr for Status {
    type Err = UnknownStatus;

    fn from_str(text: &str) -> Result<Self, UnknownStatus> {
        let all = [Self::Pending, Self::Succeeded, Self::Failed];
        all.into_iter()
            .find(|status| status.as_str() == text)
            .ok_or_else(|| UnknownStatus(text.to_owned()))
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
    if let Some(status) = filter.status {
        query = query.filter(deliveries::status.eq(status.as_str()));
    }
    if let Some(after) = filter.after {
        query = query.filter(deliveries::id.lt(after.0));
    }
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
    // In two halves, each by its own small index.
    diesel::sql_query(
        "SELECT free.deliveries + leased.deliveries AS deliveries,
             extract(epoch FROM clock_timestamp() - least(free.oldest, leased.oldest))::float8 AS oldest_seconds
         FROM (SELECT count(*) AS deliveries, min(created_at) AS oldest FROM deliveries
               WHERE status = 'pending' AND lease_owner IS NULL) free,
              (SELECT count(*) AS deliveries, min(created_at) AS oldest FROM deliveries
               WHERE lease_owner IS NOT NULL) leased",
    )
    .get_result(conn)
    .await
}

#[diesel::dsl::auto_type(no_type_alias)]
fn columns() -> _ {
    (
        deliveries::id,
        deliveries::event_id,
        events::event_type,
        deliveries::endpoint_id,
        deliveries::sequence,
        deliveries::status,
        deliveries::attempt_count,
        deliveries::next_attempt_at,
        deliveries::last_status_code,
        deliveries::last_error,
        deliveries::created_at,
        deliveries::completed_at,
    )
}
