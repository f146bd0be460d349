//! A ping: an event like any other, but for one endpoint.

use chrono::{DateTime, Utc};
use domain::event::{CatalogEvent, EventData};
use domain::webhook::EndpointStatus;
use domain::{EndpointId, EventId, OrgId, PersonId};
use store::Db;

use super::announce;
use crate::db::endpoints;
use crate::entropy::Entropy;
use crate::error::DispatcherError;

/// What a caller asks for.
pub struct PingEndpoint {
    pub organization_id: OrgId,
    pub endpoint_id: EndpointId,
    pub requested_by: Option<PersonId>,
    /// W3C Trace Context of the request.
    pub traceparent: Option<String>,
}

/// Publishes `webhook.test`, which takes the whole way: broker, fan-out, signature, attempt, log.
pub async fn ping_endpoint(
    db: &Db,
    entropy: &dyn Entropy,
    request: PingEndpoint,
    now: DateTime<Utc>,
) -> Result<EventId, DispatcherError> {
    let event = CatalogEvent {
        id: event_id(entropy, now)?,
        organization_id: request.organization_id,
        location_id: None,
        occurred_at: now,
        data: EventData::WebhookTest {
            message: "This is a test of your webhook endpoint.".to_owned(),
            endpoint_id: request.endpoint_id,
            requested_by: request.requested_by,
        },
    };
    db.transaction(async |conn| {
        let endpoint = endpoints::find(conn, request.organization_id, request.endpoint_id).await?;
        let endpoint = endpoint.ok_or(DispatcherError::NoSuchEndpoint)?;
        match (endpoint.status, endpoint.disabled_reason) {
            (EndpointStatus::Enabled, _) => {}
            (EndpointStatus::Paused, _) => return Err(DispatcherError::Paused),
            (EndpointStatus::Disabled, reason) => {
                return Err(DispatcherError::Disabled(reason.unwrap_or_default()));
            }
        }
        announce::event(conn, &event, request.traceparent.clone()).await
    })
    .await?;
    tracing::info!(endpoint_id = %request.endpoint_id, event_id = %event.id, "ping is on its way");
    Ok(event.id)
}

fn event_id(entropy: &dyn Entropy, now: DateTime<Utc>) -> Result<EventId, DispatcherError> {
    let mut random = [0; 16];
    entropy.fill(&mut random)?;
    let unix_ms = u64::try_from(now.timestamp_millis()).unwrap_or_default();
    Ok(EventId::from_parts(unix_ms, u128::from_le_bytes(random)))
}
