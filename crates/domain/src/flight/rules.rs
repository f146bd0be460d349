//! What must be true of a flight's entry.

mod amounts;
mod texts;

use chrono::{DateTime, NaiveDate, Utc};

use super::{FlightEntry, FlightType};
use crate::Violation;

impl FlightEntry {
    /// Every violation at once, so that a pilot corrects the form once.
    pub fn violations(&self) -> Vec<Violation> {
        let mut found = Vec::new();
        check_times(self, &mut found);
        amounts::check(self, &mut found);
        texts::check(self, &mut found);
        if self.flight_type == FlightType::Solo {
            check_solo(self, &mut found);
        }
        found
    }
}

/// The first powered flight; whatever a logbook dates before it is a slip of the pen.
const FIRST_YEAR: i32 = 1903;
/// The last day that is believed.
const LAST_YEAR: i32 = 2199;

fn check_times(entry: &FlightEntry, found: &mut Vec<Violation>) {
    let t = &entry.times;
    let steps = [
        ("off_block_at", Some(t.off_block_at)),
        ("takeoff_at", t.takeoff_at),
        ("landing_at", t.landing_at),
        ("on_block_at", Some(t.on_block_at)),
    ];
    let known: Vec<_> = steps
        .iter()
        .filter_map(|(name, at)| at.map(|at| (*name, at)))
        .collect();
    for (name, at) in &known {
        if !is_believable(*at) {
            let detail = format!("{name} is between {FIRST_YEAR} and {LAST_YEAR}");
            found.push(Violation::new(name, "out_of_range", detail));
        }
    }
    for pair in known.windows(2) {
        if let [(before, earlier), (name, later)] = pair
            && later < earlier
        {
            found.push(Violation::new(
                name,
                "out_of_order",
                format!("{name} is before {before}"),
            ));
        }
    }
}

fn is_believable(at: DateTime<Utc>) -> bool {
    let first = NaiveDate::from_ymd_opt(FIRST_YEAR, 1, 1);
    let last = NaiveDate::from_ymd_opt(LAST_YEAR, 12, 31);
    first.is_some_and(|day| at.date_naive() >= day)
        && last.is_some_and(|day| at.date_naive() <= day)
}

fn check_solo(entry: &FlightEntry, found: &mut Vec<Violation>) {
    if entry.instructor_id.is_some() {
        let detail = "a solo flight has no instructor on board";
        found.push(Violation::new(
            "instructor_id",
            "solo_with_instructor",
            detail,
        ));
    }
    if entry.minutes.dual_received > 0 {
        let detail = "a solo flight has no dual received";
        found.push(Violation::new(
            "dual_received_minutes",
            "solo_with_instructor",
            detail,
        ));
    }
}
