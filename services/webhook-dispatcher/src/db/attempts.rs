//! Reading the table `attempts`.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::DeliveryId;

use crate::schema::attempts;

#[derive(Queryable, Selectable)]
#[diesel(table_name = attempts, check_for_backend(diesel::pg::Pg))]
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
    attempts::table
        .filter(attempts::delivery_id.eq(delivery.0))
        .order(attempts::number)
        .select(AttemptRow::as_select())
        .load(conn)
        .await
}
