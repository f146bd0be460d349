//! The way of a flight: every command, once and again.

use chrono::TimeDelta;
use contracts::convert::timestamp;
use contracts::v1::{FlightCommand, ListFlightsRequest, fault::Kind};

use crate::flights::is;
use crate::school::new_id;
use crate::world::{World, refusal};

#[tokio::test]
async fn a_flight_is_submitted_withdrawn_rejected_submitted_again_and_approved() {
    let world = World::start().await;
    let school = world.school().await;
    let draft = world.drafted(&school).await;
    world.pass(TimeDelta::minutes(1));
    let submitted = world
        .ops
        .submit_flight(school.by_pilot(&draft))
        .await
        .unwrap()
        .flight
        .unwrap();
    is(&submitted, "submitted", 2);
    let act = submitted.submitted.clone().unwrap();
    assert_eq!(
        (act.by, act.at),
        (school.pilot.clone(), Some(timestamp(world.now())))
    );

    let withdrawn = world
        .ops
        .withdraw_flight(school.by_pilot(&submitted))
        .await
        .unwrap()
        .flight
        .unwrap();
    is(&withdrawn, "draft", 3);
    assert_eq!(withdrawn.submitted, None);
    let submitted = world
        .ops
        .submit_flight(school.by_pilot(&withdrawn))
        .await
        .unwrap()
        .flight
        .unwrap();
    let rejected = world
        .ops
        .reject_flight(school.rejection(&submitted, " no tach "))
        .await
        .unwrap()
        .flight
        .unwrap();
    is(&rejected, "rejected", 5);
    let rejection = rejected.rejected.clone().unwrap();
    assert_eq!(
        (rejection.by.as_str(), rejection.reason.as_str()),
        (school.owner.as_str(), "no tach")
    );

    let submitted = world
        .ops
        .submit_flight(school.by_pilot(&rejected))
        .await
        .unwrap()
        .flight
        .unwrap();
    is(&submitted, "submitted", 6);
    assert_eq!(submitted.rejected, None);
    let approved = world
        .ops
        .approve_flight(school.by(&school.instructor, &submitted))
        .await
        .unwrap()
        .flight
        .unwrap();
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
            _ => {
                world
                    .ops
                    .reject_flight(contracts::v1::RejectFlightRequest {
                        command: Some(command),
                        reason: "no".into(),
                    })
                    .await
            }
        };
        let first = call(command.clone()).await.unwrap();
        assert!(first.applied, "{name}");
        let flight = first.flight.clone().unwrap();
        // With the version that was seen before, with the one it made, and with none.
        for expected_version in [command.expected_version, Some(flight.version), None] {
            let again = call(FlightCommand {
                expected_version,
                ..command.clone()
            })
            .await
            .unwrap();
            assert_eq!(
                (again.applied, again.flight.as_ref()),
                (false, Some(&flight)),
                "{name}"
            );
            assert_eq!(again.posted, first.posted, "{name}");
        }
        let nobody = FlightCommand {
            actor_id: None,
            ..command.clone()
        };
        assert!(!call(nobody).await.unwrap().applied, "{name}");
        let stale = FlightCommand {
            expected_version: Some(flight.version + 1),
            ..command
        };
        assert_eq!(
            refusal(call(stale).await).0,
            Kind::PreconditionFailed,
            "{name}"
        );
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
    let heard = world
        .hearing
        .record_ids()
        .iter()
        .filter(|(_, id)| id.starts_with("flight:"))
        .count();
    assert!(heard <= 7, "a repeated command says nothing: {heard}");
}

#[tokio::test]
async fn what_another_one_did_is_no_repetition() {
    let world = World::start().await;
    let school = world.school().await;
    let submitted = world.submitted(&school).await;
    let by_instructor = FlightCommand {
        expected_version: None,
        ..school.by(&school.instructor, &submitted)
    };
    let transition = (Kind::Conflict, "invalid_transition".to_owned());
    assert_eq!(
        refusal(world.ops.submit_flight(by_instructor.clone()).await),
        transition
    );
    world.ops.approve_flight(by_instructor).await.unwrap();
    let by_owner = FlightCommand {
        actor_id: Some(school.owner.clone()),
        ..school.by_owner(&submitted)
    };
    assert_eq!(
        refusal(world.ops.approve_flight(by_owner).await),
        transition
    );

    let other = world.submitted(&school).await;
    world
        .ops
        .reject_flight(school.rejection(&other, "no tach"))
        .await
        .unwrap();
    assert_eq!(
        refusal(
            world
                .ops
                .reject_flight(school.rejection(&other, "no hobbs"))
                .await
        ),
        transition
    );
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
        flights
            .into_iter()
            .map(|flight| flight.id)
            .collect::<Vec<_>>()
    };
    assert_eq!(list(Some("draft"), None, 2).await, ids[..2]);
    assert_eq!(list(Some("draft"), Some(ids[1].clone()), 2).await, ids[2..]);
    assert_eq!(list(Some("submitted"), None, 0).await, [submitted]);
    assert_eq!(list(None, None, 9_999).await.len(), 4);
    let unknown = ListFlightsRequest {
        organization_id: school.id.clone(),
        status: Some("lost".into()),
        ..Default::default()
    };
    assert_eq!(
        refusal(world.ops.list_flights(unknown).await).0,
        Kind::Invalid
    );
    let nowhere = ListFlightsRequest {
        organization_id: new_id(),
        ..Default::default()
    };
    assert_eq!(
        refusal(world.ops.list_flights(nowhere).await).0,
        Kind::NotFound
    );
}
