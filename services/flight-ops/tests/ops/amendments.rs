//! An approved flight is replaced, never edited.

use contracts::v1::{AmendFlightRequest, FlightCommand, MeterDiscrepancy, fault::Kind};
use domain::event::EventData;

use crate::aircraft::{ledger, line};
use crate::world::{World, refusal};

#[tokio::test]
async fn an_amendment_voids_the_flight_takes_back_its_meters_and_submits_another() {
    let world = World::start().await;
    let school = world.school().await;
    let approved = world.approved(&school).await;
    assert_eq!(world.hobbs(&school).await, 123);
    let request = school.amendment(&approved, school.entry(100, 132));
    let amended = world.ops.amend_flight(request.clone()).await.unwrap();
    assert!(amended.applied);
    assert_eq!(amended.discrepancies, []);
    let (voided, replacement) = (amended.voided.unwrap(), amended.replacement.unwrap());
    assert_eq!((voided.status.as_str(), voided.version), ("voided", 4));
    assert_eq!(
        (&voided.entry, &voided.approved),
        (&approved.entry, &approved.approved)
    );
    assert_eq!(
        (replacement.status.as_str(), replacement.version),
        ("submitted", 2)
    );
    assert_eq!(replacement.replaces_id, Some(approved.id.clone()));
    assert_eq!(replacement.submitted.as_ref().unwrap().by, school.pilot);
    assert_eq!(world.hobbs(&school).await, 100);

    world
        .hearing
        .record(&format!("flight:{}:4", approved.id))
        .await;
    world
        .hearing
        .record(&format!("flight:{}:2", replacement.id))
        .await;
    world
        .hearing
        .record(&format!("aircraft:{}:3", school.aircraft))
        .await;
    let (_, event) = world
        .hearing
        .event("flight.submitted", &replacement.id)
        .await;
    let EventData::FlightSubmitted { flight, .. } = event.data else {
        panic!("submitted")
    };
    assert_eq!(
        flight.replaces_id.map(|id| id.to_string()),
        Some(approved.id.clone())
    );

    let again = world.approve(&school, &replacement).await;
    assert_eq!(
        (
            again.posted[0].from_hundredths,
            again.posted[0].to_hundredths
        ),
        (100, 132)
    );
    assert_eq!(
        ledger(&world, &school.aircraft).await[2..],
        [
            line("hobbs", "flight", 123, 23),
            line("hobbs", "adjustment", 100, -23),
            line("hobbs", "flight", 132, 32)
        ]
    );
}

#[tokio::test]
async fn what_was_posted_over_since_is_left_and_reported() {
    let world = World::start().await;
    let school = world.school().await;
    let approved = world.approved(&school).await;
    let next = world
        .ops
        .draft_flight(school.draft(school.entry(123, 150)))
        .await
        .unwrap()
        .flight
        .unwrap();
    world
        .ops
        .submit_flight(school.by_pilot(&next))
        .await
        .unwrap();
    world.approve(&school, &next).await;
    let amended = world
        .ops
        .amend_flight(school.amendment(&approved, school.entry(100, 124)))
        .await
        .unwrap();
    let off = MeterDiscrepancy {
        kind: "hobbs".into(),
        expected_hundredths: 123,
        found_hundredths: 150,
    };
    assert_eq!(amended.discrepancies, [off]);
    assert_eq!(world.hobbs(&school).await, 150);
    assert_eq!(ledger(&world, &school.aircraft).await.len(), 4);
}

#[tokio::test]
async fn an_amendment_may_be_repeated_and_not_be_made_twice() {
    let world = World::start().await;
    let school = world.school().await;
    let approved = world.approved(&school).await;
    let request = school.amendment(&approved, school.entry(100, 132));
    let first = world.ops.amend_flight(request.clone()).await.unwrap();
    let nobody = FlightCommand {
        actor_id: None,
        expected_version: None,
        ..request.command.clone().unwrap()
    };
    let nobody = AmendFlightRequest {
        command: Some(nobody),
        ..request.clone()
    };
    for again in [request.clone(), nobody] {
        let again = world.ops.amend_flight(again).await.unwrap();
        assert!(!again.applied);
        assert_eq!(
            (&again.voided, &again.replacement),
            (&first.voided, &first.replacement)
        );
    }
    let second = school.amendment(&first.voided.clone().unwrap(), school.entry(100, 133));
    assert_eq!(
        refusal(world.ops.amend_flight(second).await),
        (Kind::Conflict, "invalid_transition".into())
    );
    let other = AmendFlightRequest {
        entry: Some(school.entry(100, 133)),
        ..request
    };
    assert_eq!(
        refusal(world.ops.amend_flight(other).await),
        (Kind::Conflict, "already_exists".into())
    );
    assert_eq!(world.number("SELECT count(*) AS n FROM flights").await, 2);
}

#[tokio::test]
async fn amendments_at_the_same_time_are_one() {
    let world = World::start().await;
    let school = world.school().await;
    let approved = world.approved(&school).await;
    let same = school.amendment(&approved, school.entry(100, 132));
    let rival = school.amendment(&approved, school.entry(100, 140));
    let calls = [same.clone(), same.clone(), same, rival.clone(), rival]
        .map(|request| world.ops.amend_flight(request));
    let answers = futures::future::join_all(calls).await;
    let applied = answers
        .iter()
        .filter(|answer| answer.as_ref().is_ok_and(|a| a.applied))
        .count();
    assert_eq!(applied, 1);
    assert_eq!(world.number("SELECT count(*) AS n FROM flights").await, 2);
    assert_eq!(world.hobbs(&school).await, 100);
}

#[tokio::test]
async fn a_replacement_takes_the_id_of_no_other_flight() {
    let world = World::start().await;
    let school = world.school().await;
    let (approved, other) = (world.approved(&school).await, world.drafted(&school).await);
    let request = AmendFlightRequest {
        replacement_id: other.id,
        ..school.amendment(&approved, school.entry(100, 123))
    };
    assert_eq!(
        refusal(world.ops.amend_flight(request).await),
        (Kind::Conflict, "already_exists".into())
    );
}
