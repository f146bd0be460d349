//! From the event log back to what is delivered.

use chrono::{DateTime, Utc};
use domain::OrgId;
use domain::event::EventType;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use uuid::Uuid;

/// An event as its document in the log tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoggedEvent {
    pub event_type: EventType,
    pub occurred_at: DateTime<Utc>,
    pub subject_id: Uuid,
    /// The body of a GA Flight delivery: the bytes of [`super::ga_body`].
    pub body: Vec<u8>,
}

/// The document's members that the envelope has too; their values go over byte for byte.
#[derive(Deserialize)]
struct Document<'a> {
    #[serde(borrow)]
    id: &'a RawValue,
    #[serde(rename = "type", borrow)]
    event_type: &'a RawValue,
    #[serde(borrow)]
    api_version: &'a RawValue,
    #[serde(borrow)]
    occurred_at: &'a RawValue,
    subject: Subject,
    #[serde(borrow)]
    data: &'a RawValue,
}

#[derive(Deserialize)]
struct Subject {
    id: Uuid,
}

/// In the order of [`super::GaEnvelope`].
#[derive(Serialize)]
struct Envelope<'a> {
    id: &'a RawValue,
    #[serde(rename = "type")]
    event_type: &'a RawValue,
    api_version: &'a RawValue,
    occurred_at: &'a RawValue,
    organization_id: OrgId,
    data: &'a RawValue,
}

impl LoggedEvent {
    /// Reads an [`EventDocument`](crate::documents::EventDocument) of `organization`, with or
    /// without members that were added to it.
    ///
    /// # Errors
    /// Where it is no such document.
    pub fn read(organization: OrgId, document: &[u8]) -> serde_json::Result<Self> {
        let document: Document<'_> = serde_json::from_slice(document)?;
        let event_type: String = serde_json::from_str(document.event_type.get())?;
        let envelope = Envelope {
            id: document.id,
            event_type: document.event_type,
            api_version: document.api_version,
            occurred_at: document.occurred_at,
            organization_id: organization,
            data: document.data,
        };
        Ok(Self {
            event_type: event_type.parse().map_err(serde::de::Error::custom)?,
            occurred_at: serde_json::from_str(document.occurred_at.get())?,
            subject_id: document.subject.id,
            body: serde_json::to_vec(&envelope)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::documents::EventDocument;
    use crate::payloads::{ga_body, samples};

    #[test]
    fn the_log_gives_the_very_bytes_that_were_delivered() {
        for event in [samples::approved(), samples::ping()] {
            let document = serde_json::to_vec(&EventDocument::from(&event)).unwrap();
            let logged = LoggedEvent::read(event.organization_id, &document).unwrap();
            assert_eq!(
                String::from_utf8(logged.body).unwrap(),
                String::from_utf8(ga_body(&event).unwrap()).unwrap()
            );
            assert_eq!(logged.event_type, event.data.event_type());
            assert_eq!(logged.occurred_at, event.occurred_at);
            assert_eq!(logged.subject_id, event.data.subject().id);
        }
    }

    #[test]
    fn what_is_no_event_is_refused() {
        let organization = samples::approved().organization_id;
        for text in ["", "{}", "[]", r#"{"id":"a","type":"b"}"#] {
            assert!(LoggedEvent::read(organization, text.as_bytes()).is_err());
        }
    }
}
