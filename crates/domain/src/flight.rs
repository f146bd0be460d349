//! A flight: what was flown, and the way of its approval.
//!
//! `draft → submitted → approved`, with `rejected` and back, and `voided` only through an
//! amendment: nothing is edited in silence after approval.

mod commands;
mod meters;
mod rules;
#[cfg(test)]
mod tests;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::aircraft::FuelUnit;
use crate::airport::Airport;
use crate::meter::{Meter, MeterKind, MeterSpan};
use crate::vocabulary::vocabulary;
use crate::{AircraftId, FlightId, LocationId, OrgId, PersonId};

pub use commands::{Amendment, Decided, FlightError, FlightEvent, NewFlight, Replacement};
pub use meters::{Discrepancy, MeterMoves};

vocabulary! {
    FlightStatus, "flight status" {
        Draft => "draft", Submitted => "submitted", Approved => "approved", Rejected => "rejected", Voided => "voided",
    }
}

vocabulary! {
    FlightType, "flight type" {
        Dual => "dual", Solo => "solo", Spic => "spic", Picus => "picus", Rental => "rental", Check => "check",
        Discovery => "discovery", Ferry => "ferry", Maintenance => "maintenance", Simulator => "simulator",
    }
}

vocabulary! {
    FlightRules, "flight rules" { Vfr => "vfr", Ifr => "ifr" }
}

/// A flight as the system of record holds it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Flight {
    pub id: FlightId,
    pub organization_id: OrgId,
    pub location_id: Option<LocationId>,
    /// Rises by one with every change.
    pub version: i64,
    pub status: FlightStatus,
    pub entry: FlightEntry,
    pub submitted: Option<Act>,
    pub approved: Option<Act>,
    pub rejected: Option<Rejection>,
    /// The voided flight that this one replaces.
    pub replaces_id: Option<FlightId>,
    pub external_reference: Option<String>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// Who did something, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Act {
    pub by: PersonId,
    pub at: DateTime<Utc>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rejection {
    pub by: PersonId,
    pub at: DateTime<Utc>,
    pub reason: String,
}

/// What the pilot wrote down. Registration and type are as flown: a later change of the
/// aircraft does not rewrite logbooks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FlightEntry {
    pub flight_type: FlightType,
    pub flight_rules: Option<FlightRules>,
    pub aircraft_id: AircraftId,
    pub registration: String,
    /// ICAO Doc 8643 designator.
    pub aircraft_type: Option<String>,
    pub pilot_id: PersonId,
    pub instructor_id: Option<PersonId>,
    /// Pilot in command.
    pub pic_id: PersonId,
    pub departure: Airport,
    pub arrival: Airport,
    pub route: Option<String>,
    pub times: FlightTimes,
    pub meters: Vec<MeterSpan>,
    pub minutes: FlightMinutes,
    pub landings: Landings,
    pub approaches: Vec<Approach>,
    pub holds: Option<i32>,
    pub fuel_added: Option<Fuel>,
    /// Quarts or litres as the aircraft's unit says, in hundredths.
    pub oil_added_hundredths: Option<i64>,
    pub persons_on_board: Option<i32>,
    pub remarks: Option<String>,
}

/// `off_block ≤ takeoff ≤ landing ≤ on_block`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct FlightTimes {
    pub off_block_at: DateTime<Utc>,
    pub takeoff_at: Option<DateTime<Utc>>,
    pub landing_at: Option<DateTime<Utc>>,
    pub on_block_at: DateTime<Utc>,
    /// False where a logbook gave a date and a duration only: the day then begins the block
    /// at 00:00 UTC, and the duration ends it.
    pub recorded: bool,
}

/// Minutes by kind (14 CFR 61.51, AMC1 FCL.050). No component exceeds `block`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct FlightMinutes {
    pub block: i32,
    pub airborne: Option<i32>,
    pub pic: i32,
    pub sic: i32,
    pub picus: i32,
    pub dual_received: i32,
    pub dual_given: i32,
    pub solo: i32,
    pub night: i32,
    pub actual_instrument: i32,
    pub simulated_instrument: i32,
    pub ifr: i32,
    pub cross_country: i32,
    pub multi_pilot: i32,
    pub simulator: i32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Landings {
    /// All landings by day, touch-and-goes included.
    pub day: i32,
    /// All landings by night, touch-and-goes included.
    pub night: i32,
    /// How many of them were touch-and-goes.
    pub touch_and_goes: Option<i32>,
    pub takeoffs_day: Option<i32>,
    pub takeoffs_night: Option<i32>,
}

/// Instrument approaches of one kind: `RNAV (GPS)` to runway 25 at KIOW, once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approach {
    pub kind: String,
    pub runway: Option<String>,
    pub airport: Option<String>,
    pub count: i32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fuel {
    /// Hundredths of the unit.
    pub quantity_hundredths: i64,
    pub unit: FuelUnit,
}

/// What approval moved one meter of the aircraft by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PostedMeter {
    pub kind: MeterKind,
    pub from: Meter,
    pub to: Meter,
}

impl FlightEntry {
    /// What the flight moved one kind of meter by, as written.
    pub fn meter(&self, kind: MeterKind) -> Option<MeterSpan> {
        self.meters.iter().copied().find(|m| m.kind == kind)
    }
}
