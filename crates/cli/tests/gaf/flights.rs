//! `gaf flight`

use std::collections::HashSet;

use crate::fakes::{FakeFlightOps, flight};
use crate::world::{World, id, org};

#[tokio::test]
async fn flights_are_listed_page_by_page_up_to_the_limit() {
    let world = World::start().await;
    let flights = (1..=450).map(|n| flight(n, if n % 2 == 0 { "draft" } else { "submitted" }));
    world.flight_ops(FakeFlightOps::with_flights(flights)).await;
    let count = async |arguments: &[&str]| world.json(arguments).await.as_array().unwrap().len();
    assert_eq!(count(&["flight", "list"]).await, 50);
    assert_eq!(count(&["flight", "list", "--limit", "1000"]).await, 450);
    assert_eq!(count(&["flight", "list", "--limit", "201"]).await, 201);
    assert_eq!(
        count(&["flight", "list", "--limit", "1000", "--status", "draft"]).await,
        225
    );
    assert_eq!(
        world
            .gaf(&["flight", "list", "--status", "lost"])
            .await
            .code,
        2
    );
    let ran = world.gaf(&["flight", "list", "--limit", "1"]).await;
    assert!(ran.out.contains("N740SP    KPAO  O69"), "{}", ran.out);
    assert!(ran.out.contains("1.6"), "{}", ran.out);
}

#[tokio::test]
async fn a_flight_is_shown_with_everything_known_of_it() {
    let world = World::start().await;
    world
        .flight_ops(FakeFlightOps::with_flights([flight(1, "draft")]))
        .await;
    let ran = world.gaf(&["flight", "show", &id(1)]).await;
    for part in [
        "draft (version 1)",
        "N740SP (C172)",
        "KPAO → O69",
        "2 by day, 1 by night",
        "pic_minutes",
    ] {
        assert!(ran.out.contains(part), "{part}: {}", ran.out);
    }
    assert!(!ran.out.contains('\u{1b}'));
    let shown = world.json(&["flight", "show", &id(1)]).await;
    assert_eq!(
        (&shown["status"], &shown["minutes"]["block"]),
        (&"draft".into(), &96.into())
    );
    let ran = world.gaf(&["flight", "show", &id(2)]).await;
    assert_eq!(ran.code, 3);
    assert!(ran.err.contains("--org"), "{}", ran.err);
}

#[tokio::test]
async fn flights_go_through_their_states() {
    let world = World::start().await;
    let fake = world
        .flight_ops(FakeFlightOps::with_flights([
            flight(1, "draft"),
            flight(2, "draft"),
        ]))
        .await;
    let both = [id(1), id(2)];
    let both: Vec<&str> = both.iter().map(String::as_str).collect();
    for (command, status) in [
        ("submit", "submitted"),
        ("withdraw", "draft"),
        ("submit", "submitted"),
        ("approve", "approved"),
    ] {
        let answer = world
            .json(&[&["flight", command][..], &both].concat())
            .await;
        assert_eq!(answer["applied"], 2, "{command}");
        assert!(
            fake.0
                .lock()
                .unwrap()
                .flights
                .values()
                .all(|f| f.status == status)
        );
    }
    let answer = world
        .json(&[&["flight", "approve"][..], &both].concat())
        .await;
    assert_eq!(
        (&answer["applied"], &answer["unchanged"]),
        (&0.into(), &2.into())
    );
    let ran = world
        .gaf(&["flight", "approve", &id(1), "--by", &id(9)])
        .await;
    assert!(
        ran.out.contains("hobbs 2274.3 → 2276.6") && ran.out.contains("1 unchanged"),
        "{}",
        ran.out
    );
    let command = fake.0.lock().unwrap().commands.last().unwrap().clone();
    assert_eq!(
        (command.organization_id, command.actor_id),
        (org(), Some(id(9)))
    );
}

