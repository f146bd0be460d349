//! Taking an endpoint away.

use chrono::{DateTime, Utc};
use domain::{EndpointId, OrgId};
use store::Db;

use super::announce;
use crate::db::endpoints;
use crate::entropy::Entropy;
use crate::error::DispatcherError;

/// Nothing is sent to it from now on, and what it was owed fails (see `closing`). False: it was
/// deleted before.
pub async fn delete_endpoint(
    db: &Db,
    entropy: &dyn Entropy,
    (organization, id): (OrgId, EndpointId),
    now: DateTime<Utc>,
) -> Result<bool, DispatcherError> {
    let applied = db
        .transaction(async |conn| {
            if endpoints::lock(conn, organization, id).await?.is_none() {
                let before = endpoints::was_deleted(conn, organization, id).await?;
                return before
                    .then_some(false)
                    .ok_or(DispatcherError::NoSuchEndpoint);
            }
            endpoints::delete(conn, id, now).await?;
            announce::endpoint_changed(conn, entropy, organization, id, now).await?;
            Ok(true)
        })
        .await?;
    if applied {
        tracing::info!(endpoint_id = %id, organization_id = %organization, "endpoint deleted");
    }
    Ok(applied)
}
