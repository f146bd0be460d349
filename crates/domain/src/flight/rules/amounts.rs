//! Figures: meters, minutes, counts and quantities.

use std::fmt::Display;
use std::ops::RangeInclusive;

use crate::flight::{FlightEntry, FlightMinutes};
use crate::meter::Meter;

use crate::Violation;

/// Longest block time accepted, in minutes: two days.
const LONGEST_BLOCK: i32 = 2 * 24 * 60;
/// Landings, takeoffs, holds or people of one flight.
const COUNTS: RangeInclusive<i32> = 0..=999;
/// Equal approaches of one flight.
const APPROACHES: RangeInclusive<i32> = 1..=99;
/// Different approaches of one flight.
const MOST_APPROACHES: usize = 50;
/// Fuel and oil in hundredths of their unit.
const QUANTITY: RangeInclusive<i64> = 0..=10_000_000;

pub(super) fn check(entry: &FlightEntry, found: &mut Vec<Violation>) {
    check_meters(entry, found);
    check_minutes(&entry.minutes, found);
    check_counts(entry, found);
    check_approaches(entry, found);
    check_quantities(entry, found);
}

fn check_meters(entry: &FlightEntry, found: &mut Vec<Violation>) {
    for (i, span) in entry.meters.iter().enumerate() {
        if entry.meters.iter().take(i).any(|m| m.kind == span.kind) {
            found.push(Violation::new(
                "meters",
                "repeated",
                format!("{} is given twice", span.kind),
            ));
        }
        for value in [span.start, span.end].into_iter().flatten() {
            if value < Meter(0) || value > Meter::MAX {
                let detail = format!("{} reads {}", span.kind, value.to_decimal());
                found.push(Violation::new("meters", "out_of_range", detail));
            }
        }
        if let (Some(start), Some(end)) = (span.start, span.end)
            && end < start
        {
            let detail = format!("{} ends below its start", span.kind);
            found.push(Violation::new("meters", "out_of_order", detail));
        }
    }
}

fn check_minutes(m: &FlightMinutes, found: &mut Vec<Violation>) {
    if !(0..=LONGEST_BLOCK).contains(&m.block) {
        let detail = format!("block time is 0 to {LONGEST_BLOCK} minutes");
        found.push(Violation::new("block_minutes", "out_of_range", detail));
    }
    for (name, minutes) in m.components() {
        if minutes < 0 {
            found.push(Violation::new(
                name,
                "out_of_range",
                "minutes are not negative",
            ));
        } else if minutes > m.block {
            let detail = format!("{minutes} min of {} min block", m.block);
            found.push(Violation::new(name, "exceeds_block", detail));
        }
    }
}

fn check_counts(entry: &FlightEntry, found: &mut Vec<Violation>) {
    let l = &entry.landings;
    let counts = [
        ("landings_day", Some(l.day)),
        ("landings_night", Some(l.night)),
        ("touch_and_goes", l.touch_and_goes),
        ("takeoffs_day", l.takeoffs_day),
        ("takeoffs_night", l.takeoffs_night),
        ("holds", entry.holds),
        ("persons_on_board", entry.persons_on_board),
    ];
    for (name, count) in counts {
        require_within(name, count, &COUNTS, found);
    }
}

fn check_approaches(entry: &FlightEntry, found: &mut Vec<Violation>) {
    if entry.approaches.len() > MOST_APPROACHES {
        let detail = format!("a flight has at most {MOST_APPROACHES} kinds of approaches");
        found.push(Violation::new("approaches", "too_many", detail));
    }
    for approach in &entry.approaches {
        require_within("approaches", Some(approach.count), &APPROACHES, found);
    }
}

fn check_quantities(entry: &FlightEntry, found: &mut Vec<Violation>) {
    let fuel = entry.fuel_added.map(|fuel| fuel.quantity_hundredths);
    require_within("fuel_added", fuel, &QUANTITY, found);
    require_within("oil_added", entry.oil_added_hundredths, &QUANTITY, found);
}

fn require_within<N: PartialOrd + Display>(
    name: &'static str,
    number: Option<N>,
    range: &RangeInclusive<N>,
    found: &mut Vec<Violation>,
) {
    if number.is_some_and(|n| !range.contains(&n)) {
        let detail = format!("{name} is {} to {}", range.start(), range.end());
        found.push(Violation::new(name, "out_of_range", detail));
    }
}

impl FlightMinutes {
    /// Each component with the name of its public field.
    pub fn components(&self) -> [(&'static str, i32); 14] {
        [
            ("airborne_minutes", self.airborne.unwrap_or_default()),
            ("pic_minutes", self.pic),
            ("sic_minutes", self.sic),
            ("picus_minutes", self.picus),
            ("dual_received_minutes", self.dual_received),
            ("dual_given_minutes", self.dual_given),
            ("solo_minutes", self.solo),
            ("night_minutes", self.night),
            ("actual_instrument_minutes", self.actual_instrument),
            ("simulated_instrument_minutes", self.simulated_instrument),
            ("ifr_minutes", self.ifr),
            ("cross_country_minutes", self.cross_country),
            ("multi_pilot_minutes", self.multi_pilot),
            ("simulator_minutes", self.simulator),
        ]
    }
}
