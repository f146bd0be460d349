//! The table `locations`.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::organization::Location;
use domain::{LocationId, OrgId};
use uuid::Uuid;

use crate::schema::locations;

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = locations, check_for_backend(diesel::pg::Pg))]
#[diesel(primary_key(organization_id, id), treat_none_as_null = true)]
struct LocationRow {
    organization_id: Uuid,
    id: Uuid,
    version: i64,
    name: String,
    code: String,
    icao_code: Option<String>,
    timezone: String,
    address: Option<String>,
    active: bool,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

/// Whether the row was new; an id that is there already is left as it is.
pub async fn insert(conn: &mut AsyncPgConnection, location: &Location) -> QueryResult<bool> {
    let inserted = diesel::insert_into(locations::table)
        .values(LocationRow::from(location))
        .on_conflict((locations::organization_id, locations::id))
        .do_nothing()
        .execute(conn)
        .await?;
    Ok(inserted > 0)
}

super::versioned::versioned!(locations, LocationRow, Location, LocationId);

impl From<&Location> for LocationRow {
    fn from(location: &Location) -> Self {
        Self {
            organization_id: location.organization_id.0,
            id: location.id.0,
            version: location.version,
            name: location.name.clone(),
            code: location.code.clone(),
            icao_code: location.icao_code.clone(),
            timezone: location.timezone.clone(),
            address: location.address.clone(),
            active: location.active,
            created_at: location.created_at,
            updated_at: location.updated_at,
        }
    }
}

impl From<LocationRow> for Location {
    fn from(row: LocationRow) -> Self {
        Self {
            id: row.id.into(),
            organization_id: row.organization_id.into(),
            version: row.version,
            name: row.name,
            code: row.code,
            icao_code: row.icao_code,
            timezone: row.timezone,
            address: row.address,
            active: row.active,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}
