//! The table `endpoints`.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::Text;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::{EndpointId, OrgId};
use uuid::Uuid;

use crate::endpoint::{Endpoint, Interest};
use crate::error::DispatcherError;
use crate::schema::endpoints;
use crate::secrets::Sealed;

#[derive(Queryable, Selectable)]
#[diesel(table_name = endpoints, check_for_backend(diesel::pg::Pg))]
struct EndpointRow {
    id: Uuid,
    organization_id: Uuid,
    url: String,
    description: Option<String>,
    event_types: Vec<String>,
    location_id: Option<Uuid>,
    scheme: String,
    disabled_reason: Option<String>,
    created_at: DateTime<Utc>,
}

#[derive(Insertable)]
#[diesel(table_name = endpoints)]
struct NewRow<'a> {
    id: Uuid,
    organization_id: Uuid,
    url: &'a str,
    description: Option<&'a str>,
    event_types: Vec<String>,
    location_id: Option<Uuid>,
    scheme: &'static str,
    secret_ciphertext: &'a [u8],
    secret_key_id: &'a str,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

/// What it takes to reach an endpoint, and to decide whether to.
#[derive(Queryable, Selectable)]
#[diesel(table_name = endpoints, check_for_backend(diesel::pg::Pg))]
pub struct SubscriberRow {
    pub id: Uuid,
    pub organization_id: Uuid,
    event_types: Vec<String>,
    location_id: Option<Uuid>,
    pub url: String,
    pub scheme: String,
    pub secret_ciphertext: Vec<u8>,
    pub secret_key_id: String,
}

impl SubscriberRow {
    pub fn interest(&self) -> Interest {
        interest(self.id, &self.event_types, self.location_id)
    }
}

pub async fn insert(
    conn: &mut AsyncPgConnection,
    endpoint: &Endpoint,
    secret: &Sealed,
) -> QueryResult<()> {
    let row = NewRow {
        id: endpoint.id.0,
        organization_id: endpoint.organization_id.0,
        url: &endpoint.url,
        description: endpoint.description.as_deref(),
        event_types: endpoint
            .interest
            .patterns
            .iter()
            .map(ToString::to_string)
            .collect(),
        location_id: endpoint.interest.location_id.map(Into::into),
        scheme: endpoint.scheme.as_str(),
        secret_ciphertext: &secret.ciphertext,
        secret_key_id: &secret.key_id,
        created_at: endpoint.created_at,
        updated_at: endpoint.created_at,
    };
    diesel::insert_into(endpoints::table)
        .values(&row)
        .execute(conn)
        .await?;
    Ok(())
}

/// The organisation's endpoints, oldest first.
pub async fn list(
    conn: &mut AsyncPgConnection,
    organization: OrgId,
) -> Result<Vec<Endpoint>, DispatcherError> {
    let rows: Vec<EndpointRow> = endpoints::table
        .filter(endpoints::organization_id.eq(organization.0))
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
        .filter(
            endpoints::id
                .eq(id.0)
                .and(endpoints::organization_id.eq(organization.0)),
        )
        .select(EndpointRow::as_select())
        .first(conn)
        .await
        .optional()?;
    row.map(Endpoint::try_from).transpose()
}

pub async fn count(conn: &mut AsyncPgConnection, organization: OrgId) -> QueryResult<i64> {
    endpoints::table
        .filter(endpoints::organization_id.eq(organization.0))
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
    diesel::sql_query("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))")
        .bind::<Text, _>(organization.to_string())
        .execute(conn)
        .await?;
    Ok(())
}

/// The endpoints of these organisations that want to hear anything.
pub async fn subscribers(
    conn: &mut AsyncPgConnection,
    organizations: &[Uuid],
) -> QueryResult<Vec<SubscriberRow>> {
    endpoints::table
        .filter(
            endpoints::organization_id
                .eq_any(organizations)
                .and(endpoints::status.eq("enabled")),
        )
        .select(SubscriberRow::as_select())
        .load(conn)
        .await
}

/// Disables those of `ids` that are enabled; answers which, with their organisations.
pub async fn disable(
    conn: &mut AsyncPgConnection,
    ids: &[Uuid],
    reason: &str,
    now: DateTime<Utc>,
) -> QueryResult<Vec<(Uuid, Uuid)>> {
    diesel::update(endpoints::table)
        .filter(
            endpoints::id
                .eq_any(ids)
                .and(endpoints::status.eq("enabled")),
        )
        .set((
            endpoints::status.eq("disabled"),
            endpoints::disabled_reason.eq(reason),
            endpoints::updated_at.eq(now),
        ))
        .returning((endpoints::id, endpoints::organization_id))
        .get_results(conn)
        .await
}

/// A pattern that this version does not know is passed over: it matches none of its types.
fn interest(id: Uuid, event_types: &[String], location_id: Option<Uuid>) -> Interest {
    let patterns = event_types.iter().filter_map(|text| {
        let parsed = text.parse();
        if parsed.is_err() {
            tracing::warn!(endpoint_id = %id, pattern = text, "event type is not known");
        }
        parsed.ok()
    });
    Interest {
        patterns: patterns.collect(),
        location_id: location_id.map(Into::into),
    }
}

impl TryFrom<EndpointRow> for Endpoint {
    type Error = DispatcherError;

    fn try_from(row: EndpointRow) -> Result<Self, DispatcherError> {
        let scheme = row.scheme.parse();
        Ok(Self {
            id: row.id.into(),
            organization_id: row.organization_id.into(),
            interest: interest(row.id, &row.event_types, row.location_id),
            url: row.url,
            description: row.description,
            scheme: scheme.map_err(|_| DispatcherError::UnreadableRow {
                id: row.id,
                column: "scheme",
            })?,
            disabled_reason: row.disabled_reason,
            created_at: row.created_at,
        })
    }
}
