//! Wire to domain and back, in one place.
//!
//! Reading is strict: a message that does not hold what the domain needs is refused with the
//! field's name, and nothing of it is used.

mod aircraft;
mod compliance;
mod event;
mod finance;
mod flight;
mod maintenance;
mod organization;
mod person;
mod planning;
mod rate_limit;
mod training;

use std::fmt::Display;
use std::str::FromStr;

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use prost_types::Timestamp;

pub use finance::customer_id;
pub use maintenance::done_in;
pub use planning::resource_in;

/// Years that four digits write.
const YEARS: std::ops::RangeInclusive<i32> = 1..=9999;

/// A message that does not hold what it should.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {reason}")]
pub struct InvalidMessage {
    pub field: &'static str,
    pub reason: String,
}

impl InvalidMessage {
    pub fn new(field: &'static str, reason: impl Display) -> Self {
        Self {
            field,
            reason: reason.to_string(),
        }
    }
}

impl From<InvalidMessage> for crate::v1::Fault {
    fn from(invalid: InvalidMessage) -> Self {
        Self::invalid("invalid_message", invalid.to_string()).with_field(
            invalid.field,
            "invalid",
            invalid.reason,
        )
    }
}

pub type Read<T> = Result<T, InvalidMessage>;

/// Reads an id, a term of a vocabulary or anything else with a textual form.
pub fn parse<T: FromStr<Err: Display>>(field: &'static str, text: &str) -> Read<T> {
    text.parse().map_err(|e| InvalidMessage::new(field, e))
}

pub fn parse_optional<T: FromStr<Err: Display>>(
    field: &'static str,
    text: Option<&str>,
) -> Read<Option<T>> {
    text.map(|t| parse(field, t)).transpose()
}

pub fn required<T>(field: &'static str, value: Option<T>) -> Read<T> {
    value.ok_or_else(|| InvalidMessage::new(field, "is missing"))
}

pub fn text(value: Option<impl ToString>) -> Option<String> {
    value.map(|v| v.to_string())
}

pub fn timestamp(at: DateTime<Utc>) -> Timestamp {
    Timestamp {
        seconds: at.timestamp(),
        nanos: i32::try_from(at.timestamp_subsec_nanos()).unwrap_or_default(),
    }
}

pub fn instant(field: &'static str, at: Option<Timestamp>) -> Read<DateTime<Utc>> {
    instant_optional(field, at)?.ok_or_else(|| InvalidMessage::new(field, "is missing"))
}

/// A point in time as `google.protobuf.Timestamp` defines it: of the years 1 to 9999, which is what
/// RFC 3339 can write.
pub fn instant_optional(field: &'static str, at: Option<Timestamp>) -> Read<Option<DateTime<Utc>>> {
    at.map(|at| {
        u32::try_from(at.nanos)
            .ok()
            .filter(|nanos| *nanos < 1_000_000_000)
            .and_then(|nanos| DateTime::from_timestamp(at.seconds, nanos))
            .filter(|at| YEARS.contains(&at.year()))
            .ok_or_else(|| InvalidMessage::new(field, "is no point in time"))
    })
    .transpose()
}

/// A date as ISO 8601 writes it, `2026-05-28`: in this form dates are also in order as texts.
pub fn date(field: &'static str, text: Option<&str>) -> Read<Option<NaiveDate>> {
    text.map(|text| day(field, text)).transpose()
}

/// [`date`], where there must be one.
pub fn day(field: &'static str, text: &str) -> Read<NaiveDate> {
    let read: NaiveDate = parse(field, text)?;
    if read.to_string() == text && YEARS.contains(&read.year()) {
        Ok(read)
    } else {
        Err(InvalidMessage::new(field, "is no date such as 2026-05-28"))
    }
}
