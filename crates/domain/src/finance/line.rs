//! Lines: what was sold, how much of it, at which price and tax.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::money::round;
use super::{LineKind, LineUnit};
use crate::meter::{Meter, MeterKind};
use crate::{AircraftId, FlightId, InvoiceId, InvoiceLineId, PersonId, Violation};

/// How much of its unit a line is about, in hundredths: 1.3 hours are `Quantity(130)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Quantity(pub i64);

impl Quantity {
    /// The most accepted, 999,999.99.
    pub const MAX: Self = Self(99_999_999);

    /// As a decimal text without trailing zeros: `1.3`.
    pub fn to_decimal(self) -> String {
        Meter(self.0).to_decimal()
    }
}

/// What one unit costs at most, either way: ten million of a currency of two decimals.
const MAX_UNIT_PRICE: i64 = 1_000_000_000;
/// What a line's net or tax comes to at most, either way: so the sums of many documents stay whole,
/// here and where numbers have 53 bits.
const MAX_AMOUNT: i64 = 1_000_000_000_000;
/// 100 %.
const MAX_TAX_RATE: i32 = 10_000;
const MAX_TEXT: usize = 500;
const MAX_CODE: usize = 50;

/// A line as it is written; what follows from it is [`Line`]'s.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineEntry {
    pub kind: LineKind,
    pub description: String,
    /// Above zero.
    pub quantity: Quantity,
    pub unit: LineUnit,
    /// By which of the aircraft's meters the hours were counted.
    pub meter_kind: Option<MeterKind>,
    /// Of one unit, before tax. Below zero for a discount, and for nothing else.
    pub unit_price_minor: i64,
    /// As the school's accounting knows the tax.
    pub tax_code: Option<String>,
    /// Hundredths of a percent: 700 are 7 %.
    pub tax_rate_bp: i32,
    /// The account that the line is booked to.
    pub accounts_code: Option<String>,
    pub flight_id: Option<FlightId>,
    pub aircraft_id: Option<AircraftId>,
    pub instructor_id: Option<PersonId>,
}

/// A line with its amounts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Follows from the document and the position, so that the same draft has the same lines.
    pub id: InvoiceLineId,
    /// From 1.
    pub position: i32,
    pub entry: LineEntry,
    /// `quantity × unit_price_minor`, rounded.
    pub net_minor: i64,
    /// `net_minor × tax_rate_bp`, rounded.
    pub tax_minor: i64,
}

/// The lines of a document, in the order given.
///
/// # Errors
/// Every violation of every line.
pub fn lines(document: InvoiceId, entries: Vec<LineEntry>) -> Result<Vec<Line>, Vec<Violation>> {
    let mut found = Vec::new();
    let mut lines = Vec::with_capacity(entries.len());
    for (position, entry) in (1..).zip(entries) {
        check(position, &entry, &mut found);
        let within = |amount: &i64| (-MAX_AMOUNT..=MAX_AMOUNT).contains(amount);
        let net = round(entry.quantity.0, entry.unit_price_minor, 100).filter(within);
        let tax = net.and_then(|net| round(net, entry.tax_rate_bp.into(), 10_000));
        let tax = tax.filter(within);
        if let (Some(net_minor), Some(tax_minor)) = (net, tax) {
            lines.push(Line {
                id: line_id(document, position),
                position,
                entry,
                net_minor,
                tax_minor,
            });
        } else {
            found.push(violation(
                position,
                "out_of_range",
                "its amount is too large",
            ));
        }
    }
    if found.is_empty() {
        Ok(lines)
    } else {
        Err(found)
    }
}

fn line_id(document: InvoiceId, position: i32) -> InvoiceLineId {
    Uuid::new_v5(&document.0, &position.to_be_bytes()).into()
}

fn check(position: i32, entry: &LineEntry, found: &mut Vec<Violation>) {
    let mut refuse = |code, detail: &str| found.push(violation(position, code, detail));
    let length = entry.description.chars().count();
    if length == 0 || length > MAX_TEXT {
        refuse("length", "its description has 1 to 500 characters");
    }
    for code in [&entry.tax_code, &entry.accounts_code]
        .into_iter()
        .flatten()
    {
        if code.is_empty() || code.chars().count() > MAX_CODE {
            refuse("length", "a tax or accounts code has 1 to 50 characters");
        }
    }
    let texts = [
        Some(&entry.description),
        entry.tax_code.as_ref(),
        entry.accounts_code.as_ref(),
    ];
    if texts
        .into_iter()
        .flatten()
        .any(|text| text.chars().any(char::is_control))
    {
        refuse("malformed", "a text holds control characters");
    }
    if !(1..=Quantity::MAX.0).contains(&entry.quantity.0) {
        refuse("out_of_range", "its quantity is 0.01 to 999999.99");
    }
    if !(0..=MAX_TAX_RATE).contains(&entry.tax_rate_bp) {
        refuse("out_of_range", "its tax rate is 0 to 10000 basis points");
    }
    let prices = if entry.kind == LineKind::Discount {
        -MAX_UNIT_PRICE..=0
    } else {
        0..=MAX_UNIT_PRICE
    };
    if !prices.contains(&entry.unit_price_minor) {
        let detail = "a unit costs 0 to 1000000000; a discount is that much below zero at most";
        refuse("out_of_range", detail);
    }
    if entry.meter_kind.is_some() && entry.unit != LineUnit::Hour {
        refuse("inconsistent", "what a meter counts is hours");
    }
}

fn violation(position: i32, code: &'static str, detail: &str) -> Violation {
    Violation::new("lines", code, format!("line {position}: {detail}"))
}
