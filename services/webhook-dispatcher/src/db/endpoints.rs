//! The table `endpoints`.

mod rows;
mod writes;

use diesel::prelude::*;
use diesel::sql_types::Text;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::{EndpointId, OrgId};
use store::prepared;
use uuid::Uuid;

use self::rows::EndpointRow;
use crate::endpoint::Endpoint;
use crate::error::DispatcherError;
use crate::schema::endpoints;

pub use rows::SubscriberRow;
pub use writes::{
    NewSecret, begin_rate_anew, delete, disable, insert, replace_secret, set_headers, update,
};

/// What is not there any more: its row stays for the log of deliveries.
pub const DELETED: &str = "deleted";

/// The organisation's endpoints, oldest first.
pub async fn list(
    conn: &mut AsyncPgConnection,
    organization: OrgId,
) -> Result<Vec<Endpoint>, DispatcherError> {
    let rows: Vec<EndpointRow> = endpoints::table
        .filter(
            endpoints::organization_id
                .eq(organization.0)
                .and(endpoints::status.ne(DELETED)),
        )
        .order(endpoints::id)
        .select(EndpointRow::as_select())
        .load(conn)
        .await?;
    rows.into_iter().map(Endpoint::try_from).collect()
}

pub async fn find(
    conn: &mut AsyncPgConnection,
    organization: OrgId,
    id: EndpointId,
) -> Result<Option<Endpoint>, DispatcherError> {
    let row: Option<EndpointRow> = endpoints::table
        .filter(endpoints::id.eq(id.0))
        .filter(endpoints::organization_id.eq(organization.0))
        .filter(endpoints::status.ne(DELETED))
        .select(EndpointRow::as_select())
        .first(conn)
        .await
        .optional()?;
    row.map(Endpoint::try_from).transpose()
}

/// The same, and nobody else changes it before this transaction ends.
pub async fn lock(
    conn: &mut AsyncPgConnection,
    organization: OrgId,
    id: EndpointId,
) -> Result<Option<Endpoint>, DispatcherError> {
    let row: Option<EndpointRow> = endpoints::table
        .filter(endpoints::id.eq(id.0))
        .filter(endpoints::organization_id.eq(organization.0))
        .filter(endpoints::status.ne(DELETED))
        .select(EndpointRow::as_select())
        .for_update()
        .first(conn)
        .await
        .optional()?;
    row.map(Endpoint::try_from).transpose()
}

/// Whether there was such an endpoint of the organisation, and it was deleted.
pub async fn was_deleted(
    conn: &mut AsyncPgConnection,
    organization: OrgId,
    id: EndpointId,
) -> QueryResult<bool> {
    let found = endpoints::table
        .filter(endpoints::id.eq(id.0))
        .filter(endpoints::organization_id.eq(organization.0))
        .filter(endpoints::status.eq(DELETED));
    diesel::select(diesel::dsl::exists(found))
        .get_result(conn)
        .await
}

pub async fn count(conn: &mut AsyncPgConnection, organization: OrgId) -> QueryResult<i64> {
    endpoints::table
        .filter(
            endpoints::organization_id
                .eq(organization.0)
                .and(endpoints::status.ne(DELETED)),
        )
        .count()
        .get_result(conn)
        .await
}

/// Lets one transaction at a time add an endpoint to an organisation, so that two cannot both
/// count to one below the limit.
pub async fn lock_organization(
    conn: &mut AsyncPgConnection,
    organization: OrgId,
) -> QueryResult<()> {
    let lock = diesel::sql_query("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))")
        .bind::<Text, _>(organization.to_string());
    prepared(lock).execute(conn).await?;
    Ok(())
}

/// The endpoints of these organisations: those that are owed what happens, and those that would be.
pub async fn subscribers(
    conn: &mut AsyncPgConnection,
    organizations: &[Uuid],
) -> QueryResult<Vec<SubscriberRow>> {
    endpoints::table
        .filter(
            endpoints::organization_id
                .eq_any(organizations)
                .and(endpoints::status.ne(DELETED)),
        )
        .select(SubscriberRow::as_select())
        .load(conn)
        .await
}
