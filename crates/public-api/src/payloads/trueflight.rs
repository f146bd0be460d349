//! The envelope of the TrueFlight surface.

use domain::{LocationId, OrgId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::documents::Timestamp;

/// The body of a TrueFlight delivery.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "TrueFlightEnvelope")]
pub struct TfEnvelope<'a> {
    /// Type in the catalog of the surface: `user.invited`.
    #[serde(rename = "type")]
    pub event_type: &'a str,
    pub created_at: Timestamp,
    pub organization_id: OrgId,
    /// Where it happened, for what belongs to a location.
    pub location_id: Option<LocationId>,
    /// What the type carries.
    #[schemars(with = "serde_json::Map<String, serde_json::Value>")]
    pub data: &'a RawValue,
}

/// The members of [`super::GaEnvelope`] that go over, byte for byte.
#[derive(Deserialize)]
struct Ga<'a> {
    #[serde(rename = "type", borrow)]
    event_type: &'a RawValue,
    #[serde(borrow)]
    occurred_at: &'a RawValue,
    #[serde(borrow)]
    organization_id: &'a RawValue,
    #[serde(borrow)]
    data: &'a RawValue,
}

/// In the order of [`TfEnvelope`].
#[derive(Serialize)]
struct Envelope<'a> {
    #[serde(rename = "type")]
    event_type: &'a RawValue,
    created_at: &'a RawValue,
    organization_id: &'a RawValue,
    location_id: Option<LocationId>,
    data: &'a RawValue,
}

/// The body of a TrueFlight delivery, made of that of GA Flight: the same bytes for the same event.
///
/// # Errors
/// Where `ga` is no body of a GA Flight delivery.
pub fn trueflight_body(ga: &[u8], location_id: Option<LocationId>) -> serde_json::Result<Vec<u8>> {
    let ga: Ga<'_> = serde_json::from_slice(ga)?;
    serde_json::to_vec(&Envelope {
        event_type: ga.event_type,
        created_at: ga.occurred_at,
        organization_id: ga.organization_id,
        location_id,
        data: ga.data,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::payloads::{EventPayload, ga_body, samples};

    #[test]
    fn the_body_is_the_envelope() {
        let event = samples::approved();
        let data = serde_json::to_string(&EventPayload::from(&event.data)).unwrap();
        let location = Some(uuid::Uuid::from_u128(7).into());
        let envelope = TfEnvelope {
            event_type: event.data.event_type().as_str(),
            created_at: Timestamp(event.occurred_at),
            organization_id: event.organization_id,
            location_id: location,
            data: &RawValue::from_string(data).unwrap(),
        };
        let body = trueflight_body(&ga_body(&event).unwrap(), location).unwrap();
        assert_eq!(
            String::from_utf8(body).unwrap(),
            serde_json::to_string(&envelope).unwrap()
        );
    }

    #[test]
    fn what_is_no_event_is_refused() {
        for text in ["", "{}", "[]", r#"{"type":"a","data":{}}"#] {
            assert!(trueflight_body(text.as_bytes(), None).is_err());
        }
    }
}
