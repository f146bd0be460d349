//! Making a key.

use chrono::{DateTime, Utc};
use domain::OrgId;
use domain::api_key::{ApiKey, ApiToken, KeyName, NewKey, RateLimit, Rights, Surface};
use store::{AsyncPgConnection, Db};
use uuid::Builder;

use super::announce;
use crate::db::audit::{self, Act};
use crate::db::keys;
use crate::entropy::Entropy;
use crate::error::KeyError;

/// Keys of one organisation that are neither revoked nor expired, at most.
pub const MOST_LIVE_KEYS: i64 = 1_000;

/// What a caller asks for.
pub struct MintRequest {
    pub organization_id: OrgId,
    pub surface: Surface,
    pub name: KeyName,
    pub rights: Rights,
    pub rate_limit: Option<RateLimit>,
    pub note: Option<String>,
    pub created_by: Option<String>,
    pub expires_at: Option<DateTime<Utc>>,
    /// W3C Trace Context of the request.
    pub traceparent: Option<String>,
}

/// Makes a key and stores it. The token is in the answer and nowhere else.
pub async fn mint(
    db: &Db,
    entropy: &dyn Entropy,
    request: MintRequest,
    now: DateTime<Utc>,
) -> Result<(ApiKey, ApiToken), KeyError> {
    let mut secret = [0; 32];
    entropy.fill(&mut secret)?;
    let token = ApiToken::from_entropy(request.surface, &secret);
    let new = NewKey {
        id: time_ordered_id(entropy, now)?.into(),
        organization_id: request.organization_id,
        name: request.name,
        rights: request.rights,
        rate_limit: request.rate_limit,
        note: request.note,
        created_by: request.created_by,
        expires_at: request.expires_at,
        replaces: None,
    };
    let key = ApiKey::mint(new, &token, now)?;
    let message_id = time_ordered_id(entropy, now)?;
    let traceparent = request.traceparent.as_deref();
    db.transaction(async |conn| {
        keys::lock_organization(conn, key.organization_id).await?;
        store_key(conn, &key, now).await?;
        announce(conn, &key, message_id, traceparent).await?;
        Ok::<_, KeyError>(())
    })
    .await?;
    tracing::info!(key_id = %key.id, organization_id = %key.organization_id, surface = %key.surface, "key minted");
    Ok((key, token))
}

/// Stores a new key if its organisation, which is locked, has room for it.
pub(super) async fn store_key(
    conn: &mut AsyncPgConnection,
    key: &ApiKey,
    now: DateTime<Utc>,
) -> Result<(), KeyError> {
    if keys::count_live(conn, key.organization_id, now).await? >= MOST_LIVE_KEYS {
        return Err(KeyError::TooManyKeys);
    }
    keys::insert(conn, key).await?;
    audit::append(conn, key, &Act::Minted, key.created_by.as_deref(), now).await?;
    Ok(())
}

/// A UUID of version 7 (RFC 9562), so that rows of one time lie together in the index.
pub(super) fn time_ordered_id(
    entropy: &dyn Entropy,
    now: DateTime<Utc>,
) -> Result<uuid::Uuid, KeyError> {
    let mut random = [0; 10];
    entropy.fill(&mut random)?;
    let unix_ms = u64::try_from(now.timestamp_millis()).unwrap_or_default();
    Ok(Builder::from_unix_timestamp_millis(unix_ms, &random).into_uuid())
}
