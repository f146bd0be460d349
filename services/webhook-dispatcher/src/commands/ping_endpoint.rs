//! A ping: an event like any other, but for one endpoint.

use chrono::{DateTime, Utc};
use domain::event::{CatalogEvent, EventData};
use domain::webhook::EndpointStatus;
use domain::{EndpointId, EventId, OrgId, PersonId};
use store::{AsyncPgConnection, Db};

use super::announce;
use crate::db::{endpoints, health};
use crate::endpoint::Endpoint;
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
    let by = Asking {
        requested_by: request.requested_by,
        traceparent: request.traceparent,
    };
    let event_id = db
        .transaction(async |conn| {
            let (organization, id) = (request.organization_id, request.endpoint_id);
            let endpoint = endpoints::lock(conn, organization, id).await?;
            let endpoint = endpoint.ok_or(DispatcherError::NoSuchEndpoint)?;
            ping(conn, entropy, &endpoint, &by, now).await
        })
        .await?;
    tracing::info!(endpoint_id = %request.endpoint_id, %event_id, "ping is on its way");
    Ok(event_id)
}

/// Who asks for a ping.
#[derive(Debug, Clone, Default)]
pub struct Asking {
    pub requested_by: Option<PersonId>,
    /// W3C Trace Context of the request.
    pub traceparent: Option<String>,
}

/// Publishes it with the transaction in which `endpoint` is locked.
pub async fn ping(
    conn: &mut AsyncPgConnection,
    entropy: &dyn Entropy,
    endpoint: &Endpoint,
    by: &Asking,
    now: DateTime<Utc>,
) -> Result<EventId, DispatcherError> {
    endpoint.takes_deliveries()?;
    if endpoint.status == EndpointStatus::Paused {
        return Err(DispatcherError::Paused);
    }
    // It is asked for to see whether it is mended: the probe does not keep it waiting.
    let hastened = endpoint.health.hastened(now);
    if hastened != endpoint.health {
        health::write(conn, &[(endpoint.id.0, hastened)]).await?;
    }
    let event = CatalogEvent {
        id: announce::event_id(entropy, now)?,
        organization_id: endpoint.organization_id,
        location_id: None,
        occurred_at: now,
        data: EventData::WebhookTest {
            message: "This is a test of your webhook endpoint.".to_owned(),
            endpoint_id: endpoint.id,
            requested_by: by.requested_by,
        },
    };
    announce::event(conn, &event, by.traceparent.clone()).await?;
    Ok(event.id)
}
