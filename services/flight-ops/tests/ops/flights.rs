//! The way of a flight: every command, once and again.

use contracts::convert::timestamp;
use contracts::v1::{Flight, FlightCommand, FlightEntry, GetFlightRequest, ListFlightsRequest, fault::Kind};
use chrono::TimeDelta;

use crate::school::new_id;
use crate::world::{World, refusal};

fn is(flight: &Flight, status: &str, version: i64) {
    assert_eq!((flight.status.as_str(), flight.version), (status, version));
}

#[tokio::test]
async fn a_draft_is_written_down_as_given() {
    let world = World::start().await;
    let school = world.school().await;
    let request = contracts::v1::DraftFlightRequest {
        external_reference: Some("sheet 12".into()),
        ..school.draft(FlightEntry { registration: " n740sp".into(), ..school.entry(100, 123) })
    };
    let answer = world.ops.draft_flight(request.clone()).await.unwrap();
    let flight = answer.flight.unwrap();
    assert!(answer.applied);
    is(&flight, "draft", 1);
    assert_eq!((&flight.id, &flight.external_reference), (&request.id, &request.external_reference));
    let entry = flight.entry.clone().unwrap();
    assert_eq!(entry.registration, "N740SP");
    assert_eq!(entry.departure.as_ref().unwrap().icao_code.as_deref(), Some("KIOW"));
    assert_eq!(entry.arrival.as_ref().unwrap().local_code.as_deref(), Some("C17"));
    let given = FlightEntry {
        registration: entry.registration.clone(),
        departure: entry.departure.clone(),
        arrival: entry.arrival.clone(),
        ..request.entry.clone().unwrap()
    };
    assert_eq!(entry, given);

    let get = GetFlightRequest { organization_id: school.id.clone(), flight_id: request.id.clone() };
    assert_eq!(world.ops.get_flight(get).await.unwrap().flight, Some(flight.clone()));
    let (_, change) = world.hearing.record(&format!("flight:{}:1", request.id)).await;
    assert_eq!(change.record, Some(contracts::v1::record_change::Record::Flight(flight)));
}

#[tokio::test]
async fn what_is_left_out_comes_from_the_aircraft() {
    let world = World::start().await;
    let school = world.school().await;
    let bare = FlightEntry { registration: String::new(), aircraft_type: None, ..school.entry(100, 123) };
    let request = school.draft(bare);
    let flight = world.ops.draft_flight(request.clone()).await.unwrap().flight.unwrap();
    let entry = flight.entry.unwrap();
    assert_eq!((entry.registration.as_str(), entry.aircraft_type.as_deref()), ("N740SP", Some("C172")));
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
    world.ops.submit_flight(school.by_pilot(&flight)).await.unwrap();
    let again = world.ops.draft_flight(request.clone()).await.unwrap();
    is(&again.flight.unwrap(), "submitted", 2);
    let other = contracts::v1::DraftFlightRequest { entry: Some(school.entry(100, 124)), ..request };
    assert_eq!(refusal(world.ops.draft_flight(other).await), (Kind::Conflict, "already_exists".into()));
}

#[tokio::test]
async fn times_are_kept_as_precisely_as_they_are_decided() {
    let world = World::start().await;
    let school = world.school().await;
    let mut entry = school.entry(100, 123);
    entry.on_block_at.as_mut().unwrap().nanos = 123_456_789;
    let request = school.draft(entry);
    let answered = world.ops.draft_flight(request.clone()).await.unwrap().flight.unwrap();
    let get = GetFlightRequest { organization_id: school.id.clone(), flight_id: request.id.clone() };
    let stored = world.ops.get_flight(get).await.unwrap().flight.unwrap();
    assert_eq!(answered, stored);
    assert_eq!(stored.entry.as_ref().unwrap().on_block_at.unwrap().nanos, 123_456_000);
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
    assert_eq!(flight.entry.as_ref().unwrap().meters[0].end_hundredths, Some(125));
    assert!(!world.ops.revise_flight(revision.clone()).await.unwrap().applied, "the answer was lost");
    let late = school.revision(&draft, school.entry(100, 126));
    assert_eq!(refusal(world.ops.revise_flight(late).await).0, Kind::PreconditionFailed);

    world.ops.submit_flight(school.by_owner(&flight)).await.unwrap();
    let submitted = world.ops.reject_flight(school.rejection(&flight, "tach missing")).await.unwrap().flight.unwrap();
    is(&submitted, "rejected", 4);
    let again = world.ops.revise_flight(school.revision(&submitted, school.entry(100, 126))).await.unwrap();
    is(&again.flight.unwrap(), "rejected", 5);
}

#[tokio::test]
async fn a_flight_is_submitted_withdrawn_rejected_submitted_again_and_approved() {
    let world = World::start().await;
    let school = world.school().await;
    let draft = world.drafted(&school).await;
    world.pass(TimeDelta::minutes(1));
    let submitted = world.ops.submit_flight(school.by_pilot(&draft)).await.unwrap().flight.unwrap();
    is(&submitted, "submitted", 2);
    let act = submitted.submitted.clone().unwrap();
    assert_eq!((act.by, act.at), (school.pilot.clone(), Some(timestamp(world.now()))));

    let withdrawn = world.ops.withdraw_flight(school.by_pilot(&submitted)).await.unwrap().flight.unwrap();
    is(&withdrawn, "draft", 3);
    assert_eq!(withdrawn.submitted, None);
    let submitted = world.ops.submit_flight(school.by_pilot(&withdrawn)).await.unwrap().flight.unwrap();
    let rejected = world.ops.reject_flight(school.rejection(&submitted, " no tach ")).await.unwrap().flight.unwrap();
    is(&rejected, "rejected", 5);
    let rejection = rejected.rejected.clone().unwrap();
    assert_eq!((rejection.by.as_str(), rejection.reason.as_str()), (school.owner.as_str(), "no tach"));

    let submitted = world.ops.submit_flight(school.by_pilot(&rejected)).await.unwrap().flight.unwrap();
    is(&submitted, "submitted", 6);
    assert_eq!(submitted.rejected, None);
    let approved = world.ops.approve_flight(school.by(&school.instructor, &submitted)).await.unwrap().flight.unwrap();
    is(&approved, "approved", 7);
    assert_eq!(approved.approved.unwrap().by, school.instructor);
}

