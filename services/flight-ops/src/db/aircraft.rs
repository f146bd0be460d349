//! The table `aircraft`.

mod row;

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::aircraft::Aircraft;
use domain::{AircraftId, OrgId};
use uuid::Uuid;

use crate::schema::aircraft;
use row::AircraftRow;

/// Two aircraft of one organisation never bear the same registration.
pub const REGISTRATION_TAKEN: &str = "aircraft_registration";

/// Whether the row was new; an id that is there already is left as it is.
pub async fn insert(conn: &mut AsyncPgConnection, new: &Aircraft) -> QueryResult<bool> {
    let inserted = diesel::insert_into(aircraft::table)
        .values(AircraftRow::from(new))
        .on_conflict((aircraft::organization_id, aircraft::id))
        .do_nothing()
        .execute(conn)
        .await?;
    Ok(inserted > 0)
}

/// Inserts aircraft that are known to be new, in one statement.
pub async fn insert_all(conn: &mut AsyncPgConnection, new: &[Aircraft]) -> QueryResult<()> {
    let rows: Vec<AircraftRow> = new.iter().map(AircraftRow::from).collect();
    diesel::insert_into(aircraft::table)
        .values(rows)
        .execute(conn)
        .await?;
    Ok(())
}

super::versioned::versioned!(aircraft, AircraftRow, Aircraft, AircraftId);

/// The ids behind those of the registrations that are known.
pub async fn ids_by_registration(
    conn: &mut AsyncPgConnection,
    organization: OrgId,
    registrations: impl IntoIterator<Item = &str>,
) -> QueryResult<Vec<(String, AircraftId)>> {
    let registrations: Vec<&str> = registrations.into_iter().collect();
    let known: Vec<(String, Uuid)> = aircraft::table
        .filter(aircraft::organization_id.eq(organization.0))
        .filter(aircraft::registration.eq_any(registrations))
        .select((aircraft::registration, aircraft::id))
        .load(conn)
        .await?;
    Ok(known
        .into_iter()
        .map(|(registration, id)| (registration, AircraftId(id)))
        .collect())
}
