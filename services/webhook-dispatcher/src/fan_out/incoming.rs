//! An event as it comes from the broker.

use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use contracts::v1;
use domain::event::CatalogEvent;
use prost::Message;
use public_api::payloads;

use crate::delivery::body;
use crate::delivery::destination::Destination;

/// An event, and what will be sent of it.
#[derive(Clone)]
pub struct Incoming {
    pub event: CatalogEvent,
    /// The event's, as it is written everywhere.
    pub id: Arc<str>,
    /// W3C Trace Context of what caused it.
    pub traceparent: Option<String>,
    /// Rendered once: the same bytes for every endpoint, in every attempt.
    pub body: Bytes,
    /// Likewise for endpoints of TrueFlight, once there is one.
    trueflight: OnceLock<Bytes>,
}

impl Incoming {
    /// Reads a message, or says why it can never be read.
    pub fn read(message: &bus::Delivery) -> Result<Self, String> {
        let wire = v1::CatalogEvent::decode(message.payload.clone())
            .map_err(|error| format!("this is no event: {error}"))?;
        let event = CatalogEvent::try_from(wire)
            .map_err(|error| format!("this is no event of the catalog: {error}"))?;
        let body = payloads::ga_body(&event)
            .map_err(|error| format!("the event cannot be rendered: {error}"))?;
        let traceparent = message
            .traceparent
            .clone()
            .filter(|text| is_traceparent(text));
        Ok(Self {
            id: event.id.to_string().into(),
            event,
            traceparent,
            body: body.into(),
            trueflight: OnceLock::new(),
        })
    }

    /// The body as `destination` wants it.
    pub fn body_for(&self, destination: &Destination) -> Bytes {
        body::of(destination, &self.body, |ga| {
            let rendered = || body::trueflight(ga, self.event.location_id);
            self.trueflight.get_or_init(rendered).clone()
        })
    }
}

/// `version-trace-parent-flags` (W3C Trace Context, 3.2). Anything else is not carried on.
fn is_traceparent(text: &str) -> bool {
    let lengths = [2, 32, 16, 2];
    let parts: Vec<&str> = text.split('-').collect();
    parts.len() == lengths.len()
        && parts.iter().zip(lengths).all(|(part, length)| {
            part.len() == length
                && part
                    .bytes()
                    .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_trace_context_passes_for_one() {
        assert!(is_traceparent(
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
        ));
        for text in [
            "",
            "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-x",
            "00-0af7651916cd43dd8448eb211c8031\0c-b7ad6b7169203331-01",
        ] {
            assert!(!is_traceparent(text), "{text:?}");
        }
    }
}