#[tokio::test]
async fn every_command_may_be_repeated() {
    let world = World::start().await;
    let school = world.school().await;
    let draft = world.drafted(&school).await;
    let twice = async |command: FlightCommand, name: &str| {
        let call = async |command: FlightCommand| match name {
            "submit" => world.ops.submit_flight(command).await,
            "withdraw" => world.ops.withdraw_flight(command).await,
            "approve" => world.ops.approve_flight(command).await,
            _ => world.ops.reject_flight(contracts::v1::RejectFlightRequest { command: Some(command), reason: "no".into() }).await,
        };
        let first = call(command.clone()).await.unwrap();
        assert!(first.applied, "{name}");
        let flight = first.flight.clone().unwrap();
        // With the version that was seen before, with the one it made, and with none.
        for expected_version in [command.expected_version, Some(flight.version), None] {
            let again = call(FlightCommand { expected_version, ..command.clone() }).await.unwrap();
            assert_eq!((again.applied, again.flight.as_ref()), (false, Some(&flight)), "{name}");
            assert_eq!(again.posted, first.posted, "{name}");
        }
        let nobody = FlightCommand { actor_id: None, ..command.clone() };
        assert!(!call(nobody).await.unwrap().applied, "{name}");
        let stale = FlightCommand { expected_version: Some(flight.version + 1), ..command };
        assert_eq!(refusal(call(stale).await).0, Kind::PreconditionFailed, "{name}");
        flight
    };
    let flight = twice(school.by_pilot(&draft), "submit").await;
    let flight = twice(school.by_pilot(&flight), "withdraw").await;
    let flight = twice(school.by_pilot(&flight), "submit").await;
    let flight = twice(school.by(&school.instructor, &flight), "reject").await;
    let flight = twice(school.by_pilot(&flight), "submit").await;
    let flight = twice(school.by(&school.instructor, &flight), "approve").await;
    is(&flight, "approved", 7);
    let records = world.number("SELECT count(*) AS n FROM flights").await;
    assert_eq!(records, 1);
    world.nothing_owed().await;
    let heard = world.hearing.record_ids().iter().filter(|(_, id)| id.starts_with("flight:")).count();
    assert!(heard <= 7, "a repeated command says nothing: {heard}");
}

#[tokio::test]
async fn what_another_one_did_is_no_repetition() {
    let world = World::start().await;
    let school = world.school().await;
    let submitted = world.submitted(&school).await;
    let by_instructor = FlightCommand { expected_version: None, ..school.by(&school.instructor, &submitted) };
    let transition = (Kind::Conflict, "invalid_transition".to_owned());
    assert_eq!(refusal(world.ops.submit_flight(by_instructor.clone()).await), transition);
    world.ops.approve_flight(by_instructor).await.unwrap();
    let by_owner = FlightCommand { actor_id: Some(school.owner.clone()), ..school.by_owner(&submitted) };
    assert_eq!(refusal(world.ops.approve_flight(by_owner).await), transition);

    let other = world.submitted(&school).await;
    world.ops.reject_flight(school.rejection(&other, "no tach")).await.unwrap();
    assert_eq!(refusal(world.ops.reject_flight(school.rejection(&other, "no hobbs")).await), transition);
}

#[tokio::test]
async fn flights_are_listed_by_status_and_page_by_page() {
    let world = World::start().await;
    let school = world.school().await;
    let mut ids = Vec::new();
    for _ in 0..3 {
        ids.push(world.drafted(&school).await.id);
    }
    let submitted = world.submitted(&school).await.id;
    ids.sort();
    let list = async |status: Option<&str>, after_id: Option<String>, limit: i32| {
        let request = ListFlightsRequest {
            organization_id: school.id.clone(),
            status: status.map(str::to_owned),
            after_id,
            limit,
        };
        let flights = world.ops.list_flights(request).await.unwrap().flights;
        flights.into_iter().map(|flight| flight.id).collect::<Vec<_>>()
    };
    assert_eq!(list(Some("draft"), None, 2).await, ids[..2]);
    assert_eq!(list(Some("draft"), Some(ids[1].clone()), 2).await, ids[2..]);
    assert_eq!(list(Some("submitted"), None, 0).await, [submitted]);
    assert_eq!(list(None, None, 9_999).await.len(), 4);
    let unknown = ListFlightsRequest { organization_id: school.id.clone(), status: Some("lost".into()), ..Default::default() };
    assert_eq!(refusal(world.ops.list_flights(unknown).await).0, Kind::Invalid);
    let nowhere = ListFlightsRequest { organization_id: new_id(), ..Default::default() };
    assert_eq!(refusal(world.ops.list_flights(nowhere).await).0, Kind::NotFound);
}
