//! One delivery goes once more.

use contracts::fault::code;
use contracts::v1::{
    DeleteEndpointRequest, Delivery, Endpoint, EventTypes, RedeliverRequest, RedeliverResponse,
    UpdateEndpointRequest, fault::Kind,
};
use test_support::{Receiver, Respond};

use crate::events::approved;
use crate::world::{LIMIT, World, fault, kind, org};

fn request(delivery: &str) -> RedeliverRequest {
    RedeliverRequest {
        organization_id: org(1),
        delivery_id: delivery.to_owned(),
        idempotency_key: None,
    }
}

fn keyed(delivery: &str, key: &str) -> RedeliverRequest {
    RedeliverRequest {
        idempotency_key: Some(key.to_owned()),
        ..request(delivery)
    }
}

pub async fn redeliver(world: &World, delivery: &str) -> RedeliverResponse {
    world.client.redeliver(request(delivery)).await.unwrap()
}

/// An endpoint of everything, and what it got.
async fn delivered(count: u128) -> (World, Receiver, Endpoint, Vec<Delivery>) {
    let (world, receiver) = (World::start().await, Receiver::start());
    let (endpoint, _) = world.endpoint(&receiver.url("/"), &["*"]).await;
    let events: Vec<_> = (1..=count).map(approved).collect();
    world.publish(&events).await;
    let count = events.len();
    let delivered = world.wait_for_status("succeeded", count).await;
    (world, receiver, endpoint, delivered)
}

#[tokio::test]
async fn it_has_the_same_bytes_under_a_new_id_and_goes_to_its_endpoint_alone() {
    let (world, receiver, endpoint, delivered) = delivered(1).await;
    let other = Receiver::start();
    world.endpoint(&other.url("/"), &["*"]).await;
    // What it asks for by now does not matter.
    let change = UpdateEndpointRequest {
        organization_id: org(1),
        endpoint_id: endpoint.id.clone(),
        event_types: Some(EventTypes {
            patterns: vec!["flight.rejected".to_owned()],
        }),
        ..UpdateEndpointRequest::default()
    };
    world.client.update_endpoint(change).await.unwrap();

    let answer = redeliver(&world, &delivered[0].id).await;
    let again = answer.delivery.unwrap();
    assert!(!answer.already_pending);
    assert_eq!((again.replay, again.sequence), (1, 2));
    assert_eq!(again.event_id, delivered[0].event_id);
    let received = receiver.wait_for(2, LIMIT).await;
    assert_eq!(received[0].body, received[1].body);
    let id = received[1].header("x-ga-webhook-delivery");
    assert_eq!(id, Some(again.id.as_str()));
    world.wait_for_status("succeeded", 2).await;
    assert!(other.received().is_empty());
    world.stop().await;
}

#[tokio::test]
async fn what_is_still_owed_is_not_owed_twice() {
    let (world, receiver) = (World::start().await, Receiver::start());
    receiver.answer(Respond::status(503).retry_after(3_600));
    world.endpoint(&receiver.url("/"), &["*"]).await;
    world.publish(&[approved(1)]).await;
    receiver.wait_for(1, LIMIT).await;
    let owed = world.wait_for_status("pending", 1).await.remove(0);
    let answer = redeliver(&world, &owed.id).await;
    assert!(answer.already_pending);
    assert_eq!(answer.delivery.unwrap().id, owed.id);
    assert_eq!(world.deliveries().await.len(), 1);
    world.stop().await;
}

#[tokio::test]
async fn a_request_with_a_key_is_carried_out_once() {
    let (world, _receiver, _, delivered) = delivered(2).await;
    let same = (0..8).map(|_| world.client.redeliver(keyed(&delivered[0].id, "k")));
    let answers = futures::future::join_all(same).await;
    let ids: std::collections::BTreeSet<_> = answers
        .into_iter()
        .map(|answer| answer.unwrap().delivery.unwrap().id)
        .collect();
    assert_eq!(ids.len(), 1);
    world.wait_for_status("succeeded", 3).await;
    let answer = world.client.redeliver(keyed(&delivered[0].id, "k")).await;
    assert!(ids.contains(&answer.unwrap().delivery.unwrap().id));

    let reused = fault(world.client.redeliver(keyed(&delivered[1].id, "k")).await);
    assert_eq!(reused.code, code::IDEMPOTENCY_KEY_REUSED);
    let long = "k".repeat(256);
    for key in ["", "\0", &long] {
        let refused = world.client.redeliver(keyed(&delivered[0].id, key)).await;
        assert_eq!(kind(refused), Kind::Invalid);
    }
    assert_eq!(world.deliveries().await.len(), 3);

    world
        .sql(&format!(
            "INSERT INTO replays SELECT '{}', gen_random_uuid(), 'evt_1', NULL, 0, 0, now()
             FROM generate_series(1, 60)",
            org(1)
        ))
        .await;
    let refused = fault(world.client.redeliver(request(&delivered[1].id)).await);
    assert_eq!(refused.code, code::TOO_MANY_REPLAYS);
    world.stop().await;
}

#[tokio::test]
async fn it_is_refused_where_nothing_would_be_sent_and_for_strangers() {
    let (world, receiver, endpoint, delivered) = delivered(1).await;
    let id = &delivered[0].id;
    let foreign = RedeliverRequest {
        organization_id: org(2),
        ..request(id)
    };
    assert_eq!(kind(world.client.redeliver(foreign).await), Kind::NotFound);

    world
        .sql("UPDATE endpoints SET status = 'disabled', disabled_reason = 'a test'")
        .await;
    let refused = fault(world.client.redeliver(request(id)).await);
    assert_eq!(refused.code, "endpoint_disabled");
    assert!(refused.detail.contains("a test"), "{}", refused.detail);

    // Paused, it is owed and held.
    world
        .sql("UPDATE endpoints SET status = 'paused', disabled_reason = NULL")
        .await;
    let held = redeliver(&world, id).await.delivery.unwrap();
    assert_eq!(held.status, "pending");
    assert_eq!(receiver.received().len(), 1);

    let delete = DeleteEndpointRequest {
        organization_id: org(1),
        endpoint_id: endpoint.id,
    };
    world.client.delete_endpoint(delete).await.unwrap();
    let refused = fault(world.client.redeliver(request(id)).await);
    assert_eq!(refused.code, "endpoint_deleted");
    world.stop().await;
}
