//! Approval and the aircraft's meters.

use std::collections::BTreeSet;

use contracts::v1::{FlightEntry, MeterDiscrepancy, MeterSpan, PostedMeter};
use domain::meter::MeterKind;

use crate::aircraft::{ledger, line};
use crate::school::{School, new_id};
use crate::world::World;

fn span(kind: &str, start: Option<i64>, end: Option<i64>) -> MeterSpan {
    MeterSpan {
        kind: kind.to_owned(),
        start_hundredths: start,
        end_hundredths: end,
    }
}

fn posted(kind: &str, from: i64, to: i64) -> PostedMeter {
    PostedMeter {
        kind: kind.to_owned(),
        from_hundredths: from,
        to_hundredths: to,
    }
}

/// What approval answers for a flight with these meters.
async fn approve(
    world: &World,
    school: &School,
    meters: Vec<MeterSpan>,
) -> (Vec<PostedMeter>, Vec<MeterDiscrepancy>) {
    let entry = FlightEntry {
        meters,
        ..school.entry(0, 0)
    };
    let flight = world
        .ops
        .draft_flight(school.draft(entry))
        .await
        .unwrap()
        .flight
        .unwrap();
    let flight = world
        .ops
        .submit_flight(school.by_pilot(&flight))
        .await
        .unwrap()
        .flight
        .unwrap();
    let answer = world.approve(school, &flight).await;
    assert!(answer.applied);
    (answer.posted, answer.discrepancies)
}

#[tokio::test]
async fn an_approval_posts_the_flights_meters_and_tells_of_the_aircraft() {
    let world = World::start().await;
    let school = world.school().await;
    let meters = vec![
        span("hobbs", Some(100), Some(123)),
        span("tach", Some(50), Some(69)),
        span("vdo", None, Some(7)),
    ];
    let (moved, off) = approve(&world, &school, meters).await;
    assert_eq!(
        moved,
        [
            posted("hobbs", 100, 123),
            posted("tach", 50, 69),
            posted("vdo", 7, 7)
        ]
    );
    assert_eq!(off, []);
    assert_eq!(
        ledger(&world, &school.aircraft).await[2..],
        [
            line("hobbs", "flight", 123, 23),
            line("tach", "flight", 69, 19),
            line("vdo", "flight", 7, 0)
        ]
    );
    let (_, change) = world
        .hearing
        .record(&format!("aircraft:{}:2", school.aircraft))
        .await;
    let Some(contracts::v1::record_change::Record::Aircraft(aircraft)) = change.record else {
        panic!("a record of the aircraft");
    };
    let readings: Vec<_> = aircraft
        .meters
        .iter()
        .map(|m| (m.kind.as_str(), m.value_hundredths))
        .collect();
    assert_eq!(readings, [("hobbs", 123), ("tach", 69), ("vdo", 7)]);
    let landed = school.entry(0, 0).on_block_at;
    assert!(aircraft.meters.iter().all(|meter| meter.read_at == landed));
}

#[tokio::test]
async fn meters_of_every_kind_are_posted() {
    let world = World::start().await;
    let school = world.school().await;
    let kinds: BTreeSet<&str> = MeterKind::ALL.iter().map(|kind| kind.as_str()).collect();
    let meters = kinds.iter().map(|kind| span(kind, None, Some(20_000)));
    let (moved, _) = approve(&world, &school, meters.collect()).await;
    let moved: BTreeSet<&str> = moved.iter().map(|meter| meter.kind.as_str()).collect();
    assert_eq!(moved, kinds);
    let ledger = ledger(&world, &school.aircraft).await;
    let posted = ledger.iter().filter(|(_, source, ..)| source == "flight");
    let posted: BTreeSet<&str> = posted.map(|(kind, ..)| kind.as_str()).collect();
    assert_eq!(posted, kinds);
}

#[tokio::test]
async fn a_meter_that_does_not_meet_the_aircraft_is_reported() {
    let world = World::start().await;
    let school = world.school().await;
    let gap = approve(&world, &school, vec![span("hobbs", Some(110), Some(123))]).await;
    let off = MeterDiscrepancy {
        kind: "hobbs".into(),
        expected_hundredths: 100,
        found_hundredths: 110,
    };
    assert_eq!(gap, (vec![posted("hobbs", 100, 123)], vec![off]));
}

