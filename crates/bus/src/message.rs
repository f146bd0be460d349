//! Messages as the rest of the system sees them.

use bytes::Bytes;
use lapin::BasicProperties;
use lapin::types::{AMQPValue, FieldTable, ShortString};
use store::outbox::OutboxRow;

/// Header names.
pub(crate) const TRACEPARENT: &str = "traceparent";
pub(crate) const ORIGINAL_ROUTING_KEY: &str = "gaf-routing-key";
pub(crate) const ORIGINAL_EXCHANGE: &str = "gaf-exchange";
pub(crate) const DEAD_LETTER_REASON: &str = "gaf-dead-letter-reason";
const CONTENT_TYPE: &str = "application/x-protobuf";
const PERSISTENT: u8 = 2;

/// A message to be published.
#[derive(Debug, Clone)]
pub struct OutMessage {
    pub exchange: String,
    pub routing_key: String,
    /// Stays the same however often the message is published.
    pub message_id: String,
    /// W3C Trace Context.
    pub traceparent: Option<String>,
    pub payload: Bytes,
}

impl From<OutboxRow> for OutMessage {
    fn from(row: OutboxRow) -> Self {
        Self {
            exchange: row.exchange,
            routing_key: row.routing_key,
            message_id: row.message_id,
            traceparent: row.traceparent,
            payload: row.payload.into(),
        }
    }
}

impl OutMessage {
    pub(crate) fn properties(&self) -> BasicProperties {
        let mut headers = FieldTable::default();
        if let Some(parent) = &self.traceparent {
            headers.insert(
                TRACEPARENT.into(),
                AMQPValue::LongString(parent.as_str().into()),
            );
        }
        persistent(&self.message_id).with_headers(headers)
    }
}

/// Of a message that outlives the broker's process.
pub(crate) fn persistent(message_id: &str) -> BasicProperties {
    BasicProperties::default()
        .with_content_type(CONTENT_TYPE.into())
        .with_delivery_mode(PERSISTENT)
        .with_message_id(message_id.into())
}

/// A message that arrived.
#[derive(Debug, Clone)]
pub struct Delivery {
    pub message_id: String,
    pub routing_key: String,
    /// W3C Trace Context.
    pub traceparent: Option<String>,
    pub payload: Bytes,
    /// It was delivered before, to this or another replica.
    pub redelivered: bool,
}

impl Delivery {
    /// `raw`, which brought `payload`.
    pub(crate) fn of(raw: &lapin::message::Delivery, payload: Bytes) -> Self {
        Self {
            message_id: raw
                .properties
                .message_id()
                .as_ref()
                .map(ToString::to_string)
                .unwrap_or_default(),
            // A message that waited or was redriven came by its queue's name.
            routing_key: header(&raw.properties, ORIGINAL_ROUTING_KEY)
                .unwrap_or_else(|| raw.routing_key.to_string()),
            traceparent: header(&raw.properties, TRACEPARENT),
            payload,
            redelivered: raw.redelivered,
        }
    }
}

/// A header's text, where it is one.
pub(crate) fn header(properties: &BasicProperties, name: &str) -> Option<String> {
    let headers = properties.headers().as_ref()?;
    match headers.inner().get(&ShortString::from(name))? {
        AMQPValue::LongString(text) => Some(text.to_string()),
        AMQPValue::ShortString(text) => Some(text.to_string()),
        _ => None,
    }
}
