//! Groups of a flight's fields.

use domain::PersonId;
use domain::aircraft::FuelUnit;
use domain::flight::{Approach, Flight, FlightEntry, FlightMinutes, Fuel, Landings};
use domain::meter::{MeterKind, MeterSpan};
use schemars::JsonSchema;
use serde::Serialize;

use crate::documents::{Decimal, Timestamp};

/// The two meters that partners ask for by name; all of them stand in `meters`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct MeterEnds {
    pub hobbs_start: Option<Decimal>,
    pub hobbs_end: Option<Decimal>,
    pub tach_start: Option<Decimal>,
    pub tach_end: Option<Decimal>,
}

impl From<&FlightEntry> for MeterEnds {
    fn from(entry: &FlightEntry) -> Self {
        let hobbs = entry.meter(MeterKind::Hobbs);
        let tach = entry.meter(MeterKind::Tach);
        Self {
            hobbs_start: hobbs.and_then(|m| m.start).map(Into::into),
            hobbs_end: hobbs.and_then(|m| m.end).map(Into::into),
            tach_start: tach.and_then(|m| m.start).map(Into::into),
            tach_end: tach.and_then(|m| m.end).map(Into::into),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct MeterFields {
    pub kind: MeterKind,
    pub start: Option<Decimal>,
    pub end: Option<Decimal>,
}

impl From<&MeterSpan> for MeterFields {
    fn from(span: &MeterSpan) -> Self {
        Self {
            kind: span.kind,
            start: span.start.map(Into::into),
            end: span.end.map(Into::into),
        }
    }
}

/// Minutes by kind, of the flight's pilot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct MinuteFields {
    pub block_minutes: i32,
    pub airborne_minutes: Option<i32>,
    pub pic_minutes: i32,
    pub sic_minutes: i32,
    pub picus_minutes: i32,
    pub dual_received_minutes: i32,
    pub dual_given_minutes: i32,
    pub solo_minutes: i32,
    pub night_minutes: i32,
    pub actual_instrument_minutes: i32,
    pub simulated_instrument_minutes: i32,
    pub ifr_minutes: i32,
    pub cross_country_minutes: i32,
    pub multi_pilot_minutes: i32,
    pub simulator_minutes: i32,
}

impl From<&FlightMinutes> for MinuteFields {
    fn from(minutes: &FlightMinutes) -> Self {
        Self {
            block_minutes: minutes.block,
            airborne_minutes: minutes.airborne,
            pic_minutes: minutes.pic,
            sic_minutes: minutes.sic,
            picus_minutes: minutes.picus,
            dual_received_minutes: minutes.dual_received,
            dual_given_minutes: minutes.dual_given,
            solo_minutes: minutes.solo,
            night_minutes: minutes.night,
            actual_instrument_minutes: minutes.actual_instrument,
            simulated_instrument_minutes: minutes.simulated_instrument,
            ifr_minutes: minutes.ifr,
            cross_country_minutes: minutes.cross_country,
            multi_pilot_minutes: minutes.multi_pilot,
            simulator_minutes: minutes.simulator,
        }
    }
}

/// Landings include touch-and-goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct LandingFields {
    pub landings_day: i32,
    pub landings_night: i32,
    pub touch_and_goes: Option<i32>,
    pub takeoffs_day: Option<i32>,
    pub takeoffs_night: Option<i32>,
}

impl From<&Landings> for LandingFields {
    fn from(landings: &Landings) -> Self {
        Self {
            landings_day: landings.day,
            landings_night: landings.night,
            touch_and_goes: landings.touch_and_goes,
            takeoffs_day: landings.takeoffs_day,
            takeoffs_night: landings.takeoffs_night,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ApproachFields<'a> {
    /// `ILS`, `RNAV (GPS)`.
    pub kind: &'a str,
    pub runway: Option<&'a str>,
    pub airport: Option<&'a str>,
    pub count: i32,
}

impl<'a> From<&'a Approach> for ApproachFields<'a> {
    fn from(approach: &'a Approach) -> Self {
        Self {
            kind: &approach.kind,
            runway: approach.runway.as_deref(),
            airport: approach.airport.as_deref(),
            count: approach.count,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FuelFields {
    pub quantity: Decimal,
    pub unit: FuelUnit,
}

impl From<Fuel> for FuelFields {
    fn from(fuel: Fuel) -> Self {
        Self {
            quantity: Decimal {
                hundredths: fuel.quantity_hundredths,
            },
            unit: fuel.unit,
        }
    }
}

/// Who moved the flight through its approval, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ApprovalFields<'a> {
    pub submitted_at: Option<Timestamp>,
    pub submitted_by_id: Option<PersonId>,
    pub approved_at: Option<Timestamp>,
    pub approved_by_id: Option<PersonId>,
    pub rejected_at: Option<Timestamp>,
    pub rejected_by_id: Option<PersonId>,
    pub rejection_reason: Option<&'a str>,
}

impl<'a> From<&'a Flight> for ApprovalFields<'a> {
    fn from(flight: &'a Flight) -> Self {
        let rejected = flight.rejected.as_ref();
        Self {
            submitted_at: flight.submitted.map(|act| Timestamp(act.at)),
            submitted_by_id: flight.submitted.map(|act| act.by),
            approved_at: flight.approved.map(|act| Timestamp(act.at)),
            approved_by_id: flight.approved.map(|act| act.by),
            rejected_at: rejected.map(|rejection| Timestamp(rejection.at)),
            rejected_by_id: rejected.map(|rejection| rejection.by),
            rejection_reason: rejected.map(|rejection| rejection.reason.as_str()),
        }
    }
}
