//! What webhooks deliver.
//!
//! The body of a GA Flight delivery is rendered once, from the event, and is the same to the byte
//! in every attempt and for every endpoint: the signature covers only the body. It holds ids and
//! figures, never personal contact data.

pub mod catalog;
mod data;
pub mod delivery;
mod logged;
mod maintenance;
#[allow(clippy::unwrap_used, reason = "constants, all of which the tests read")]
pub mod samples;
mod training;
mod trueflight;

use domain::event::{CatalogEvent, EventType};
use domain::{EventId, OrgId};
use schemars::JsonSchema;
use serde::Serialize;

pub use data::{EventPayload, FlightFields, PostedFields, PostedMeterFields};

pub use logged::LoggedEvent;
pub use maintenance::{AlertFields, AlertedItemFields, AlertedOrderFields, AlertedSquawkFields};

pub use training::{ProgressFields, SignoffFields};
pub use trueflight::{TfEnvelope, trueflight_body};

use crate::documents::Timestamp;

/// The version of the payloads and of the event log.
pub const API_VERSION: &str = "v1";
/// Of a body, in bytes: hardly any is longer.
const USUAL_LENGTH: usize = 1_024;

/// The envelope of the GA Flight surface. `occurred_at` stands in the body because the timestamp
/// header is outside the signature.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct GaEnvelope<'a> {
    pub id: EventId,
    #[serde(rename = "type")]
    pub event_type: EventType,
    pub api_version: &'static str,
    pub occurred_at: Timestamp,
    pub organization_id: OrgId,
    pub data: EventPayload<'a>,
}

impl<'a> From<&'a CatalogEvent> for GaEnvelope<'a> {
    fn from(event: &'a CatalogEvent) -> Self {
        Self {
            id: event.id,
            event_type: event.data.event_type(),
            api_version: API_VERSION,
            occurred_at: Timestamp(event.occurred_at),
            organization_id: event.organization_id,
            data: (&event.data).into(),
        }
    }
}

/// The body of a GA Flight delivery of `event`: compact JSON, the same bytes for the same event.
///
/// # Errors
/// None that an event can cause; the serializer's own are handed through.
pub fn ga_body(event: &CatalogEvent) -> serde_json::Result<Vec<u8>> {
    let mut body = Vec::with_capacity(USUAL_LENGTH);
    serde_json::to_writer(&mut body, &GaEnvelope::from(event))?;
    Ok(body)
}

#[cfg(test)]
mod tests;
