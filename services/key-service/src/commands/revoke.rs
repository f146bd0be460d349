//! Ending a key.

use chrono::{DateTime, Utc};
use domain::api_key::{ApiKey, KeyChange};
use domain::{ApiKeyId, OrgId};
use store::Db;

use super::announce;
use super::mint::time_ordered_id;
use crate::db::audit::{self, Act};
use crate::db::keys;
use crate::entropy::Entropy;
use crate::error::KeyError;

/// What a caller asks for.
pub struct RevokeRequest {
    pub organization_id: OrgId,
    pub key_id: ApiKeyId,
    pub reason: Option<String>,
    pub revoked_by: Option<String>,
    /// W3C Trace Context of the request.
    pub traceparent: Option<String>,
}

/// Ends a key at once. A key of another organisation is not found.
pub async fn revoke(
    db: &Db,
    entropy: &dyn Entropy,
    request: RevokeRequest,
    now: DateTime<Utc>,
) -> Result<KeyChange, KeyError> {
    let message_id = time_ordered_id(entropy, now)?;
    let change = db
        .transaction(async |conn| {
            let key = keys::lock(conn, request.organization_id, request.key_id)
                .await?
                .ok_or(KeyError::NotFound)?;
            let change = key.revoke(now);
            if let KeyChange::Executed(key) = &change {
                let act = Act::Revoked {
                    reason: request.reason.as_deref(),
                };
                keys::set_revoked(conn, key).await?;
                audit::append(conn, key, &act, request.revoked_by.as_deref(), now).await?;
                announce(conn, key, message_id, request.traceparent.as_deref()).await?;
            }
            Ok::<_, KeyError>(change)
        })
        .await?;
    report(&change);
    Ok(change)
}

fn report(change: &KeyChange) {
    if let KeyChange::Executed(ApiKey {
        id,
        organization_id,
        ..
    }) = change
    {
        tracing::info!(key_id = %id, %organization_id, "key revoked");
    }
}
