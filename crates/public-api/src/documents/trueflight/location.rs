//! `locations`: the bases of an organisation.

use domain::LocationId;
use domain::organization::Location;
use schemars::JsonSchema;
use serde::Serialize;

use crate::documents::Timestamp;

/// A base of the organisation.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct LocationDocument<'a> {
    pub id: LocationId,
    pub name: &'a str,
    /// The base's short code, mostly its airport: `KPAO`.
    pub code: &'a str,
    pub icao_code: Option<&'a str>,
    /// IANA zone: `America/Los_Angeles`.
    pub timezone: &'a str,
    pub address: Option<&'a str>,
    /// Whether the organisation flies from there.
    pub active: bool,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl<'a> From<&'a Location> for LocationDocument<'a> {
    fn from(location: &'a Location) -> Self {
        Self {
            id: location.id,
            name: &location.name,
            code: &location.code,
            icao_code: location.icao_code.as_deref(),
            timezone: &location.timezone,
            address: location.address.as_deref(),
            active: location.active,
            created_at: Timestamp(location.created_at),
            updated_at: Timestamp(location.updated_at),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::payloads::samples;

    #[test]
    fn a_document_is_what_the_contract_says() {
        let location = samples::trueflight::location();
        let json = serde_json::to_string(&LocationDocument::from(&location)).unwrap();
        assert_eq!(
            json,
            concat!(
                r#"{"id":"00000000-0000-0000-0000-0000000000c1","name":"Palo Alto","code":"KPAO","#,
                r#""icao_code":"KPAO","timezone":"America/Los_Angeles","#,
                r#""address":"1925 Embarcadero Road, Palo Alto, CA 94303","active":true,"#,
                r#""created_at":"2026-01-01T00:00:00Z","updated_at":"2026-05-02T21:05:00Z"}"#,
            )
        );
    }
}
