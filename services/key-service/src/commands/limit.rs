//! Another rate limit for a key.

use chrono::{DateTime, Utc};
use domain::api_key::{ApiKey, KeyChange, RateLimit};
use domain::{ApiKeyId, OrgId};
use store::{AsyncPgConnection, Db};
use uuid::Uuid;

use super::announce;
use super::mint::time_ordered_id;
use crate::db::audit::{self, Act};
use crate::db::keys;
use crate::entropy::Entropy;
use crate::error::KeyError;

/// What a caller asks for.
pub struct LimitRequest {
    pub organization_id: OrgId,
    pub key_id: ApiKeyId,
    /// None: what the gateways give every key.
    pub rate_limit: Option<RateLimit>,
    pub changed_by: Option<String>,
    pub reason: Option<String>,
    /// W3C Trace Context of the request.
    pub traceparent: Option<String>,
}

/// Gives a key a rate limit of its own, or takes it away. A key of another organisation is not
/// found.
pub async fn limit(
    db: &Db,
    entropy: &dyn Entropy,
    request: LimitRequest,
    now: DateTime<Utc>,
) -> Result<KeyChange, KeyError> {
    let message_id = time_ordered_id(entropy, now)?;
    let change = db
        .transaction(async |conn| {
            let key = keys::lock(conn, request.organization_id, request.key_id)
                .await?
                .ok_or(KeyError::NotFound)?;
            let was = key.rate_limit;
            let change = key.limit(request.rate_limit, now)?;
            if let KeyChange::Executed(key) = &change {
                store(conn, &request, key, was, message_id, now).await?;
            }
            Ok::<_, KeyError>(change)
        })
        .await?;
    if let KeyChange::Executed(key) = &change {
        tracing::info!(key_id = %key.id, organization_id = %key.organization_id, "key limited");
    }
    Ok(change)
}

async fn store(
    conn: &mut AsyncPgConnection,
    request: &LimitRequest,
    key: &ApiKey,
    was: Option<RateLimit>,
    message_id: Uuid,
    now: DateTime<Utc>,
) -> Result<(), KeyError> {
    let act = Act::Limited {
        was,
        reason: request.reason.as_deref(),
    };
    keys::set_rate_limit(conn, key).await?;
    audit::append(conn, key, &act, request.changed_by.as_deref(), now).await?;
    announce(conn, key, message_id, request.traceparent.as_deref()).await?;
    Ok(())
}
