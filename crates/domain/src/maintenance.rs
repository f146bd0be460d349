//! Keeping aircraft fit to fly: what falls due, defects, the work on them, and what all of it
//! says about flying.

pub mod airworthiness;
pub mod alert;
pub mod due_item;
pub mod squawk;
pub mod summary;
#[cfg(test)]
mod tests;
pub mod upkeep;
pub mod work_order;

use std::ops::RangeInclusive;

use chrono::{Datelike, NaiveDate};

use crate::Violation;
use crate::aircraft::{Aircraft, MeterReading};
use crate::meter::{Meter, MeterKind};

pub use airworthiness::Declared;
pub use alert::{AlertKind, AlertSubject, MaintenanceAlert, Severity};
pub use due_item::{DueItem, DueKind, DuePoint, DueState, DueStatus, Remaining};
pub use squawk::{Squawk, SquawkAction, SquawkSeverity, SquawkStatus};
pub use summary::{NextDue, Summary, summary};
pub use upkeep::{Review, Upkeep};
pub use work_order::{Step, WorkOrder, WorkOrderStatus};

/// What an aircraft counts, as far as anything can fall due by it.
#[derive(Debug, Clone, Copy)]
pub struct Counters<'a> {
    pub meters: &'a [MeterReading],
    pub cycles: Option<i64>,
}

impl Counters<'_> {
    /// What the meter of that kind reads: the airframe's, else that of the first engine.
    pub fn meter(&self, kind: MeterKind) -> Option<Meter> {
        let readings = self.meters.iter().filter(|reading| reading.kind == kind);
        readings
            .min_by_key(|reading| reading.engine_position)
            .map(|reading| reading.value)
    }
}

/// Years that are believed of a date.
const YEARS: RangeInclusive<i32> = 1903..=2199;

fn check_date(pointer: &'static str, date: Option<NaiveDate>, found: &mut Vec<Violation>) {
    if date.is_some_and(|date| !YEARS.contains(&date.year())) {
        let (first, last) = (YEARS.start(), YEARS.end());
        let detail = format!("{pointer} is between {first} and {last}");
        found.push(Violation::new(pointer, "out_of_range", detail));
    }
}

impl<'a> From<&'a Aircraft> for Counters<'a> {
    fn from(aircraft: &'a Aircraft) -> Self {
        Self {
            meters: &aircraft.meters,
            cycles: aircraft.cycles,
        }
    }
}
