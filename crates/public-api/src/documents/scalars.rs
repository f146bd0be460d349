//! Values that several documents write alike.

use std::borrow::Cow;

use chrono::{DateTime, SecondsFormat, Utc};
use domain::airport::Airport;
use domain::meter::Meter;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::ser::Error as _;
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

/// A JSON number with at most two decimals, printed exactly: 227,430 hundredths are `2274.3`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decimal {
    pub hundredths: i64,
}

impl From<Meter> for Decimal {
    fn from(meter: Meter) -> Self {
        Self {
            hundredths: meter.0,
        }
    }
}

impl Serialize for Decimal {
    /// For JSON only: the digits go out as they are, and never by way of a binary fraction.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let digits = RawValue::from_string(Meter(self.hundredths).to_decimal());
        digits.map_err(S::Error::custom)?.serialize(serializer)
    }
}

impl JsonSchema for Decimal {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Decimal".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "number" })
    }
}

/// RFC 3339 in UTC with `Z`: `2026-05-02T18:47:00Z`. Fractions of a second only where there are
/// any.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timestamp(pub DateTime<Utc>);

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0.to_rfc3339_opts(SecondsFormat::AutoSi, true))
    }
}

impl JsonSchema for Timestamp {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Timestamp".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "date-time" })
    }
}

/// An aerodrome as the logbook named it, with the codes that could be told from its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct AirportFields<'a> {
    pub ident: &'a str,
    pub icao_code: Option<&'a str>,
    pub local_code: Option<&'a str>,
}

impl<'a> From<&'a Airport> for AirportFields<'a> {
    fn from(airport: &'a Airport) -> Self {
        Self {
            ident: &airport.ident,
            icao_code: airport.icao_code.as_deref(),
            local_code: airport.local_code.as_deref(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(value: impl Serialize) -> String {
        serde_json::to_string(&value).unwrap()
    }

    #[test]
    fn decimals_print_the_digits_that_were_read() {
        let numbers = [227_430, 198_011, 500, 5, 0, -150, -5, i64::MAX]
            .map(|hundredths| Decimal { hundredths });
        assert_eq!(
            json(numbers),
            "[2274.3,1980.11,5,0.05,0,-1.5,-0.05,92233720368547758.07]"
        );
    }

    #[test]
    fn instants_have_seconds_and_fractions_only_where_there_are_any() {
        let at = |text: &str| Timestamp(text.parse().unwrap());
        assert_eq!(
            json(at("2026-05-02T20:47:00+02:00")),
            r#""2026-05-02T18:47:00Z""#
        );
        assert_eq!(
            json(at("2026-05-02T18:47:00.5Z")),
            r#""2026-05-02T18:47:00.500Z""#
        );
        assert_eq!(
            json(at("2026-05-02T18:47:00.000001Z")),
            r#""2026-05-02T18:47:00.000001Z""#
        );
    }
}