#[tokio::test]
async fn a_rejection_carries_its_reason() {
    let world = World::start().await;
    let fake = world
        .flight_ops(FakeFlightOps::with_flights([flight(1, "submitted")]))
        .await;
    assert_eq!(
        world.gaf(&["flight", "reject", &id(1)]).await.code,
        2,
        "a reason is required"
    );
    world
        .json(&["flight", "reject", &id(1), "--reason", "no Hobbs"])
        .await;
    assert_eq!(fake.0.lock().unwrap().reasons, ["no Hobbs"]);
}

#[tokio::test]
async fn what_fails_is_told_apart_and_the_rest_is_done() {
    let world = World::start().await;
    let flights = [
        flight(1, "submitted"),
        flight(2, "draft"),
        flight(3, "submitted"),
    ];
    let fake = world.flight_ops(FakeFlightOps::with_flights(flights)).await;
    let ran = world
        .gaf(&["flight", "approve", &id(1), &id(2), &id(3)])
        .await;
    assert_eq!(ran.code, 4);
    assert!(
        ran.out
            .contains("the flight is draft; it cannot be approved"),
        "{}",
        ran.out
    );
    assert!(
        ran.out.contains("2 flights approved, 1 failed."),
        "{}",
        ran.out
    );
    assert!(
        ran.err.contains("1 of 3 flights could not be approved"),
        "{}",
        ran.err
    );
    assert_eq!(fake.0.lock().unwrap().flights[&id(3)].status, "approved");

    // Alone, its reason is the command's.
    let ran = world.gaf(&["flight", "approve", &id(2), "--json"]).await;
    assert_eq!((ran.code, ran.out.as_str()), (4, ""));
    let error: serde_json::Value = serde_json::from_str(&ran.err).unwrap();
    assert_eq!(error["error"]["code"], "invalid_transition");
    // A mixture of reasons is no particular one.
    assert_eq!(
        world.gaf(&["flight", "approve", &id(2), &id(8)]).await.code,
        1
    );
}

#[tokio::test]
async fn all_submitted_flights_are_approved_some_at_a_time() {
    let world = World::start().await;
    let flights = (1..=450).map(|n| flight(n, if n % 9 == 0 { "draft" } else { "submitted" }));
    let fake = world.flight_ops(FakeFlightOps::with_flights(flights)).await;
    fake.0.lock().unwrap().gather = 5;
    let answer = world
        .json(&["flight", "approve", "--all-submitted", "--concurrency", "5"])
        .await;
    assert_eq!(
        (&answer["applied"], &answer["failed"]),
        (&400.into(), &0.into())
    );
    {
        let state = fake.0.lock().unwrap();
        let approved: HashSet<&str> = state
            .commands
            .iter()
            .map(|c| c.flight_id.as_str())
            .collect();
        assert_eq!(
            (approved.len(), state.commands.len()),
            (400, 400),
            "each of them once"
        );
        assert_eq!(state.most_active, 5);
    }
    let ran = world.gaf(&["flight", "approve", "--all-submitted"]).await;
    assert_eq!((ran.code, ran.out.trim()), (0, "0 flights approved."));
    assert_eq!(world.gaf(&["flight", "approve"]).await.code, 2);
    assert_eq!(
        world
            .gaf(&["flight", "approve", "--all-submitted", &id(1)])
            .await
            .code,
        2
    );
}

#[tokio::test]
async fn a_service_that_fails_for_a_moment_is_asked_again() {
    let world = World::start().await;
    let fake = world
        .flight_ops(FakeFlightOps::with_flights(
            (1..=20).map(|n| flight(n, "submitted")),
        ))
        .await;
    fake.0.lock().unwrap().failures = 30;
    let answer = world.json(&["flight", "approve", "--all-submitted"]).await;
    assert_eq!(
        (&answer["applied"], &answer["failed"]),
        (&20.into(), &0.into())
    );

    fake.0.lock().unwrap().failures = 30;
    let ran = world
        .gaf(&["flight", "withdraw", &id(1), "--patience", "0"])
        .await;
    assert_eq!(ran.code, 5);
}
