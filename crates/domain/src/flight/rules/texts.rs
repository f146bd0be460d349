//! Texts: how long they may be, and what they may hold.

use std::ops::RangeInclusive;

use crate::flight::{Approach, FlightEntry};

use crate::Violation;

const IDENT: RangeInclusive<usize> = 2..=8;
const REGISTRATION: RangeInclusive<usize> = 2..=12;
const LONGEST_REMARKS: usize = 4_000;
const LONGEST_ROUTE: usize = 1_000;
/// A designator of ICAO Doc 8643 has four characters; logbooks write `BT-13` and worse.
const LONGEST_TYPE: usize = 20;
const LONGEST_APPROACH: usize = 60;

pub(super) fn check(entry: &FlightEntry, found: &mut Vec<Violation>) {
    check_code("registration", &entry.registration, &REGISTRATION, found);
    check_code("departure", &entry.departure.ident, &IDENT, found);
    check_code("arrival", &entry.arrival.ident, &IDENT, found);
    check_text(
        "aircraft_type",
        entry.aircraft_type.as_deref(),
        LONGEST_TYPE,
        found,
    );
    check_text("route", entry.route.as_deref(), LONGEST_ROUTE, found);
    check_text("remarks", entry.remarks.as_deref(), LONGEST_REMARKS, found);
    for airport in [&entry.departure, &entry.arrival] {
        for code in [&airport.icao_code, &airport.local_code] {
            check_text("airport", code.as_deref(), *IDENT.end(), found);
        }
    }
    for Approach {
        kind,
        runway,
        airport,
        ..
    } in &entry.approaches
    {
        for text in [Some(kind), runway.as_ref(), airport.as_ref()] {
            check_text(
                "approaches",
                text.map(String::as_str),
                LONGEST_APPROACH,
                found,
            );
        }
    }
}

/// Capital letters, digits and hyphens, in ASCII.
fn check_code(
    name: &'static str,
    code: &str,
    length: &RangeInclusive<usize>,
    found: &mut Vec<Violation>,
) {
    let plain = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '-';
    if !length.contains(&code.len()) || !code.chars().all(plain) {
        let (least, most) = (length.start(), length.end());
        let detail = format!("{name} has {least} to {most} capital letters, digits or hyphens");
        found.push(Violation::new(name, "malformed", detail));
    }
}

/// At most `longest` bytes, and nothing that neither prints nor breaks a line: PostgreSQL, for
/// one, holds no NUL.
fn check_text(name: &'static str, text: Option<&str>, longest: usize, found: &mut Vec<Violation>) {
    let Some(text) = text else { return };
    if text.len() > longest {
        let detail = format!("{name} holds at most {longest} bytes");
        found.push(Violation::new(name, "too_long", detail));
    }
    if text
        .chars()
        .any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
    {
        let detail = format!("{name} holds control characters");
        found.push(Violation::new(name, "malformed", detail));
    }
}
