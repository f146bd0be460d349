//! Writing flights down and correcting them.

use contracts::convert::timestamp;
use contracts::v1::{Flight, FlightEntry, GetFlightRequest, fault::Kind};

use crate::world::{World, refusal};

/// A flight's state and version.
pub fn is(flight: &Flight, status: &str, version: i64) {
    assert_eq!((flight.status.as_str(), flight.version), (status, version));
}

#[tokio::test]
async fn a_draft_is_written_down_as_given() {
    let world = World::start().await;
    let school = world.school().await;
    let request = contracts::v1::DraftFlightRequest {
        external_reference: Some("sheet 12".into()),
        ..school.draft(FlightEntry {
            registration: " n740sp".into(),
            ..school.entry(100, 123)
        })
    };
    let answer = world.ops.draft_flight(request.clone()).await.unwrap();
    let flight = answer.flight.unwrap();
    assert!(answer.applied);
    is(&flight, "draft", 1);
    assert_eq!(
        (&flight.id, &flight.external_reference),
        (&request.id, &request.external_reference)
    );
    let entry = flight.entry.clone().unwrap();
    assert_eq!(entry.registration, "N740SP");
    assert_eq!(
        entry.departure.as_ref().unwrap().icao_code.as_deref(),
        Some("KIOW")
    );
    assert_eq!(
        entry.arrival.as_ref().unwrap().local_code.as_deref(),
        Some("C17")
    );
    let given = FlightEntry {
        registration: entry.registration.clone(),
        departure: entry.departure.clone(),
        arrival: entry.arrival.clone(),
        ..request.entry.clone().unwrap()
    };
    assert_eq!(entry, given);

    let get = GetFlightRequest {
        organization_id: school.id.clone(),
        flight_id: request.id.clone(),
    };
    assert_eq!(
        world.ops.get_flight(get).await.unwrap().flight,
        Some(flight.clone())
    );
    let (_, change) = world
        .hearing
        .record(&format!("flight:{}:1", request.id))
        .await;
    assert_eq!(
        change.record,
        Some(contracts::v1::record_change::Record::Flight(flight))
    );
}

#[tokio::test]
async fn every_field_of_an_entry_is_kept() {
    let world = World::start().await;
    let school = world.school().await;
    let request = school.draft(school.full_entry());
    let answered = world
        .ops
        .draft_flight(request.clone())
        .await
        .unwrap()
        .flight
        .unwrap();
    assert_eq!(answered.entry, request.entry);
    // Read back from its row.
    let get = GetFlightRequest {
        organization_id: school.id.clone(),
        flight_id: request.id,
    };
    assert_eq!(
        world.ops.get_flight(get).await.unwrap().flight,
        Some(answered)
    );
}

#[tokio::test]
async fn what_is_left_out_comes_from_the_aircraft() {
    let world = World::start().await;
    let school = world.school().await;
    let bare = FlightEntry {
        registration: String::new(),
        aircraft_type: None,
        ..school.entry(100, 123)
    };
    let request = school.draft(bare);
    let flight = world
        .ops
        .draft_flight(request.clone())
        .await
        .unwrap()
        .flight
        .unwrap();
    let entry = flight.entry.unwrap();
    assert_eq!(
        (entry.registration.as_str(), entry.aircraft_type.as_deref()),
        ("N740SP", Some("C172"))
    );
    assert!(!world.ops.draft_flight(request).await.unwrap().applied);
}

#[tokio::test]
async fn a_draft_may_be_repeated_and_another_of_its_id_is_refused() {
    let world = World::start().await;
    let school = world.school().await;
    let request = school.draft(school.entry(100, 123));
    let first = world.ops.draft_flight(request.clone()).await.unwrap();
    let again = world.ops.draft_flight(request.clone()).await.unwrap();
    assert_eq!((again.applied, &again.flight), (false, &first.flight));
    // Also when it has gone on since.
    let flight = first.flight.unwrap();
    world
        .ops
        .submit_flight(school.by_pilot(&flight))
        .await
        .unwrap();
    let again = world.ops.draft_flight(request.clone()).await.unwrap();
    is(&again.flight.unwrap(), "submitted", 2);
    let other = contracts::v1::DraftFlightRequest {
        entry: Some(school.entry(100, 124)),
        ..request
    };
    assert_eq!(
        refusal(world.ops.draft_flight(other).await),
        (Kind::Conflict, "already_exists".into())
    );
}

#[tokio::test]
async fn times_are_kept_as_precisely_as_they_are_decided() {
    let world = World::start().await;
    let school = world.school().await;
    let mut entry = school.entry(100, 123);
    entry.on_block_at.as_mut().unwrap().nanos = 123_456_789;
    let request = school.draft(entry);
    let answered = world
        .ops
        .draft_flight(request.clone())
        .await
        .unwrap()
        .flight
        .unwrap();
    let get = GetFlightRequest {
        organization_id: school.id.clone(),
        flight_id: request.id.clone(),
    };
    let stored = world.ops.get_flight(get).await.unwrap().flight.unwrap();
    assert_eq!(answered, stored);
    assert_eq!(
        stored.entry.as_ref().unwrap().on_block_at.unwrap().nanos,
        123_456_000
    );
    assert_eq!(stored.created_at, Some(timestamp(world.now())));
    assert!(!world.ops.draft_flight(request).await.unwrap().applied);
}

#[tokio::test]
async fn a_draft_and_a_rejected_flight_are_revised() {
    let world = World::start().await;
    let school = world.school().await;
    let draft = world.drafted(&school).await;
    let revision = school.revision(&draft, school.entry(100, 125));
    let revised = world.ops.revise_flight(revision.clone()).await.unwrap();
    assert!(revised.applied);
    let flight = revised.flight.unwrap();
    is(&flight, "draft", 2);
    assert_eq!(
        flight.entry.as_ref().unwrap().meters[0].end_hundredths,
        Some(125)
    );
    assert!(
        !world
            .ops
            .revise_flight(revision.clone())
            .await
            .unwrap()
            .applied,
        "the answer was lost"
    );
    let late = school.revision(&draft, school.entry(100, 126));
    assert_eq!(
        refusal(world.ops.revise_flight(late).await).0,
        Kind::PreconditionFailed
    );

    world
        .ops
        .submit_flight(school.by_owner(&flight))
        .await
        .unwrap();
    let submitted = world
        .ops
        .reject_flight(school.rejection(&flight, "tach missing"))
        .await
        .unwrap()
        .flight
        .unwrap();
    is(&submitted, "rejected", 4);
    let again = world
        .ops
        .revise_flight(school.revision(&submitted, school.entry(100, 126)))
        .await
        .unwrap();
    is(&again.flight.unwrap(), "rejected", 5);
}
