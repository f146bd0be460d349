//! What a pilot's flights add up to.

use std::ops::{AddAssign, SubAssign};

use domain::flight::{FlightStatus, FlightType};
use public_api::documents::PilotTotals;

use super::PilotKey;
use crate::record::Record;

/// Minutes over a pilot's flights, or the change of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Totals {
    pub total: i64,
    pub pic: i64,
    pub dual_received: i64,
    pub night: i64,
    pub instrument: i64,
}

/// What a record adds to whose totals.
///
/// A flight counts once its pilot has submitted it: a draft is not yet said, a rejected flight is
/// disputed, and a voided one has been replaced. It counts for its pilot; the minutes an instructor
/// gave are in the instructor's own entries. Sessions in a simulator are training, but no flight
/// time (14 CFR 61.51(b), AMC1 FCL.050): they add to all but the total. Instrument time is actual
/// and simulated together.
pub fn contribution(record: &Record) -> Option<(PilotKey, Totals)> {
    let Record::Flight(flight) = record else {
        return None;
    };
    if !matches!(
        flight.status,
        FlightStatus::Submitted | FlightStatus::Approved
    ) {
        return None;
    }
    let minutes = &flight.entry.minutes;
    let in_the_air = if flight.entry.flight_type == FlightType::Simulator {
        0
    } else {
        minutes.block
    };
    let totals = Totals {
        total: in_the_air.into(),
        pic: minutes.pic.into(),
        dual_received: minutes.dual_received.into(),
        night: minutes.night.into(),
        instrument: i64::from(minutes.actual_instrument) + i64::from(minutes.simulated_instrument),
    };
    Some(((flight.organization_id, flight.entry.pilot_id), totals))
}

impl AddAssign for Totals {
    fn add_assign(&mut self, other: Self) {
        self.total += other.total;
        self.pic += other.pic;
        self.dual_received += other.dual_received;
        self.night += other.night;
        self.instrument += other.instrument;
    }
}

impl SubAssign for Totals {
    fn sub_assign(&mut self, other: Self) {
        self.total -= other.total;
        self.pic -= other.pic;
        self.dual_received -= other.dual_received;
        self.night -= other.night;
        self.instrument -= other.instrument;
    }
}

impl From<Totals> for PilotTotals {
    fn from(totals: Totals) -> Self {
        Self {
            total_minutes: totals.total,
            pic_minutes: totals.pic,
            dual_received_minutes: totals.dual_received,
            night_minutes: totals.night,
            instrument_minutes: totals.instrument,
        }
    }
}
