//! What is found, and what is left alone.

use contracts::v1::{SetRetentionRequest, StartRecoveryRequest, fault::Kind};
use public_api::payloads::ga_body;
use test_support::{Receiver, Respond};

use super::*;
use crate::events::submitted;
use crate::world::{fault, kind};

#[tokio::test]
async fn what_failed_is_sent_again_in_order_under_new_deliveries() {
    let (world, receiver) = (World::with(without_retries).await, Receiver::start());
    let all = events(30);
    let endpoint = failed(&world, &receiver, &all[..20]).await;
    world.publish(&all[20..]).await;
    world.wait_for_status("succeeded", 10).await;
    let before = receiver.received().len();

    assert_eq!(dry_run(&world, request(&endpoint)).await, (20, 0, 30));
    assert_eq!(receiver.received().len(), before);
    let recovery = start(&world, request(&endpoint)).await;
    assert_eq!(
        (recovery.status.as_str(), recovery.expected),
        ("running", Some(20))
    );
    let done = wait_for(&world, &recovery, "done").await;
    assert_eq!(
        (done.examined, done.recovered, done.still_owed),
        (30, 20, 0)
    );
    assert_eq!(done.reached, Some(timestamp(after(29))));
    assert!(done.finished_at.is_some() && done.reason.is_none());

    world.wait_for_status("succeeded", 30).await;
    let received = receiver.received();
    let ids = by_event(&received);
    for (number, event) in all.iter().enumerate() {
        let deliveries = if number < 20 { 2 } else { 1 };
        assert_eq!(ids[&event.id.to_string()].len(), deliveries);
    }
    let bodies: BTreeSet<_> = received[before..]
        .iter()
        .map(|got| got.body.to_vec())
        .collect();
    let expected = all[..20].iter().map(|event| ga_body(event).unwrap());
    assert_eq!(bodies, expected.collect());
    let mut deliveries = world.deliveries_to(&endpoint).await;
    deliveries.sort_by_key(|delivery| delivery.sequence);
    let sequences: Vec<_> = deliveries
        .iter()
        .map(|delivery| delivery.sequence)
        .collect();
    assert_eq!(sequences, (1..=50).collect::<Vec<_>>());
    let again: Vec<_> = deliveries[30..]
        .iter()
        .map(|one| one.event_id.clone())
        .collect();
    let in_order: Vec<_> = all[..20].iter().map(|event| event.id.to_string()).collect();
    assert_eq!(again, in_order);

    // Nothing is left.
    assert_eq!(dry_run(&world, request(&endpoint)).await, (0, 0, 30));
    world.stop().await;
}

#[tokio::test]
async fn since_and_types_bound_it() {
    let (world, receiver) = (World::with(without_retries).await, Receiver::start());
    let mut all = events(10);
    all[7].data = submitted(8).data;
    let endpoint = failed(&world, &receiver, &all).await;
    let later = |seconds: i64| StartRecoveryRequest {
        since: Some(timestamp(after(seconds))),
        ..request(&endpoint)
    };
    assert_eq!(dry_run(&world, later(0)).await, (10, 0, 10));
    assert_eq!(dry_run(&world, later(4)).await, (6, 0, 6));
    assert_eq!(dry_run(&world, later(10)).await, (0, 0, 0));
    let typed = |types: &[&str]| StartRecoveryRequest {
        event_types: types.iter().map(ToString::to_string).collect(),
        ..request(&endpoint)
    };
    assert_eq!(
        dry_run(&world, typed(&["flight.submitted"])).await,
        (1, 0, 10)
    );
    assert_eq!(dry_run(&world, typed(&["flight.*"])).await, (10, 0, 10));
    assert_eq!(dry_run(&world, typed(&["maintenance.*"])).await, (0, 0, 10));

    // What the endpoint no longer asks for is not sent to it.
    world
        .sql("UPDATE endpoints SET event_types = '{flight.submitted}'")
        .await;
    assert_eq!(dry_run(&world, later(0)).await, (1, 0, 10));
    world.stop().await;
}

#[tokio::test]
async fn what_is_still_owed_is_left_to_its_retries() {
    let (world, receiver) = (World::start().await, Receiver::start());
    receiver.answer(Respond::status(503).retry_after(3_600));
    let (endpoint, _) = world.endpoint(&receiver.url("/"), &["*"]).await;
    world.publish(&events(5)).await;
    receiver.wait_for(5, LIMIT).await;
    let recovery = start(&world, request(&endpoint)).await;
    let done = wait_for(&world, &recovery, "done").await;
    assert_eq!((done.recovered, done.still_owed, done.examined), (0, 5, 5));
    assert_eq!(world.deliveries().await.len(), 5);
    world.stop().await;
}

