//! Lines of invoices.

use std::borrow::Cow;

use domain::finance::{Line, LineKind, LineUnit, Quantity};
use domain::meter::MeterKind;
use domain::{AircraftId, FlightId, InvoiceLineId, PersonId};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Serialize, Serializer};

/// A line of an invoice. Its net amount is `quantity` × `unit_price_minor` and its tax `net_minor` ×
/// `tax_rate_bp`, each rounded to a whole minor unit, a half away from zero.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct InvoiceLineFields<'a> {
    pub id: InvoiceLineId,
    /// From 1.
    pub position: i32,
    pub kind: LineKind,
    pub description: &'a str,
    pub quantity: QuantityText,
    pub unit: LineUnit,
    /// The meter that counted the hours.
    pub meter_kind: Option<MeterKind>,
    /// Before tax; below zero for a discount.
    pub unit_price_minor: i64,
    pub net_minor: i64,
    /// As the school's accounting knows the tax.
    pub tax_code: Option<&'a str>,
    /// Hundredths of a percent: 700 are 7 %.
    pub tax_rate_bp: i32,
    pub tax_minor: i64,
    pub flight_id: Option<FlightId>,
    pub aircraft_id: Option<AircraftId>,
    pub instructor_id: Option<PersonId>,
    /// The account that the line is booked to.
    pub accounts_code: Option<&'a str>,
}

impl<'a> From<&'a Line> for InvoiceLineFields<'a> {
    fn from(line: &'a Line) -> Self {
        let entry = &line.entry;
        Self {
            id: line.id,
            position: line.position,
            kind: entry.kind,
            description: &entry.description,
            quantity: QuantityText(entry.quantity),
            unit: entry.unit,
            meter_kind: entry.meter_kind,
            unit_price_minor: entry.unit_price_minor,
            net_minor: line.net_minor,
            tax_code: entry.tax_code.as_deref(),
            tax_rate_bp: entry.tax_rate_bp,
            tax_minor: line.tax_minor,
            flight_id: entry.flight_id,
            aircraft_id: entry.aircraft_id,
            instructor_id: entry.instructor_id,
            accounts_code: entry.accounts_code.as_deref(),
        }
    }
}

/// A quantity as the contract writes it: a decimal text, `"1.3"`, so that no reader computes with
/// a binary fraction of an hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuantityText(pub Quantity);

impl Serialize for QuantityText {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0.to_decimal())
    }
}

impl JsonSchema for QuantityText {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Quantity".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": r"^[0-9]+(\.[0-9]{1,2})?$" })
    }
}
