//! The table `api_keys`.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::Text;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::api_key::{ApiKey, KeyUse};
use domain::{ApiKeyId, OrgId};

use super::key_row::KeyRow;
use super::usage::UsageRow;
use crate::error::KeyError;
use crate::schema::{api_keys, key_usage};

/// The most keys a list holds.
pub const LIST_LIMIT: i64 = 1_000;

/// A key, and its latest use once there was one.
pub struct Seen {
    pub key: ApiKey,
    pub last_use: Option<KeyUse>,
}

type SeenRow = (KeyRow, Option<UsageRow>);

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
) -> Result<Option<Seen>, KeyError> {
    let row: Option<SeenRow> = api_keys::table
        .left_join(key_usage::table)
        .filter(api_keys::token_sha256.eq(sha256.as_slice()))
        .select((KeyRow::as_select(), Option::<UsageRow>::as_select()))
        .first(conn)
        .await
        .optional()?;
    let found = row.map(seen).transpose()?;
    // An index compares byte by byte and stops at the first that differs. All that its time could
    // tell is how a stored SHA-256 begins, which leads back to no token; still no key counts before
    // it was compared in a time that says nothing at all.
    Ok(found.filter(|seen| seen.key.belongs_to(sha256)))
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

pub async fn set_rate_limit(conn: &mut AsyncPgConnection, key: &ApiKey) -> QueryResult<()> {
    let limit = key.rate_limit;
    diesel::update(api_keys::table.find(key.id.0))
        .set((
            api_keys::limit_requests.eq(limit.map(|limit| i64::from(limit.requests()))),
            api_keys::limit_seconds.eq(limit.map(|limit| i64::from(limit.seconds()))),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

pub async fn set_revoked(conn: &mut AsyncPgConnection, key: &ApiKey) -> QueryResult<()> {
    diesel::update(api_keys::table.find(key.id.0))
        .set(api_keys::revoked_at.eq(key.revoked_at))
        .execute(conn)
        .await?;
    Ok(())
}

pub async fn set_retiring(conn: &mut AsyncPgConnection, key: &ApiKey) -> QueryResult<()> {
    diesel::update(api_keys::table.find(key.id.0))
        .set(api_keys::retires_at.eq(key.retires_at))
        .execute(conn)
        .await?;
    Ok(())
}

/// Whether a rotation of `key` is under way: the key it took over from lives, or one that took
/// over from it does.
pub async fn is_in_rotation(
    conn: &mut AsyncPgConnection,
    key: &ApiKey,
    now: DateTime<Utc>,
) -> QueryResult<bool> {
    let successor = api_keys::replaces.eq(key.id.0);
    let predecessor = api_keys::id.nullable().eq(key.replaces.map(|id| id.0));
    let relatives = api_keys::table.filter(successor.or(predecessor));
    let live: i64 = relatives
        .filter(lives(now))
        .count()
        .get_result(conn)
        .await?;
    Ok(live > 0)
}

/// The organisation's keys, newest first. When there are more than [`LIST_LIMIT`], those that no
/// longer open anything give way: a key that lives is never missing from the list.
pub async fn list(
    conn: &mut AsyncPgConnection,
    organization: OrgId,
    now: DateTime<Utc>,
) -> Result<Vec<Seen>, KeyError> {
    let mut rows: Vec<SeenRow> = api_keys::table
        .left_join(key_usage::table)
        .filter(api_keys::organization_id.eq(organization.0))
        .order((
            lives(now).desc(),
            api_keys::created_at.desc(),
            api_keys::id.desc(),
        ))
        .limit(LIST_LIMIT)
        .select((KeyRow::as_select(), Option::<UsageRow>::as_select()))
        .load(conn)
        .await?;
    rows.sort_unstable_by_key(|(row, _)| std::cmp::Reverse(row.place()));
    rows.into_iter().map(seen).collect()
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
    let unexpired = api_keys::expires_at
        .is_null()
        .or(api_keys::expires_at.gt(now));
    let unretired = api_keys::retires_at
        .is_null()
        .or(api_keys::retires_at.gt(now));
    api_keys::revoked_at.is_null().and(unexpired).and(unretired)
}

fn seen((key, usage): SeenRow) -> Result<Seen, KeyError> {
    Ok(Seen {
        key: key.try_into()?,
        last_use: usage.map(KeyUse::try_from).transpose()?,
    })
}
