//! `events`: the log of what happened, with the data as webhooks deliver it.

use domain::EventId;
use domain::event::{CatalogEvent, EventType, Subject};
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;

use super::Timestamp;
use crate::payloads::{API_VERSION, EventPayload};

/// An event, without the summary of its deliveries: that is for whoever serves the document to
/// add, because it changes while the event does not.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct EventDocument<'a> {
    pub id: EventId,
    #[serde(rename = "type")]
    pub event_type: EventType,
    pub api_version: &'static str,
    pub occurred_at: Timestamp,
    pub subject: SubjectFields,
    pub data: EventPayload<'a>,
}

/// What the event is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SubjectFields {
    #[serde(rename = "type")]
    pub kind: &'static str,
    pub id: Uuid,
}

/// How the deliveries of an event stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, JsonSchema)]
pub struct DeliverySummaryFields {
    /// Webhook endpoints the event is owed to.
    pub endpoints: i32,
    /// Of these, those that have accepted it.
    pub succeeded: i32,
    /// Those that did not accept it in any attempt.
    pub failed: i32,
    /// Those that it is still being sent to.
    pub pending: i32,
}

/// An event as the event log shows it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "Event")]
pub struct ServedEvent<'a> {
    #[serde(flatten)]
    event: EventDocument<'a>,
    /// Null where it cannot be told at the moment.
    delivery_summary: Option<DeliverySummaryFields>,
}

impl<'a> ServedEvent<'a> {
    pub fn new(event: &'a CatalogEvent, deliveries: DeliverySummaryFields) -> Self {
        Self {
            event: event.into(),
            delivery_summary: Some(deliveries),
        }
    }
}

impl From<Subject> for SubjectFields {
    fn from(subject: Subject) -> Self {
        Self {
            kind: subject.kind,
            id: subject.id,
        }
    }
}

impl<'a> From<&'a CatalogEvent> for EventDocument<'a> {
    fn from(event: &'a CatalogEvent) -> Self {
        Self {
            id: event.id,
            event_type: event.data.event_type(),
            api_version: API_VERSION,
            occurred_at: Timestamp(event.occurred_at),
            subject: event.data.subject().into(),
            data: (&event.data).into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::payloads::samples;

    #[test]
    fn a_document_is_what_the_contract_says() {
        let event = samples::ping();
        let json = serde_json::to_string(&EventDocument::from(&event)).unwrap();
        assert_eq!(
            json,
            concat!(
                r#"{"id":"evt_01HZX300000000000000000001","type":"webhook.test","api_version":"v1","#,
                r#""occurred_at":"2026-05-28T12:03:11Z","#,
                r#""subject":{"type":"webhook_endpoint","id":"00000000-0000-0000-0000-0000000000e1"},"#,
                r#""data":{"message":"ping","endpoint_id":"00000000-0000-0000-0000-0000000000e1","#,
                r#""requested_by_id":null}}"#,
            )
        );
    }

    #[test]
    fn the_data_is_what_webhooks_deliver() {
        let event = samples::approved();
        let document = serde_json::to_value(EventDocument::from(&event)).unwrap();
        let delivered: serde_json::Value =
            serde_json::from_slice(&crate::payloads::ga_body(&event).unwrap()).unwrap();
        assert_eq!(document["data"], delivered["data"]);
        assert_eq!(document["subject"]["id"], delivered["data"]["flight"]["id"]);
    }
}
