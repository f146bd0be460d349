//! What one replica leaves, another sends.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use diesel_async::SimpleAsyncConnection;
use test_support::{Received, Receiver, Respond};
use webhook_dispatcher::LeaseSettings;

use crate::events::approvals;
use crate::world::{LIMIT, World};

fn deliveries(received: &[Received]) -> BTreeSet<String> {
    received
        .iter()
        .map(|got| got.header("x-ga-webhook-delivery").unwrap().to_owned())
        .collect()
}

fn lasting(duration_ms: u64) -> LeaseSettings {
    LeaseSettings {
        duration_ms,
        renew_every_ms: duration_ms / 3,
        reap_every_ms: 50,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_lost_replica_held_is_sent_by_another_when_its_lease_has_ended() {
    let mut world = World::with(|settings| settings.lease = lasting(1_500)).await;
    let receiver = Receiver::answering(Respond::hang());
    world.endpoint(&receiver.url("/"), &["*"]).await;
    world.publish(&approvals(1, 10)).await;
    let before = deliveries(&receiver.wait_for(2, LIMIT).await);

    world.lose_replica().await;
    let lost = Instant::now();
    receiver.answer(Respond::status(200));
    let under_way = receiver.received().len();
    world.add_replica().await;
    let received = receiver.wait_for(under_way + 10, LIMIT).await;
    let last = received.last().unwrap().at - lost;
    assert!(
        last > Duration::from_millis(500),
        "taken over while the lease lasted: {last:?}"
    );
    assert!(last < Duration::from_secs(5), "{last:?}");

    let after = deliveries(&received[under_way..]);
    assert_eq!(after.len(), 10);
    assert!(
        before.is_subset(&after),
        "what was under way bears the same id again"
    );
    world.wait_for_status("succeeded", 10).await;
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replica_that_stops_finishes_what_is_under_way_and_hands_back_the_rest() {
    let mut world = World::start().await;
    let receiver = Receiver::answering(Respond::status(200).after(Duration::from_millis(300)));
    world.endpoint(&receiver.url("/"), &["*"]).await;
    world.publish(&approvals(1, 12)).await;
    receiver.wait_for(2, LIMIT).await;

    world.stop_replica().await;
    let finished = receiver.received().len();
    assert!((2..12).contains(&finished), "{finished}");
    let rows = world.counts().await;
    assert_eq!(
        (rows.leased, rows.succeeded),
        (0, i64::try_from(finished).unwrap())
    );

    // At once: nothing waits for a lease to end.
    world.add_replica().await;
    let received = receiver.wait_for(12, LIMIT).await;
    world.wait_for_status("succeeded", 12).await;
    assert_eq!((received.len(), deliveries(&received).len()), (12, 12));
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn replicas_share_the_work_and_send_nothing_twice() {
    let mut world = World::start().await;
    world.add_replica().await;
    let receiver = Receiver::answering(Respond::status(200).after(Duration::from_millis(5)));
    world.endpoint(&receiver.url("/"), &["*"]).await;
    world.publish(&approvals(1, 1_000)).await;
    receiver.wait_for(1_000, LIMIT).await;
    world.stop().await;
    let received = receiver.received();
    assert_eq!(
        (received.len(), deliveries(&received).len()),
        (1_000, 1_000)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn replicas_that_keep_losing_their_leases_lose_no_delivery() {
    // So short that a busy machine misses many a renewal.
    let mut world = World::with(|settings| {
        settings.lease = lasting(60);
    })
    .await;
    world.add_replica().await;
    let receiver = Receiver::answering(Respond::status(200).after(Duration::from_millis(20)));
    world.endpoint(&receiver.url("/"), &["*"]).await;
    world.publish(&approvals(1, 1_000)).await;
    test_support::eventually("every delivery is recorded", LIMIT, async || {
        let counts = world.counts().await;
        (counts.succeeded == 1_000).then_some(())
    })
    .await;
    assert_eq!(deliveries(&receiver.received()).len(), 1_000);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_keeps_breaking_connections_loses_no_delivery() {
    const EVENTS: usize = 600;
    let mut world = World::with(|settings| {
        settings.events.batch = 25.try_into().unwrap();
        settings.lease = lasting(1_500);
    })
    .await;
    world.add_replica().await;
    let receiver = Receiver::answering(Respond::status(200).after(Duration::from_millis(5)));
    world.endpoint(&receiver.url("/"), &["*"]).await;
    let mut conn = world.connect().await;
    world.publish(&approvals(1, 600)).await;
    // In the middle of whatever they were doing: a commit may have happened all the same.
    for round in 0..12 {
        receiver.wait_for(round * EVENTS / 15, LIMIT).await;
        conn.batch_execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
             WHERE datname = current_database() AND pid <> pg_backend_pid()",
        )
        .await
        .unwrap();
    }
    test_support::eventually("every delivery is recorded", LIMIT, async || {
        (world.counts().await.succeeded == 600).then_some(())
    })
    .await;
    let received = receiver.received();
    assert_eq!(deliveries(&received).len(), EVENTS);
    let sequences: BTreeSet<usize> = received
        .iter()
        .map(|got| {
            got.header("x-ga-webhook-sequence")
                .unwrap()
                .parse()
                .unwrap()
        })
        .collect();
    assert_eq!(sequences, (1..=EVENTS).collect());
    world.stop().await;
}
