//! Changes.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::Uuid as SqlUuid;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::EndpointId;
use domain::webhook::EndpointStatus;
use serde_json::{Value, json};
use uuid::Uuid;

use super::DELETED;
use crate::endpoint::Endpoint;
use crate::schema::endpoints;
use crate::secrets::Sealed;

/// The columns that are said of an endpoint.
#[derive(Insertable, AsChangeset)]
#[diesel(table_name = endpoints)]
#[diesel(treat_none_as_null = true)]
struct SaidRow<'a> {
    url: &'a str,
    description: Option<&'a str>,
    event_types: Vec<String>,
    location_id: Option<Uuid>,
    status: &'static str,
    disabled_reason: Option<&'a str>,
    metadata: Value,
    retries: &'static str,
    rate_requests: Option<i32>,
    rate_seconds: Option<i32>,
    in_order: bool,
    updated_at: DateTime<Utc>,
}

#[derive(Insertable)]
#[diesel(table_name = endpoints)]
struct NewRow<'a> {
    id: Uuid,
    organization_id: Uuid,
    scheme: &'static str,
    secret_ciphertext: &'a [u8],
    secret_key_id: &'a str,
    header_names: &'a [String],
    headers_ciphertext: Option<&'a [u8]>,
    headers_key_id: Option<&'a str>,
    created_at: DateTime<Utc>,
    #[diesel(embed)]
    said: SaidRow<'a>,
}

impl<'a> From<&'a Endpoint> for SaidRow<'a> {
    fn from(endpoint: &'a Endpoint) -> Self {
        let patterns = endpoint.interest.patterns.iter();
        Self {
            url: &endpoint.url,
            description: endpoint.description.as_deref(),
            event_types: patterns.map(ToString::to_string).collect(),
            location_id: endpoint.interest.location_id.map(Into::into),
            status: endpoint.status.as_str(),
            disabled_reason: endpoint.disabled_reason.as_deref(),
            metadata: json!(endpoint.metadata),
            retries: endpoint.retries.as_str(),
            rate_requests: endpoint.rate_limit.map(|limit| number(limit.requests())),
            rate_seconds: endpoint.rate_limit.map(|limit| number(limit.seconds())),
            in_order: endpoint.in_order,
            updated_at: endpoint.updated_at,
        }
    }
}

/// A rate limit's figures are far below.
fn number(value: u32) -> i32 {
    i32::try_from(value).unwrap_or(i32::MAX)
}

/// Writes a new endpoint. `headers` are its own, none where it names none.
pub async fn insert(
    conn: &mut AsyncPgConnection,
    endpoint: &Endpoint,
    secret: &Sealed,
    headers: Option<&Sealed>,
) -> QueryResult<()> {
    let row = NewRow {
        id: endpoint.id.0,
        organization_id: endpoint.organization_id.0,
        scheme: endpoint.scheme.as_str(),
        secret_ciphertext: &secret.ciphertext,
        secret_key_id: &secret.key_id,
        header_names: &endpoint.header_names,
        headers_ciphertext: headers.map(|sealed| sealed.ciphertext.as_slice()),
        headers_key_id: headers.map(|sealed| sealed.key_id.as_str()),
        created_at: endpoint.created_at,
        said: endpoint.into(),
    };
    diesel::insert_into(endpoints::table)
        .values(&row)
        .execute(conn)
        .await?;
    Ok(())
}

/// Writes what is said of it. Scheme, secret and headers stay.
pub async fn update(conn: &mut AsyncPgConnection, endpoint: &Endpoint) -> QueryResult<()> {
    diesel::update(endpoints::table.find(endpoint.id.0))
        .set(SaidRow::from(endpoint))
        .execute(conn)
        .await?;
    Ok(())
}

/// Forgets the places of the rate before: they may be as far away as it was low.
pub async fn begin_rate_anew(conn: &mut AsyncPgConnection, id: EndpointId) -> QueryResult<()> {
    diesel::sql_query("UPDATE endpoints SET rate_full_at = '-infinity' WHERE id = $1")
        .bind::<SqlUuid, _>(id.0)
        .execute(conn)
        .await?;
    Ok(())
}

/// Writes all of its own headers anew.
pub async fn set_headers(
    conn: &mut AsyncPgConnection,
    id: EndpointId,
    names: &[String],
    sealed: Option<&Sealed>,
) -> QueryResult<()> {
    diesel::update(endpoints::table.find(id.0))
        .set((
            endpoints::header_names.eq(names),
            endpoints::headers_ciphertext.eq(sealed.map(|sealed| sealed.ciphertext.as_slice())),
            endpoints::headers_key_id.eq(sealed.map(|sealed| sealed.key_id.as_str())),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// A secret that takes the place of another.
pub struct NewSecret<'a> {
    pub sealed: &'a Sealed,
    /// Until when the one before signs, too.
    pub overlap_until: Option<DateTime<Utc>>,
    pub now: DateTime<Utc>,
}

/// Puts a new secret in the place of the present one.
pub async fn replace_secret(
    conn: &mut AsyncPgConnection,
    id: EndpointId,
    new: NewSecret<'_>,
) -> QueryResult<()> {
    use endpoints::{
        previous_secret_ciphertext, previous_secret_key_id, previous_secret_until,
        secret_ciphertext, secret_key_id, updated_at,
    };
    let row = diesel::update(endpoints::table.find(id.0));
    let current = (
        secret_ciphertext.eq(new.sealed.ciphertext.as_slice()),
        secret_key_id.eq(&new.sealed.key_id),
        updated_at.eq(new.now),
        previous_secret_until.eq(new.overlap_until),
    );
    if new.overlap_until.is_some() {
        let previous = (
            previous_secret_ciphertext.eq(secret_ciphertext.nullable()),
            previous_secret_key_id.eq(secret_key_id.nullable()),
        );
        row.set((current, previous)).execute(conn).await?;
    } else {
        let none = (
            previous_secret_ciphertext.eq(None::<&[u8]>),
            previous_secret_key_id.eq(None::<&str>),
        );
        row.set((current, none)).execute(conn).await?;
    }
    Ok(())
}

/// From now on it is not there.
pub async fn delete(
    conn: &mut AsyncPgConnection,
    id: EndpointId,
    now: DateTime<Utc>,
) -> QueryResult<()> {
    diesel::update(endpoints::table.find(id.0))
        .set((
            endpoints::status.eq(DELETED),
            endpoints::disabled_reason.eq(None::<&str>),
            endpoints::updated_at.eq(now),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// From now on it is sent nothing, and what happens is not owed to it.
pub async fn disable(
    conn: &mut AsyncPgConnection,
    id: Uuid,
    reason: &str,
    now: DateTime<Utc>,
) -> QueryResult<()> {
    diesel::update(endpoints::table.find(id))
        .set((
            endpoints::status.eq(EndpointStatus::Disabled.as_str()),
            endpoints::disabled_reason.eq(reason),
            endpoints::updated_at.eq(now),
        ))
        .execute(conn)
        .await?;
    Ok(())
}
