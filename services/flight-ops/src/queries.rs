//! What operators look up. Lists go by id, from the one after the last that was seen.

pub mod export;
pub mod maintenance;

use contracts::convert::{parse, parse_optional};
use contracts::v1;
use domain::flight::Flight;
use domain::organization::Organization;
use domain::person::{Person, Role};
use domain::signing::SigningKey;
use domain::{FlightId, OrgId};
use store::AsyncPgConnection;

use crate::commands::school;
use crate::db::{flights, organizations, people, signing_keys};
use crate::error::OpsError;

/// Records of one answer, at most; also what is meant by no limit at all.
const MOST: i32 = 200;

/// Between one and [`MOST`].
fn limit(asked: i32) -> i64 {
    i64::from(if asked <= 0 { MOST } else { asked.min(MOST) })
}

pub async fn get_flight(
    conn: &mut AsyncPgConnection,
    request: &v1::GetFlightRequest,
) -> Result<Flight, OpsError> {
    let organization: OrgId = parse("organization_id", &request.organization_id)?;
    let id: FlightId = parse("flight_id", &request.flight_id)?;
    flights::find(conn, organization, id)
        .await?
        .ok_or(OpsError::no_such("flight"))
}

pub async fn list_flights(
    conn: &mut AsyncPgConnection,
    request: &v1::ListFlightsRequest,
) -> Result<Vec<Flight>, OpsError> {
    let organization: OrgId = parse("organization_id", &request.organization_id)?;
    let status = parse_optional("status", request.status.as_deref())?;
    let after = parse_optional("after_id", request.after_id.as_deref())?;
    school(conn, organization).await?;
    Ok(flights::list(conn, organization, status, after, limit(request.limit)).await?)
}

pub async fn list_people(
    conn: &mut AsyncPgConnection,
    request: &v1::ListPeopleRequest,
) -> Result<Vec<Person>, OpsError> {
    let organization: OrgId = parse("organization_id", &request.organization_id)?;
    let role: Option<Role> = parse_optional("role", request.role.as_deref())?;
    let after = parse_optional("after_id", request.after_id.as_deref())?;
    school(conn, organization).await?;
    Ok(people::list(conn, organization, role, after, limit(request.limit)).await?)
}

pub async fn list_organizations(
    conn: &mut AsyncPgConnection,
    request: &v1::ListOrganizationsRequest,
) -> Result<Vec<Organization>, OpsError> {
    let after = parse_optional("after_id", request.after_id.as_deref())?;
    Ok(organizations::list(conn, after, limit(request.limit)).await?)
}

/// Every key that signs, or ever signed, for a school; public halves only.
pub async fn list_signing_keys(
    conn: &mut AsyncPgConnection,
    request: &v1::ListSigningKeysRequest,
) -> Result<Vec<SigningKey>, OpsError> {
    let organization: OrgId = parse("organization_id", &request.organization_id)?;
    school(conn, organization).await?;
    Ok(signing_keys::list(conn, organization).await?)
}