#[tokio::test]
async fn an_older_flight_approved_late_moves_nothing() {
    let world = World::start().await;
    let school = world.school().await;
    approve(&world, &school, vec![span("hobbs", Some(123), Some(150))]).await;
    let late = approve(&world, &school, vec![span("hobbs", Some(100), Some(123))]).await;
    let off = MeterDiscrepancy {
        kind: "hobbs".into(),
        expected_hundredths: 150,
        found_hundredths: 100,
    };
    assert_eq!(late, (vec![], vec![off]));
    assert_eq!(world.hobbs(&school).await, 150);
    world.nothing_owed().await;
    world
        .hearing
        .record(&format!("aircraft:{}:2", school.aircraft))
        .await;
    let third = format!("aircraft:{}:3", school.aircraft);
    assert!(
        world
            .hearing
            .record_ids()
            .iter()
            .all(|(_, id)| *id != third)
    );
}

#[tokio::test]
async fn a_flight_without_meters_leaves_the_aircraft_alone() {
    let world = World::start().await;
    let school = world.school().await;
    let alone = approve(&world, &school, vec![span("hobbs", Some(100), None)]).await;
    assert_eq!(alone, (vec![], vec![]));
    assert_eq!(
        world.number("SELECT max(version) AS n FROM aircraft").await,
        1
    );
}

#[tokio::test]
async fn two_approvals_that_race_post_once_and_are_told_once() {
    let world = World::start().await;
    let school = world.school().await;
    for _ in 0..10 {
        let submitted = world.submitted(&school).await;
        let calls = (0..4).map(|_| world.ops.approve_flight(school.by_owner(&submitted)));
        let answers: Vec<_> = futures::future::join_all(calls)
            .await
            .into_iter()
            .map(Result::unwrap)
            .collect();
        assert_eq!(answers.iter().filter(|answer| answer.applied).count(), 1);
        assert!(
            answers
                .iter()
                .all(|answer| answer.flight == answers[0].flight)
        );
        let of_flight = |table: &str| {
            format!(
                "SELECT count(*) AS n FROM {table} WHERE flight_id = '{}'",
                submitted.id
            )
        };
        assert!(world.number(&of_flight("meter_readings")).await <= 1);
    }
    assert_eq!(
        ledger(&world, &school.aircraft).await.len(),
        3,
        "the first flight moved hobbs"
    );
    // What is heard after this was said after it.
    let last = world.approved(&school).await;
    world.hearing.event("flight.approved", &last.id).await;
    let approvals = world
        .hearing
        .event_deliveries()
        .iter()
        .filter(|d| d.routing_key == "flight.approved")
        .count();
    assert_eq!(approvals, 11);
}

#[tokio::test]
async fn flights_of_one_aircraft_approved_at_once_post_one_after_the_other() {
    let world = World::start().await;
    let school = world.school().await;
    let mut flights = Vec::new();
    for leg in 0..16 {
        let entry = school.entry(100 + leg * 10, 110 + leg * 10);
        let flight = world
            .ops
            .draft_flight(school.draft(entry))
            .await
            .unwrap()
            .flight
            .unwrap();
        flights.push(
            world
                .ops
                .submit_flight(school.by_pilot(&flight))
                .await
                .unwrap()
                .flight
                .unwrap(),
        );
    }
    futures::future::join_all(flights.iter().map(|flight| world.approve(&school, flight))).await;
    assert_eq!(world.hobbs(&school).await, 260);
    // Whatever the order, every posting starts where the one before it ended.
    let ledger = ledger(&world, &school.aircraft).await;
    let hobbs: Vec<_> = ledger.iter().filter(|(kind, ..)| kind == "hobbs").collect();
    for pair in hobbs.windows(2) {
        assert_eq!(pair[1].2 - pair[1].3, pair[0].2, "{pair:?}");
    }
}

#[tokio::test]
async fn the_school_of_another_owner_is_asked_by_its_own_rules() {
    let world = World::start().await;
    let school = world.school().await;
    world
        .sql("UPDATE organizations SET approver_differs_from_submitter = false")
        .await
        .unwrap();
    let submitted = world.submitted(&school).await;
    let own = world
        .ops
        .approve_flight(school.by_pilot(&submitted))
        .await
        .unwrap();
    assert_eq!(own.flight.unwrap().approved.unwrap().by, school.pilot);
    let unknown = contracts::v1::FlightCommand {
        flight_id: new_id(),
        ..school.by_owner(&submitted)
    };
    assert!(world.ops.approve_flight(unknown).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flight_that_nobody_in_particular_submits_is_its_pilots_and_the_owner_may_approve_it() {
    let world = World::start().await;
    let school = world.school().await;
    let draft = world.drafted(&school).await;
    let submitted = world
        .ops
        .submit_flight(school.by_owner(&draft))
        .await
        .unwrap()
        .flight
        .unwrap();
    assert_eq!(
        submitted.submitted.as_ref().unwrap().by,
        submitted.entry.as_ref().unwrap().pilot_id
    );
    assert!(world.approve(&school, &submitted).await.applied);
}
