//! The table `meter_postings`.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Jsonb, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::{AircraftId, OrgId};
use serde_json::Value;
use store::Statement;
use uuid::Uuid;

#[derive(QueryableByName)]
pub struct Posting {
    #[diesel(sql_type = SqlUuid)]
    pub aircraft_id: Uuid,
    /// What was posted.
    #[diesel(sql_type = Jsonb)]
    pub posting: Value,
}

pub async fn find(
    conn: &mut AsyncPgConnection,
    organization: OrgId,
    id: Uuid,
) -> QueryResult<Option<Posting>> {
    Statement::new(
        "SELECT aircraft_id, posting FROM meter_postings WHERE organization_id = ? AND id = ?",
    )
    .bind::<SqlUuid, _>(organization.0)
    .bind::<SqlUuid, _>(id)
    .get_result(conn)
    .await
    .optional()
}

/// Whether the posting was new.
pub async fn insert(
    conn: &mut AsyncPgConnection,
    organization: OrgId,
    id: Uuid,
    aircraft: AircraftId,
    posting: Value,
    now: DateTime<Utc>,
) -> QueryResult<bool> {
    let statement = Statement::new(
        "INSERT INTO meter_postings (organization_id, id, aircraft_id, posting, recorded_at)
         VALUES (?, ?, ?, ?, ?) ON CONFLICT (organization_id, id) DO NOTHING",
    )
    .bind::<SqlUuid, _>(organization.0)
    .bind::<SqlUuid, _>(id)
    .bind::<SqlUuid, _>(aircraft.0)
    .bind::<Jsonb, _>(posting)
    .bind::<Timestamptz, _>(now);
    Ok(statement.run(conn).await? > 0)
}
