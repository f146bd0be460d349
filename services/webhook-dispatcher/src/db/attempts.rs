//! Reading the attempts of a delivery.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::DeliveryId;

use crate::schema::attempts_made;

#[derive(Queryable, Selectable)]
#[diesel(table_name = attempts_made, check_for_backend(diesel::pg::Pg))]
pub struct AttemptRow {
    pub number: i32,
    pub started_at: DateTime<Utc>,
    pub duration_ms: i32,
    pub status_code: Option<i32>,
    pub error: Option<String>,
    pub error_detail: Option<String>,
    pub response_excerpt: Vec<u8>,
    /// In JSON, by name.
    pub request_headers: Option<String>,
    pub response_headers: Option<String>,
}

/// The attempts of a delivery, in their order.
pub async fn list(
    conn: &mut AsyncPgConnection,
    delivery: DeliveryId,
) -> QueryResult<Vec<AttemptRow>> {
    attempts_made::table
        .filter(attempts_made::delivery_id.eq(delivery.0))
        .order(attempts_made::number)
        .select(AttemptRow::as_select())
        .load(conn)
        .await
}
