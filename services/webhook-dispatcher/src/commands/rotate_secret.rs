//! A new signing secret in the place of the present one.

use chrono::{DateTime, TimeDelta, Utc};
use domain::{EndpointId, OrgId};
use store::Db;

use super::announce;
use crate::db::endpoints::{self, NewSecret};
use crate::endpoint::Endpoint;
use crate::entropy::Entropy;
use crate::error::DispatcherError;
use crate::secrets::{KeyRing, SigningSecret};

/// How long both secrets sign.
pub const OVERLAP: TimeDelta = TimeDelta::hours(72);

/// What a caller asks for.
pub struct RotateSecret {
    pub organization_id: OrgId,
    pub endpoint_id: EndpointId,
    /// The old one signs no more: it leaked.
    pub at_once: bool,
}

/// Replaces it. The new one is in this answer and nowhere else. What was before the old one, if
/// that was still signing, signs no more.
pub async fn rotate_secret(
    db: &Db,
    entropy: &dyn Entropy,
    key_ring: &KeyRing,
    request: RotateSecret,
    now: DateTime<Utc>,
) -> Result<(Endpoint, SigningSecret), DispatcherError> {
    let (organization, id) = (request.organization_id, request.endpoint_id);
    let overlap_until = (!request.at_once).then(|| now + OVERLAP);
    let rotated = db
        .transaction(async |conn| {
            let endpoint = endpoints::lock(conn, organization, id).await?;
            let endpoint = endpoint.ok_or(DispatcherError::NoSuchEndpoint)?;
            let secret = SigningSecret::generate(endpoint.scheme, entropy)?;
            let sealed = secret.seal(id, key_ring, entropy)?;
            let new = NewSecret {
                sealed: &sealed,
                overlap_until,
                now,
            };
            endpoints::replace_secret(conn, id, new).await?;
            announce::endpoint_changed(conn, entropy, organization, id, now).await?;
            let endpoint = Endpoint {
                previous_secret_until: overlap_until,
                updated_at: now,
                ..endpoint
            };
            Ok::<_, DispatcherError>((endpoint, secret))
        })
        .await?;
    tracing::info!(endpoint_id = %id, organization_id = %organization, at_once = request.at_once, "signing secret replaced");
    Ok(rotated)
}
