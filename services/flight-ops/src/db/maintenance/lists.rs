//! What operators look up: by id, from the one after the last that was seen.

use diesel::QueryResult;
use diesel::sql_types::{BigInt, Nullable, Text, Uuid as SqlUuid};
use diesel_async::AsyncPgConnection;
use domain::{AircraftId, OrgId};
use uuid::Uuid;

use crate::db::aggregates::{self, Aggregate};

/// Which part of a list; what is none narrows nothing.
#[derive(Debug, Clone, Copy)]
pub struct Part {
    pub organization: OrgId,
    pub aircraft: Option<AircraftId>,
    pub after: Option<Uuid>,
    pub limit: i64,
}

/// Records that hang on an aircraft.
pub async fn of_aircraft<T: Aggregate>(
    conn: &mut AsyncPgConnection,
    part: Part,
) -> QueryResult<Vec<T>> {
    let condition = "id > ? AND aircraft_id = coalesce(?, aircraft_id) ORDER BY id LIMIT ?";
    let statement = aggregates::select::<T>(part.organization, condition)
        .bind::<SqlUuid, _>(part.after.unwrap_or_default())
        .bind::<Nullable<SqlUuid>, _>(part.aircraft.map(Uuid::from))
        .bind::<BigInt, _>(part.limit);
    aggregates::all(conn, statement).await
}

/// [`of_aircraft`], with a status.
pub async fn in_status<T: Aggregate>(
    conn: &mut AsyncPgConnection,
    part: Part,
    status: Option<&'static str>,
) -> QueryResult<Vec<T>> {
    let condition = "id > ? AND aircraft_id = coalesce(?, aircraft_id)
         AND status = coalesce(?, status) ORDER BY id LIMIT ?";
    let statement = aggregates::select::<T>(part.organization, condition)
        .bind::<SqlUuid, _>(part.after.unwrap_or_default())
        .bind::<Nullable<SqlUuid>, _>(part.aircraft.map(Uuid::from))
        .bind::<Nullable<Text>, _>(status)
        .bind::<BigInt, _>(part.limit);
    aggregates::all(conn, statement).await
}
