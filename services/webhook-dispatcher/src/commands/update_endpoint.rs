//! Changing what is said of an endpoint.

use chrono::{DateTime, Utc};
use domain::api_key::RateLimit;
use domain::webhook::{EndpointStatus, RetryProfile};
use domain::{EndpointId, EventId, LocationId, OrgId};
use egress::Target;
use store::{AsyncPgConnection, Db};

use super::announce;
use super::ping_endpoint::{Asking, ping};
use crate::db::{endpoints, health};
use crate::endpoint::{CustomHeaders, Endpoint, Health, Metadata, Pattern};
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
    pub rate_limit: Option<Option<RateLimit>>,
    pub in_order: Option<bool>,
    /// `Enabled` or `Paused`.
    pub status: Option<EndpointStatus>,
    /// Pings what it is then.
    pub test: bool,
}

impl UpdateEndpoint {
    /// Sent to again after it was disabled, or was paused while it failed, an endpoint is tried
    /// with a probe first; a failing one is tried at once where it is reached in another way.
    fn health(&self, before: &Endpoint, after: &Endpoint, now: DateTime<Utc>) -> Health {
        let health = before.health;
        let resumed = before.status != after.status && before.status != EndpointStatus::Enabled;
        let on_trial = before.status == EndpointStatus::Disabled
            || (resumed && matches!(health, Health::Failing { .. }));
        if resumed && on_trial {
            Health::on_trial(now)
        } else if before.url != after.url || self.headers.is_some() {
            health.hastened(now)
        } else {
            health
        }
    }

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
        after.rate_limit = self.rate_limit.unwrap_or(before.rate_limit);
        after.in_order = self.in_order.unwrap_or(before.in_order);
        if let Some(status) = self.status {
            (after.status, after.disabled_reason) = (status, None);
        }
        after.health = self.health(before, &after, now);
        // The values of headers are not compared: new ones may have the same names.
        if after != *before || self.headers.is_some() {
            after.updated_at = now;
        }
        after
    }
}

/// Writes it; every replica hears that what waits in memory is to be fetched again. With it comes
/// the ping that was asked for.
pub async fn update_endpoint(
    db: &Db,
    entropy: &dyn Entropy,
    key_ring: &KeyRing,
    request: UpdateEndpoint,
    now: DateTime<Utc>,
) -> Result<(Endpoint, Option<EventId>), DispatcherError> {
    let (organization, id) = (request.organization_id, request.endpoint_id);
    let sealed = match &request.headers {
        Some(headers) => headers.seal(id, key_ring, entropy)?,
        None => None,
    };
    let by = Asking {
        requested_by: None,
        traceparent: service_kit::traceparent::current(),
    };
    let (before, after, test) = db
        .transaction(async |conn| {
            let before = endpoints::lock(conn, organization, id).await?;
            let before = before.ok_or(DispatcherError::NoSuchEndpoint)?;
            let after = request.apply(&before, now);
            if after != before || request.headers.is_some() {
                write(conn, &before, &after).await?;
                if request.headers.is_some() {
                    endpoints::set_headers(conn, id, &after.header_names, sealed.as_ref()).await?;
                }
                announce::endpoint_changed(conn, entropy, organization, id, now).await?;
            }
            let test = match request.test {
                true => Some(ping(conn, entropy, &after, &by, now).await?),
                false => None,
            };
            Ok::<_, DispatcherError>((before, after, test))
        })
        .await?;
    if before.status != after.status {
        tracing::info!(endpoint_id = %id, from = %before.status, to = %after.status, "endpoint changed");
    }
    Ok((after, test))
}

async fn write(
    conn: &mut AsyncPgConnection,
    before: &Endpoint,
    after: &Endpoint,
) -> Result<(), DispatcherError> {
    endpoints::update(conn, after).await?;
    if after.rate_limit != before.rate_limit {
        endpoints::begin_rate_anew(conn, after.id).await?;
    }
    if after.health != before.health {
        health::write(conn, &[(after.id.0, after.health)]).await?;
    }
    Ok(())
}