#[tokio::test]
async fn what_was_missed_is_sent_on_request() {
    let (world, receiver, other) = (
        World::with(without_retries).await,
        Receiver::start(),
        Receiver::start(),
    );
    let (early, _) = world.endpoint(&other.url("/"), &["*"]).await;
    let (endpoint, _) = world.endpoint(&receiver.url("/"), &["flight.*"]).await;
    let disabled = format!(
        "UPDATE endpoints SET status = 'disabled', disabled_reason = 'a test' WHERE id = '{}'",
        endpoint.id
    );
    world.sql(&disabled).await;
    world.publish(&events(5)).await;
    world.ping(&early).await.unwrap();
    other.wait_for(6, LIMIT).await;
    let (late, _) = world.endpoint(&receiver.url("/late"), &["*"]).await;

    let missed = |endpoint: &Endpoint| StartRecoveryRequest {
        missed: true,
        ..request(endpoint)
    };
    let refused = fault(world.client.start_recovery(missed(&endpoint)).await);
    assert_eq!(refused.code, "endpoint_disabled");
    // It may be asked before.
    assert_eq!(dry_run(&world, missed(&endpoint)).await, (5, 0, 6));
    world
        .sql("UPDATE endpoints SET status = 'enabled', disabled_reason = NULL")
        .await;
    assert_eq!(dry_run(&world, request(&endpoint)).await, (0, 0, 6));

    // Each for itself, and the ping for nobody else.
    for endpoint in [&endpoint, &late] {
        let recovery = start(&world, missed(endpoint)).await;
        let done = wait_for(&world, &recovery, "done").await;
        assert_eq!((done.recovered, done.examined), (5, 6));
    }
    receiver.wait_for(10, LIMIT).await;
    world.wait_for_status("succeeded", 16).await;
    let received = receiver.received();
    let ids = by_event(&received);
    assert_eq!((ids.len(), received.len()), (5, 10));
    assert!(ids.values().all(|deliveries| deliveries.len() == 2));
    world.stop().await;
}

#[tokio::test]
async fn what_cannot_be_asked_is_refused_and_others_have_none() {
    let (world, receiver) = (World::with(without_retries).await, Receiver::start());
    let endpoint = failed(&world, &receiver, &events(3)).await;
    for wrong in [
        StartRecoveryRequest {
            since: Some(timestamp(after(7_200))),
            ..request(&endpoint)
        },
        StartRecoveryRequest {
            since: None,
            ..request(&endpoint)
        },
        StartRecoveryRequest {
            per_second: Some(0),
            ..request(&endpoint)
        },
        StartRecoveryRequest {
            per_second: Some(1_001),
            ..request(&endpoint)
        },
        StartRecoveryRequest {
            event_types: vec!["flight".to_owned()],
            ..request(&endpoint)
        },
    ] {
        assert_eq!(
            kind(world.client.start_recovery(wrong).await),
            Kind::Invalid
        );
    }
    let foreign = StartRecoveryRequest {
        organization_id: org(2),
        ..request(&endpoint)
    };
    assert_eq!(
        kind(world.client.start_recovery(foreign).await),
        Kind::NotFound
    );

    // Another organisation's events of the same time are not looked at.
    let foreign = CatalogEvent {
        organization_id: uuid::Uuid::from_u128(2).into(),
        ..event(5)
    };
    world.publish(&[foreign]).await;
    assert_eq!(dry_run(&world, request(&endpoint)).await, (3, 0, 3));
    world.stop().await;
}

#[tokio::test]
async fn what_is_older_than_the_log_is_kept_is_not_looked_at() {
    let (world, receiver) = (World::with(without_retries).await, Receiver::start());
    let mut all = events(3);
    let days = |days: i64| after(-86_400 * days).timestamp_millis().unsigned_abs();
    // The log of deliveries to somebody else may be gone with its day, and the event not.
    all[0].id = EventId::from_parts(days(31), 1);
    all[1].id = EventId::from_parts(days(2), 2);
    let endpoint = failed(&world, &receiver, &all).await;
    let ever = || StartRecoveryRequest {
        since: Some(timestamp(after(-86_400 * 365))),
        ..request(&endpoint)
    };
    assert_eq!(dry_run(&world, ever()).await, (2, 0, 2));
    let keep = SetRetentionRequest {
        organization_id: org(1),
        days: Some(1),
    };
    world.client.set_retention(keep).await.unwrap();
    assert_eq!(dry_run(&world, ever()).await, (1, 0, 1));
    let recovery = start(&world, ever()).await;
    let done = wait_for(&world, &recovery, "done").await;
    assert_eq!((done.recovered, done.examined), (1, 1));
    world.stop().await;
}
