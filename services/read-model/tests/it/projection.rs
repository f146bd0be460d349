//! What single records become.

use domain::flight::{FlightMinutes, FlightStatus, FlightType};
use domain::person::{PersonStatus, Role};
use read_model::projection::{self, Facet, Projected, Totals, contribution};

use crate::school::{self, School};

fn facets(document: &Projected) -> Vec<String> {
    document
        .facets
        .iter()
        .map(|Facet { name, value }| format!("{name}={value}"))
        .collect()
}

#[test]
fn a_flight_is_found_by_status_people_aircraft_and_place() {
    let school = School::new();
    let record = school::flight(school.flight(2, 3));
    let now = school::instant("2026-05-28T03:00:00Z");
    let document = projection::project([&record], now).unwrap().pop().unwrap();
    assert_eq!(
        facets(&document),
        [
            "aircraft_id=00000000-0000-0000-0000-000000000002",
            "instructor_id=00000000-0000-0000-0000-000000000066",
            "location_id=00000000-0000-0000-0000-000000895442",
            "pilot_id=00000000-0000-0000-0000-000000000002",
            "status=submitted",
        ]
    );
    assert_eq!(
        (document.sort_key.as_str(), document.version),
        ("2020-01-01T10:00:00.000000Z", 3)
    );
    assert_eq!(document.location_id, Some(school::location(2)));
}

#[test]
fn an_aircraft_is_found_by_its_states_and_sorted_by_its_registration() {
    let document = projection::aircraft(&School::new().aircraft(1, 2)).unwrap();
    let place = format!("location_id={}", school::location(1));
    assert_eq!(
        facets(&document),
        ["airworthiness_status=grounded", &place, "status=active"]
    );
    assert_eq!(document.sort_key, "n1sp");
}

#[test]
fn a_pilot_is_found_by_roles_status_and_each_beginning_of_a_name() {
    let mut person = School::new().person(1, 1);
    person.first_name = "Al".to_owned();
    person.last_name = "Du B".to_owned();
    person.roles = vec![Role::Student, Role::Renter];
    person.status = PersonStatus::Active;
    let document = projection::pilot(
        &person,
        Totals {
            total: 90,
            ..Totals::default()
        },
    )
    .unwrap();
    assert_eq!(
        facets(&document),
        [
            "q=a",
            "q=al",
            "q=b",
            "q=d",
            "q=du",
            "role=renter",
            "role=student",
            "status=active"
        ]
    );
    assert_eq!(document.sort_key, "du b\u{1f}al");
    let body: serde_json::Value = serde_json::from_slice(&document.body).unwrap();
    assert_eq!(body["totals"]["total_minutes"], 90);
}

#[test]
fn an_event_is_found_by_its_type_and_subject() {
    let school = School::new();
    let document = projection::event(&school.submitted(4)).unwrap();
    let place = format!("location_id={}", school::location(1));
    let subject = format!("subject_id={}", school.flight(4, 1).id);
    assert_eq!(
        facets(&document),
        [&place, &subject, "type=flight.submitted"]
    );
    assert_eq!(document.sort_key, "2020-01-01T13:00:00.000000Z");
}

#[test]
fn a_flight_counts_once_it_is_submitted_and_until_it_is_voided() {
    let mut flight = School::new().flight(1, 1);
    flight.entry.minutes = FlightMinutes {
        block: 90,
        pic: 1,
        dual_received: 2,
        night: 3,
        actual_instrument: 4,
        simulated_instrument: 5,
        ..FlightMinutes::default()
    };
    let pilot = (flight.organization_id, flight.entry.pilot_id);
    let full = Totals {
        total: 90,
        pic: 1,
        dual_received: 2,
        night: 3,
        instrument: 9,
    };
    let counted = |status: FlightStatus| {
        let mut flight = flight.clone();
        flight.status = status;
        contribution(&school::flight(flight))
    };
    assert_eq!(counted(FlightStatus::Submitted), Some((pilot, full)));
    assert_eq!(counted(FlightStatus::Approved), Some((pilot, full)));
    for status in [
        FlightStatus::Draft,
        FlightStatus::Rejected,
        FlightStatus::Voided,
    ] {
        assert_eq!(counted(status), None, "{status}");
    }
    flight.entry.flight_type = FlightType::Simulator;
    assert_eq!(
        contribution(&school::flight(flight)),
        Some((pilot, Totals { total: 0, ..full }))
    );
}
