//! The table `api_keys`.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::Text;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::api_key::ApiKey;
use domain::scope::Grants;
use domain::{ApiKeyId, OrgId};
use uuid::Uuid;

use crate::error::KeyError;
use crate::schema::api_keys;

/// The most keys a list holds.
pub const LIST_LIMIT: i64 = 1_000;

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = api_keys, check_for_backend(diesel::pg::Pg))]
struct KeyRow {
    id: Uuid,
    organization_id: Uuid,
    surface: String,
    name: String,
    display_prefix: String,
    last_four: String,
    token_sha256: Vec<u8>,
    scopes: Vec<String>,
    note: Option<String>,
    created_by: Option<String>,
    created_at: DateTime<Utc>,
    expires_at: Option<DateTime<Utc>>,
    revoked_at: Option<DateTime<Utc>>,
}

pub async fn insert(conn: &mut AsyncPgConnection, key: &ApiKey) -> QueryResult<()> {
    diesel::insert_into(api_keys::table)
        .values(KeyRow::from(key))
        .execute(conn)
        .await?;
    Ok(())
}

/// Revoked and expired keys are found too.
pub async fn find_by_digest(
    conn: &mut AsyncPgConnection,
    sha256: &[u8; 32],
) -> Result<Option<ApiKey>, KeyError> {
    let row: Option<KeyRow> = api_keys::table
        .filter(api_keys::token_sha256.eq(sha256.as_slice()))
        .select(KeyRow::as_select())
        .first(conn)
        .await
        .optional()?;
    row.map(ApiKey::try_from).transpose()
}

/// A key of this organisation, locked until the transaction ends.
pub async fn lock(
    conn: &mut AsyncPgConnection,
    organization: OrgId,
    id: ApiKeyId,
) -> Result<Option<ApiKey>, KeyError> {
    let row: Option<KeyRow> = api_keys::table
        .filter(
            api_keys::id
                .eq(id.0)
                .and(api_keys::organization_id.eq(organization.0)),
        )
        .select(KeyRow::as_select())
        .for_update()
        .first(conn)
        .await
        .optional()?;
    row.map(ApiKey::try_from).transpose()
}

pub async fn set_revoked(conn: &mut AsyncPgConnection, key: &ApiKey) -> QueryResult<()> {
    diesel::update(api_keys::table.find(key.id.0))
        .set(api_keys::revoked_at.eq(key.revoked_at))
        .execute(conn)
        .await?;
    Ok(())
}

/// The organisation's keys, newest first. When there are more than [`LIST_LIMIT`], those that no
/// longer open anything give way: a key that lives is never missing from the list.
pub async fn list(
    conn: &mut AsyncPgConnection,
    organization: OrgId,
    now: DateTime<Utc>,
) -> Result<Vec<ApiKey>, KeyError> {
    let mut rows: Vec<KeyRow> = api_keys::table
        .filter(api_keys::organization_id.eq(organization.0))
        .order((
            lives(now).desc(),
            api_keys::created_at.desc(),
            api_keys::id.desc(),
        ))
        .limit(LIST_LIMIT)
        .select(KeyRow::as_select())
        .load(conn)
        .await?;
    rows.sort_unstable_by_key(|row| std::cmp::Reverse((row.created_at, row.id)));
    rows.into_iter().map(ApiKey::try_from).collect()
}

/// How many of the organisation's keys are neither revoked nor expired.
pub async fn count_live(
    conn: &mut AsyncPgConnection,
    organization: OrgId,
    now: DateTime<Utc>,
) -> QueryResult<i64> {
    api_keys::table
        .filter(api_keys::organization_id.eq(organization.0).and(lives(now)))
        .count()
        .get_result(conn)
        .await
}

/// Lets one transaction at a time mint for an organisation, so that two cannot both count to one
/// below the limit.
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

#[diesel::dsl::auto_type(no_type_alias)]
fn lives(now: DateTime<Utc>) -> _ {
    api_keys::revoked_at.is_null().and(
        api_keys::expires_at
            .is_null()
            .or(api_keys::expires_at.gt(now)),
    )
}

impl From<&ApiKey> for KeyRow {
    fn from(key: &ApiKey) -> Self {
        Self {
            id: key.id.0,
            organization_id: key.organization_id.0,
            surface: key.surface.to_string(),
            name: key.name.as_str().to_owned(),
            display_prefix: key.display_prefix.clone(),
            last_four: key.last_four.clone(),
            token_sha256: key.token_sha256.to_vec(),
            scopes: key.grants.terms().into_iter().map(str::to_owned).collect(),
            note: key.note.clone(),
            created_by: key.created_by.clone(),
            created_at: key.created_at,
            expires_at: key.expires_at,
            revoked_at: key.revoked_at,
        }
    }
}

impl TryFrom<KeyRow> for ApiKey {
    type Error = KeyError;

    fn try_from(row: KeyRow) -> Result<Self, KeyError> {
        let unreadable = |column| KeyError::UnreadableRow { id: row.id, column };
        let surface = row.surface.parse().map_err(|_| unreadable("surface"))?;
        Ok(Self {
            id: row.id.into(),
            organization_id: row.organization_id.into(),
            surface,
            name: row.name.parse().map_err(|_| unreadable("name"))?,
            display_prefix: row.display_prefix,
            last_four: row.last_four,
            token_sha256: row
                .token_sha256
                .try_into()
                .map_err(|_| unreadable("token_sha256"))?,
            grants: Grants::parse(surface, &row.scopes).map_err(|_| unreadable("scopes"))?,
            note: row.note,
            created_by: row.created_by,
            created_at: row.created_at,
            expires_at: row.expires_at,
            revoked_at: row.revoked_at,
        })
    }
}
