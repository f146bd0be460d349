//! An endpoint that hangs slows nobody but itself.

use std::time::Duration;

use test_support::{Receiver, Respond};

use crate::events::approvals;
use crate::world::{LIMIT, World};

#[tokio::test(flavor = "multi_thread")]
async fn a_hanging_endpoint_does_not_slow_a_healthy_one() {
    let (world, healthy, hanging) = (
        World::start().await,
        Receiver::start(),
        Receiver::answering(Respond::hang()),
    );
    world.endpoint(&hanging.url("/"), &["*"]).await;
    world.endpoint(&healthy.url("/"), &["*"]).await;
    // Ten times what either may hold in memory.
    for batch in 0..10 {
        world.publish(&approvals(1 + batch * 200, 200)).await;
    }
    healthy.wait_for(2_000, LIMIT).await;
    let tried = hanging.received().len();
    assert!(
        (1..=32).contains(&tried),
        "{tried} attempts under way to the hanging endpoint"
    );

    // When it answers again, all of what it is owed arrives.
    hanging.answer(Respond::status(200));
    let received = hanging.wait_for(2_000 + tried, LIMIT * 2).await;
    let mut sequences: Vec<usize> = received
        .iter()
        .map(|got| {
            got.header("x-ga-webhook-sequence")
                .unwrap()
                .parse()
                .unwrap()
        })
        .collect();
    sequences.sort_unstable();
    sequences.dedup();
    assert_eq!(sequences, (1..=2_000).collect::<Vec<_>>());
    world.stop().await;
}

/// Little room, and attempts that may take half a minute.
async fn narrow(held: usize) -> World {
    World::with(|settings| {
        settings.egress.total_timeout_ms = 30_000;
        settings.delivery.in_flight = 20.try_into().unwrap();
        settings.delivery.held = held.try_into().unwrap();
    })
    .await
}

/// So many at one receiver.
async fn endpoints(world: &World, receiver: &Receiver, count: usize) {
    for number in 0..count {
        let url = receiver.url(&format!("/{number}"));
        world.endpoint(&url, &["*"]).await;
    }
}

/// They have all that there is when they begin to hang, and their attempts end after half a minute.
#[tokio::test(flavor = "multi_thread")]
async fn endpoints_that_answered_and_then_hang_make_room_as_soon_as_it_shows() {
    let world = narrow(400).await;
    let (healthy, hanging) = (Receiver::start(), Receiver::start());
    endpoints(&world, &hanging, 10).await;
    world.endpoint(&healthy.url("/"), &["*"]).await;
    world.publish(&approvals(1, 20)).await;
    hanging.wait_for(200, LIMIT).await;
    healthy.wait_for(20, LIMIT).await;

    hanging.answer(Respond::hang());
    world.publish(&approvals(21, 100)).await;
    let received = healthy.wait_for(120, Duration::from_secs(10)).await;
    assert_eq!(received.len(), 120);
    assert!(hanging.received().len() <= 200 + 2 * 20);
    world.stop_forced().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_hanging_endpoints_leave_room_for_the_healthy_ones() {
    let world = narrow(200).await;
    let (healthy, hanging) = (Receiver::start(), Receiver::answering(Respond::hang()));
    endpoints(&world, &hanging, 40).await;
    let (endpoint, _) = world.endpoint(&healthy.url("/"), &["*"]).await;
    // It has answered once before the others begin to hang.
    world.ping(&endpoint).await.unwrap();
    healthy.wait_for(1, LIMIT).await;
    world.publish(&approvals(1, 100)).await;
    let received = healthy.wait_for(101, Duration::from_secs(15)).await;
    assert_eq!(received.len(), 101);
    assert!(hanging.received().len() <= 10);
    world.stop_forced().await;
}
