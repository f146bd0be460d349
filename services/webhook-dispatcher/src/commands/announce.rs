//! Messages that leave with the transaction that causes them.

use chrono::{DateTime, Utc};
use contracts::topology;
use contracts::v1::{self, EndpointChanged, Invalidation, invalidation::Subject};
use domain::event::CatalogEvent;
use domain::{EndpointId, EventId, OrgId};
use prost::Message;
use store::AsyncPgConnection;
use store::outbox::{self, NewMessage};

use crate::entropy::{Entropy, time_ordered_id};
use crate::error::DispatcherError;

/// Tells every replica that `endpoint` is not what it was.
pub async fn endpoint_changed(
    conn: &mut AsyncPgConnection,
    entropy: &dyn Entropy,
    organization: OrgId,
    endpoint: EndpointId,
    now: DateTime<Utc>,
) -> Result<(), DispatcherError> {
    let changed = EndpointChanged {
        organization_id: organization.to_string(),
        endpoint_id: endpoint.to_string(),
    };
    let invalidation = Invalidation {
        subject: Some(Subject::EndpointChanged(changed)),
    };
    let message = NewMessage {
        exchange: topology::INVALIDATIONS.name.to_owned(),
        routing_key: "endpoint.changed".to_owned(),
        message_id: time_ordered_id(entropy, now)?.to_string(),
        content_type: CONTENT_TYPE.to_owned(),
        headers: None,
        traceparent: service_kit::traceparent::current(),
        payload: invalidation.encode_to_vec(),
    };
    Ok(outbox::insert(conn, &[message]).await?)
}

/// Publishes `event` to everyone who hears events, this service among them.
pub async fn event(
    conn: &mut AsyncPgConnection,
    event: &CatalogEvent,
    traceparent: Option<String>,
) -> Result<(), DispatcherError> {
    let message = NewMessage {
        exchange: topology::EVENTS.name.to_owned(),
        routing_key: event.data.event_type().to_string(),
        message_id: event.id.to_string(),
        content_type: CONTENT_TYPE.to_owned(),
        headers: None,
        traceparent,
        payload: v1::CatalogEvent::from(event).encode_to_vec(),
    };
    Ok(outbox::insert(conn, &[message]).await?)
}

/// The id of an event that this service makes.
pub fn event_id(entropy: &dyn Entropy, now: DateTime<Utc>) -> Result<EventId, DispatcherError> {
    let mut random = [0; 16];
    entropy.fill(&mut random)?;
    let unix_ms = u64::try_from(now.timestamp_millis()).unwrap_or_default();
    Ok(EventId::from_parts(unix_ms, u128::from_le_bytes(random)))
}

const CONTENT_TYPE: &str = "application/x-protobuf";
