//! The envelope of the TrueFlight surface.

use domain::{LocationId, OrgId};
use schemars::JsonSchema;
use serde::Serialize;
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
