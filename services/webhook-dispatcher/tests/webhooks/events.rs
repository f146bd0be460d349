//! Events as flight-ops says them.

use chrono::{DateTime, Utc};
use domain::airport::Airport;
use domain::event::{CatalogEvent, EventData};
use domain::flight::{
    Flight, FlightEntry, FlightMinutes, FlightRules, FlightStatus, FlightTimes, FlightType,
    Landings,
};
use domain::{EventId, PersonId};
use uuid::Uuid;

pub fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// An approval in organisation 1, of its own number.
pub fn approved(number: u128) -> CatalogEvent {
    event(1, number, |flight| EventData::FlightApproved {
        approved_by: flight.entry.pic_id,
        approved_at: flight.updated_at,
        flight: Box::new(flight),
        posted: Vec::new(),
    })
}

pub fn submitted(number: u128) -> CatalogEvent {
    event(1, number, |flight| EventData::FlightSubmitted {
        submitted_by: flight.entry.pilot_id,
        submitted_at: flight.updated_at,
        flight: Box::new(flight),
    })
}

/// `count` approvals, numbered from `first`.
pub fn approvals(first: u128, count: u128) -> Vec<CatalogEvent> {
    (first..first + count).map(approved).collect()
}

pub fn of_organization(organization: u128, number: u128) -> CatalogEvent {
    CatalogEvent {
        organization_id: Uuid::from_u128(organization).into(),
        ..approved(number)
    }
}

fn event(organization: u128, number: u128, data: impl FnOnce(Flight) -> EventData) -> CatalogEvent {
    CatalogEvent {
        id: EventId::from_parts(1_780_000_000_000, number),
        organization_id: Uuid::from_u128(organization).into(),
        location_id: None,
        occurred_at: at("2026-05-28T12:03:11.123456Z"),
        data: data(flight(organization, number)),
    }
}

fn flight(organization: u128, number: u128) -> Flight {
    Flight {
        id: Uuid::from_u128(number).into(),
        organization_id: Uuid::from_u128(organization).into(),
        location_id: None,
        version: 3,
        status: FlightStatus::Approved,
        entry: entry(),
        submitted: None,
        approved: None,
        rejected: None,
        replaces_id: None,
        external_reference: None,
        created_at: at("2026-05-02T21:10:00Z"),
        updated_at: at("2026-05-28T12:03:11Z"),
    }
}

fn entry() -> FlightEntry {
    let person = |number| PersonId(Uuid::from_u128(number));
    FlightEntry {
        flight_type: FlightType::Dual,
        flight_rules: Some(FlightRules::Vfr),
        aircraft_id: Uuid::from_u128(0xa1).into(),
        registration: "N740SP".to_owned(),
        aircraft_type: Some("C172".to_owned()),
        pilot_id: person(0xb1),
        instructor_id: Some(person(0xb2)),
        pic_id: person(0xb2),
        departure: Airport::from_ident("KIOW").unwrap(),
        arrival: Airport::from_ident("C17").unwrap(),
        route: None,
        times: FlightTimes {
            off_block_at: at("2026-05-02T18:47:00Z"),
            takeoff_at: None,
            landing_at: None,
            on_block_at: at("2026-05-02T21:05:00Z"),
            recorded: true,
        },
        meters: Vec::new(),
        minutes: FlightMinutes {
            block: 138,
            ..FlightMinutes::default()
        },
        landings: Landings::default(),
        approaches: Vec::new(),
        holds: None,
        fuel_added: None,
        oil_added_hundredths: None,
        persons_on_board: None,
        remarks: Some("Grüße aus Köln ✈".to_owned()),
    }
}
