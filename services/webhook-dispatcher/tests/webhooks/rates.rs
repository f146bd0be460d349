//! An endpoint that is sent to at a rate.

use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use contracts::convert::instant;
use contracts::v1::{
    CreateEndpointRequest, Endpoint, RateLimit, SendingRate, UpdateEndpointRequest,
};
use test_support::{Receiver, Respond};

use crate::events::{approvals, approved};
use crate::world::{LIMIT, World, endpoint_request, org};

async fn endpoint_at(world: &World, url: &str, requests: u32, seconds: u32) -> Endpoint {
    let request = CreateEndpointRequest {
        rate_limit: Some(RateLimit { requests, seconds }),
        ..endpoint_request(url, &["*"])
    };
    let created = world.client.create_endpoint(request).await.unwrap();
    created.endpoint.unwrap()
}

async fn change_rate(world: &World, endpoint: &Endpoint, limit: Option<RateLimit>) -> Endpoint {
    let request = UpdateEndpointRequest {
        organization_id: org(1),
        endpoint_id: endpoint.id.clone(),
        rate_limit: Some(SendingRate { limit }),
        ..UpdateEndpointRequest::default()
    };
    let updated = world.client.update_endpoint(request).await.unwrap();
    updated.endpoint.unwrap()
}

/// When each attempt began, in order.
async fn begun(world: &World) -> Vec<DateTime<Utc>> {
    let mut begun = Vec::new();
    for delivery in world.deliveries().await {
        for attempt in world.delivery(&delivery.id).await.attempts {
            begun.push(instant("started_at", attempt.started_at).unwrap());
        }
    }
    begun.sort_unstable();
    begun
}

#[tokio::test(flavor = "multi_thread")]
async fn two_replicas_together_keep_to_it() {
    const EVENTS: usize = 60;
    let mut world = World::start().await;
    world.add_replica().await;
    let receiver = Receiver::start();
    let endpoint = endpoint_at(&world, &receiver.url("/"), 20, 1).await;
    assert_eq!(endpoint.rate_limit.unwrap().requests, 20);

    let start = Instant::now();
    world.publish(&approvals(1, 60)).await;
    world.wait_for_status("succeeded", EVENTS).await;
    // The n-th place is n times 50 ms after the first, whoever has it.
    let took = receiver.received()[EVENTS - 1].at - start;
    assert!(took >= Duration::from_millis(59 * 50), "{took:?}");
    let begun = begun(&world).await;
    assert_eq!(begun.len(), EVENTS);
    for window in begun.windows(21) {
        // A place may be taken a moment late, by which the next one seems early.
        let twenty_later = (window[20] - window[0]).num_milliseconds();
        assert!(twenty_later >= 500, "21 in {twenty_later} ms");
    }
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn retries_keep_to_it_as_well() {
    let (world, receiver) = (World::start().await, Receiver::start());
    receiver.script((0..10).map(|_| Respond::status(500)));
    endpoint_at(&world, &receiver.url("/"), 10, 1).await;
    let start = Instant::now();
    world.publish(&approvals(1, 10)).await;
    world.wait_for_status("succeeded", 10).await;
    let received = receiver.received();
    assert_eq!(received.len(), 20);
    assert!(received[19].at - start >= Duration::from_millis(19 * 100));
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_endpoint_does_not_wait_for_it() {
    let world = World::start().await;
    let (slow, quick) = (Receiver::start(), Receiver::start());
    endpoint_at(&world, &slow.url("/"), 1, 3_600).await;
    world.endpoint(&quick.url("/"), &["*"]).await;
    world.publish(&approvals(1, 100)).await;
    quick.wait_for(100, LIMIT).await;
    slow.wait_for(1, LIMIT).await;
    world.publish(&approvals(101, 100)).await;
    quick.wait_for(200, LIMIT).await;
    assert_eq!(slow.received().len(), 1);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_rate_holds_at_once_and_none_sends_everything() {
    let (world, receiver) = (World::start().await, Receiver::start());
    let endpoint = endpoint_at(&world, &receiver.url("/"), 1, 86_400).await;
    world.publish(&approvals(1, 50)).await;
    receiver.wait_for(1, LIMIT).await;
    // The next place was tomorrow.
    let faster = RateLimit {
        requests: 20,
        seconds: 1,
    };
    let changed = change_rate(&world, &endpoint, Some(faster)).await;
    assert_eq!(changed.rate_limit, Some(faster));
    receiver.wait_for(4, LIMIT).await;
    let changed = change_rate(&world, &endpoint, None).await;
    assert_eq!(changed.rate_limit, None);
    receiver.wait_for(50, LIMIT).await;
    world.publish(&[approved(51)]).await;
    receiver.wait_for(51, LIMIT).await;
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_receiver_is_not_sent_what_it_missed_in_a_heap() {
    let receiver = Receiver::answering(Respond::status(200).after(Duration::from_millis(600)));
    let world = World::start().await;
    endpoint_at(&world, &receiver.url("/"), 20, 1).await;
    world.publish(&approvals(1, 40)).await;
    receiver.wait_for(6, LIMIT).await;
    receiver.answer(Respond::status(200));
    world.wait_for_status("succeeded", 40).await;
    let begun = begun(&world).await;
    for window in begun.windows(21) {
        assert!((window[20] - window[0]).num_milliseconds() >= 500);
    }
    world.stop().await;
}
