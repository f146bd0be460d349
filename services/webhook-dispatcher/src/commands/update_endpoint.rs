//! Changing what is said of an endpoint.

use chrono::{DateTime, Utc};
use domain::webhook::{EndpointStatus, RetryProfile};
use domain::{EndpointId, LocationId, OrgId};
use egress::Target;
use store::Db;

use super::announce;
use crate::db::endpoints;
use crate::endpoint::{CustomHeaders, Endpoint, Metadata, Pattern};
use crate::entropy::Entropy;
use crate::error::DispatcherError;
use crate::secrets::KeyRing;

/// What a caller asks for. None: it stays as it is.
pub struct UpdateEndpoint {
    pub organization_id: OrgId,
    pub endpoint_id: EndpointId,
    pub target: Option<Target>,
    pub description: Option<Option<String>>,
    pub patterns: Option<Vec<Pattern>>,
    pub location_id: Option<Option<LocationId>>,
    pub headers: Option<CustomHeaders>,
    pub metadata: Option<Metadata>,
    pub retries: Option<RetryProfile>,
    /// `Enabled` or `Paused`.
    pub status: Option<EndpointStatus>,
}

impl UpdateEndpoint {
    fn apply(&self, before: &Endpoint, now: DateTime<Utc>) -> Endpoint {
        let mut after = before.clone();
        if let Some(target) = &self.target {
            after.url = target.to_string();
        }
        if let Some(description) = &self.description {
            after.description.clone_from(description);
        }
        if let Some(patterns) = &self.patterns {
            after.interest.patterns.clone_from(patterns);
        }
        if let Some(location) = self.location_id {
            after.interest.location_id = location;
        }
        if let Some(headers) = &self.headers {
            after.header_names = headers.names();
        }
        if let Some(metadata) = &self.metadata {
            after.metadata.clone_from(metadata);
        }
        after.retries = self.retries.unwrap_or(before.retries);
        if let Some(status) = self.status {
            (after.status, after.disabled_reason) = (status, None);
        }
        // The values of headers are not compared: new ones may have the same names.
        if after != *before || self.headers.is_some() {
            after.updated_at = now;
        }
        after
    }
}

/// Writes it; every replica hears that what waits in memory is to be fetched again.
pub async fn update_endpoint(
    db: &Db,
    entropy: &dyn Entropy,
    key_ring: &KeyRing,
    request: UpdateEndpoint,
    now: DateTime<Utc>,
) -> Result<Endpoint, DispatcherError> {
    let (organization, id) = (request.organization_id, request.endpoint_id);
    let sealed = match &request.headers {
        Some(headers) => headers.seal(id, key_ring, entropy)?,
        None => None,
    };
    let (before, after) = db
        .transaction(async |conn| {
            let before = endpoints::lock(conn, organization, id).await?;
            let before = before.ok_or(DispatcherError::NoSuchEndpoint)?;
            let after = request.apply(&before, now);
            if after.updated_at == before.updated_at {
                return Ok((before, after));
            }
            endpoints::update(conn, &after).await?;
            if request.headers.is_some() {
                endpoints::set_headers(conn, id, &after.header_names, sealed.as_ref()).await?;
            }
            announce::endpoint_changed(conn, entropy, organization, id, now).await?;
            Ok::<_, DispatcherError>((before, after))
        })
        .await?;
    if before.status != after.status {
        tracing::info!(endpoint_id = %id, from = %before.status, to = %after.status, "endpoint changed");
    }
    Ok(after)
}
