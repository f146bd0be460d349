//! What is stored of an event and of the endpoints that may have heard of it.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::{EventId, OrgId};
use serde_json::Value;
use uuid::Uuid;

use super::deliveries::{self as rows, DeliveryRow};
use crate::schema::{deliveries, endpoints, events, owed};

/// An event that is held.
#[derive(Queryable, Selectable)]
#[diesel(table_name = events, check_for_backend(diesel::pg::Pg))]
pub struct HeldRow {
    pub event_type: String,
    pub occurred_at: DateTime<Utc>,
    /// When it was fanned out.
    pub created_at: DateTime<Utc>,
    pub passed_over: Value,
}

/// An endpoint, deleted ones among them.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = endpoints, check_for_backend(diesel::pg::Pg))]
pub struct EndpointRow {
    pub id: Uuid,
    pub url: String,
    /// `deleted`, or one of the domain's.
    pub status: String,
    pub disabled_reason: Option<String>,
    pub health: String,
    pub rate_requests: Option<i32>,
    pub created_at: DateTime<Utc>,
}

pub async fn event(
    conn: &mut AsyncPgConnection,
    organization: OrgId,
    id: EventId,
) -> QueryResult<Option<HeldRow>> {
    events::table
        .filter(events::id.eq(id.to_string()))
        .filter(events::organization_id.eq(organization.0))
        .select(HeldRow::as_select())
        .first(conn)
        .await
        .optional()
}

/// All that the organisation ever had, oldest first.
pub async fn endpoints(
    conn: &mut AsyncPgConnection,
    organization: OrgId,
) -> QueryResult<Vec<EndpointRow>> {
    endpoints::table
        .filter(endpoints::organization_id.eq(organization.0))
        .order(endpoints::id)
        .select(EndpointRow::as_select())
        .load(conn)
        .await
}

/// By endpoint: the delivery of the event that arrived, else the newest.
pub async fn deliveries(
    conn: &mut AsyncPgConnection,
    organization: OrgId,
    event: EventId,
) -> QueryResult<HashMap<Uuid, DeliveryRow>> {
    let rows: Vec<DeliveryRow> = deliveries::table
        .inner_join(events::table)
        .filter(deliveries::event_id.eq(event.to_string()))
        .filter(deliveries::organization_id.eq(organization.0))
        .distinct_on(deliveries::endpoint_id)
        .order((
            deliveries::endpoint_id,
            deliveries::status.eq("succeeded").desc(),
            deliveries::id.desc(),
        ))
        .select(rows::columns())
        .load(conn)
        .await?;
    Ok(rows.into_iter().map(|row| (row.endpoint_id, row)).collect())
}

/// Deliveries by which the event is owed to endpoints that ask for order, and before which another
/// of the same subject is owed.
pub async fn waiting_in_line(
    conn: &mut AsyncPgConnection,
    event: EventId,
) -> QueryResult<HashSet<Uuid>> {
    let earlier = diesel::alias!(owed as earlier);
    let before = earlier
        .filter(earlier.field(owed::endpoint_id).eq(owed::endpoint_id))
        .filter(earlier.field(owed::subject_id).eq(owed::subject_id))
        .filter(earlier.field(owed::sequence).lt(owed::sequence));
    let waiting: Vec<Uuid> = owed::table
        .filter(owed::event_id.eq(event.to_string()))
        .filter(diesel::dsl::exists(before))
        .select(owed::id)
        .load(conn)
        .await?;
    Ok(waiting.into_iter().collect())
}
