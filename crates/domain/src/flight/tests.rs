//! The flight's states, rules and meters.
#![allow(
    clippy::panic,
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod meters;
mod properties;
mod rules;
mod transitions;

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::{
    Flight, FlightEntry, FlightMinutes, FlightStatus, FlightTimes, FlightType, Landings, NewFlight,
    PostedMeter, Replacement,
};
use crate::aircraft::{Aircraft, AircraftStatus, Airworthiness, Category, FuelUnit, MeterReading};
use crate::airport::Airport;
use crate::meter::{Meter, MeterKind, MeterSpan};
use crate::organization::Policy;
use crate::{AircraftId, FlightId, OrgId, PersonId};

const ORGANIZATION: OrgId = OrgId(Uuid::from_u128(1));
const AIRCRAFT: AircraftId = AircraftId(Uuid::from_u128(2));
const PILOT: PersonId = PersonId(Uuid::from_u128(3));
const INSTRUCTOR: PersonId = PersonId(Uuid::from_u128(4));
const STRICT: Policy = Policy {
    approver_differs_from_submitter: true,
};
const LENIENT: Policy = Policy {
    approver_differs_from_submitter: false,
};

/// Minutes after the first moment of every test.
fn at(minutes: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::days(20_000) + TimeDelta::minutes(minutes)
}

/// Dual, 138 minutes, hobbs 2274.3 to 2276.6, with nothing to complain of.
fn entry() -> FlightEntry {
    FlightEntry {
        flight_type: FlightType::Dual,
        flight_rules: None,
        aircraft_id: AIRCRAFT,
        registration: "N740SP".into(),
        aircraft_type: Some("C172".into()),
        pilot_id: PILOT,
        instructor_id: Some(INSTRUCTOR),
        pic_id: INSTRUCTOR,
        departure: Airport::from_ident("KIOW").unwrap(),
        arrival: Airport::from_ident("C17").unwrap(),
        route: None,
        times: FlightTimes {
            off_block_at: at(0),
            takeoff_at: Some(at(10)),
            landing_at: Some(at(130)),
            on_block_at: at(138),
            recorded: true,
        },
        meters: vec![hobbs(Some(227_430), Some(227_660))],
        minutes: FlightMinutes {
            block: 138,
            dual_received: 138,
            ..FlightMinutes::default()
        },
        landings: Landings {
            day: 3,
            ..Landings::default()
        },
        approaches: Vec::new(),
        holds: None,
        fuel_added: None,
        oil_added_hundredths: None,
        persons_on_board: Some(2),
        remarks: None,
    }
}

fn hobbs(start: Option<i64>, end: Option<i64>) -> MeterSpan {
    MeterSpan {
        kind: MeterKind::Hobbs,
        start: start.map(Meter),
        end: end.map(Meter),
    }
}

fn posted(from: i64, to: i64) -> PostedMeter {
    PostedMeter {
        kind: MeterKind::Hobbs,
        from: Meter(from),
        to: Meter(to),
    }
}

fn draft() -> Flight {
    let new = NewFlight {
        id: FlightId(Uuid::from_u128(5)),
        organization_id: ORGANIZATION,
        location_id: None,
        entry: entry(),
        external_reference: None,
    };
    Flight::draft(new, at(200)).unwrap()
}

/// A flight that came to `status` by the commands that lead there.
fn flight(status: FlightStatus) -> Flight {
    let submitted = || draft().submit(PILOT, at(201)).unwrap().flight;
    let approved = || {
        submitted()
            .approve(INSTRUCTOR, STRICT, &aircraft(&[]), at(202))
            .unwrap()
            .flight
    };
    match status {
        FlightStatus::Draft => draft(),
        FlightStatus::Submitted => submitted(),
        FlightStatus::Approved => approved(),
        FlightStatus::Rejected => {
            submitted()
                .reject(INSTRUCTOR, "tach missing", at(202))
                .unwrap()
                .flight
        }
        FlightStatus::Voided => {
            approved()
                .amend(replacement(entry()), PILOT, &[], &aircraft(&[]), at(203))
                .unwrap()
                .voided
        }
    }
}

fn replacement(entry: FlightEntry) -> Replacement {
    Replacement {
        id: FlightId(Uuid::from_u128(6)),
        entry,
    }
}

/// An aircraft whose meters read so.
fn aircraft(meters: &[(MeterKind, i64)]) -> Aircraft {
    let reading = |(kind, value): &(MeterKind, i64)| MeterReading {
        kind: *kind,
        value: Meter(*value),
        engine_position: None,
        read_at: at(-1_000),
    };
    Aircraft {
        id: AIRCRAFT,
        organization_id: ORGANIZATION,
        location_id: None,
        version: 1,
        registration: "N740SP".into(),
        serial_number: None,
        make: "Cessna".into(),
        model: "172S".into(),
        icao_type: Some("C172".into()),
        year: None,
        category: Category::Airplane,
        class: None,
        gear_type: None,
        engine_type: None,
        engine_count: 1,
        seats: Some(4),
        complex: false,
        high_performance: false,
        taa: false,
        pressurized: false,
        airworthiness_status: Airworthiness::Airworthy,
        grounding_reasons: Vec::new(),
        status: AircraftStatus::Active,
        home_airport: None,
        meters: meters.iter().map(reading).collect(),
        airframe_hours: None,
        cycles: None,
        landings_total: None,
        billing_meter: MeterKind::Hobbs,
        maintenance_meter: MeterKind::Tach,
        fuel_unit: FuelUnit::UsGallon,
        external_reference: None,
        created_at: at(-2_000),
        updated_at: at(-1_000),
    }
}
