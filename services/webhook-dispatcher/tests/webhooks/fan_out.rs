//! From one event to everyone who wants it, once.

use std::collections::{BTreeMap, BTreeSet};

use domain::event::CatalogEvent;
use test_support::{Received, Receiver, eventually};
use uuid::Uuid;

use crate::events::{approvals, approved, of_organization, submitted};
use crate::world::{LIMIT, World};

fn events_of(received: &[Received]) -> Vec<&str> {
    let mut events: Vec<_> = received
        .iter()
        .filter_map(|got| got.header("x-ga-webhook-event"))
        .collect();
    events.sort_unstable();
    events
}

#[tokio::test]
async fn each_endpoint_gets_what_it_asked_for() {
    let world = World::start().await;
    let receivers: Vec<_> = (0..5).map(|_| Receiver::start()).collect();
    for (receiver, types) in receivers.iter().zip([
        vec!["*"],
        vec!["flight.*"],
        vec!["flight.approved"],
        vec!["flight.submitted", "flight.rejected"],
        vec!["webhook.test"],
    ]) {
        world.endpoint(&receiver.url("/"), &types).await;
    }
    world
        .publish(&[approved(1), submitted(2), of_organization(2, 3)])
        .await;
    for (receiver, expected) in receivers.iter().zip([2, 2, 1, 1, 0]) {
        receiver.wait_for(expected, LIMIT).await;
    }
    world.wait_for_status("succeeded", 6).await;
    assert_eq!(
        events_of(&receivers[0].received()),
        ["flight.approved", "flight.submitted"]
    );
    assert_eq!(
        events_of(&receivers[1].received()),
        ["flight.approved", "flight.submitted"]
    );
    assert_eq!(events_of(&receivers[2].received()), ["flight.approved"]);
    assert_eq!(events_of(&receivers[3].received()), ["flight.submitted"]);
    assert!(receivers[4].received().is_empty());
    world.stop().await;
}

#[tokio::test]
async fn a_location_filter_lets_only_that_locations_events_pass() {
    let (world, receiver, all) = (World::start().await, Receiver::start(), Receiver::start());
    let (endpoint, _) = world.endpoint(&receiver.url("/"), &["*"]).await;
    world.endpoint(&all.url("/"), &["*"]).await;
    let here = Uuid::from_u128(7);
    world
        .sql(&format!(
            "UPDATE endpoints SET location_id = '{here}' WHERE id = '{}'",
            endpoint.id
        ))
        .await;
    let at = |number, location: Option<u128>| CatalogEvent {
        location_id: location.map(|id| Uuid::from_u128(id).into()),
        ..approved(number)
    };
    world
        .publish(&[at(1, None), at(2, Some(8)), at(3, Some(7))])
        .await;
    all.wait_for(3, LIMIT).await;
    world.wait_for_status("succeeded", 4).await;
    let received = receiver.received();
    assert_eq!(received.len(), 1);
    assert_eq!(received[0].header("x-ga-webhook-sequence"), Some("1"));
    world.stop().await;
}

#[tokio::test]
async fn an_event_that_comes_again_adds_nothing_and_takes_no_number() {
    let (world, receiver) = (World::start().await, Receiver::start());
    world.endpoint(&receiver.url("/"), &["*"]).await;
    // Twice in one batch, and again in later ones, mixed with new ones.
    world
        .publish(&[approved(1), approved(1), approved(2)])
        .await;
    receiver.wait_for(2, LIMIT).await;
    world
        .publish(&[approved(2), approved(3), approved(1)])
        .await;
    receiver.wait_for(3, LIMIT).await;
    world.publish(&[approved(1)]).await;
    world.publish(&[approved(4)]).await;
    receiver.wait_for(4, LIMIT).await;

    let mut sequences: Vec<_> = world
        .deliveries()
        .await
        .iter()
        .map(|delivery| delivery.sequence)
        .collect();
    sequences.sort_unstable();
    assert_eq!(sequences, [1, 2, 3, 4]);
    assert_eq!(receiver.received().len(), 4);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sequences_have_no_gaps_under_two_replicas_and_repeated_events() {
    const EVENTS: u128 = 600;
    let mut world = World::with(|settings| {
        // Small batches, so that both replicas are at it at once.
        settings.events.batch = 20.try_into().unwrap();
        settings.events.prefetch = 2.try_into().unwrap();
    })
    .await;
    world.add_replica().await;
    let receivers: Vec<_> = (0..3).map(|_| Receiver::start()).collect();
    for receiver in &receivers {
        world.endpoint(&receiver.url("/"), &["*"]).await;
    }
    let events = approvals(1, EVENTS);
    let repeated: Vec<_> = events
        .iter()
        .chain(events.iter().rev().step_by(3))
        .cloned()
        .collect();
    let halves = repeated.split_at(repeated.len() / 2);
    tokio::join!(world.publish(halves.0), world.publish(halves.1));

    let expected = usize::try_from(EVENTS).unwrap();
    eventually("every delivery is recorded", LIMIT, async || {
        (world.counts().await.succeeded == 3 * 600).then_some(())
    })
    .await;
    for receiver in &receivers {
        let received = receiver.received();
        let mut ids = BTreeMap::<String, BTreeSet<String>>::new();
        let sequences: BTreeSet<usize> = received
            .iter()
            .map(|got| {
                let sequence = got.header("x-ga-webhook-sequence").unwrap();
                let id = got.header("x-ga-webhook-delivery").unwrap();
                ids.entry(sequence.to_owned())
                    .or_default()
                    .insert(id.to_owned());
                sequence.parse().unwrap()
            })
            .collect();
        assert_eq!(sequences, (1..=expected).collect());
        assert!(ids.values().all(|ids| ids.len() == 1));
    }
    world.stop().await;
}
