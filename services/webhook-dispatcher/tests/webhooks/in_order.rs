//! An endpoint that asked for order: what concerns one subject goes one after another.

use std::collections::BTreeMap;
use std::time::Duration;

use contracts::v1::{CreateEndpointRequest, Endpoint, ReplayEventRequest, UpdateEndpointRequest};
use diesel_async::RunQueryDsl;
use domain::event::{CatalogEvent, EventData};
use test_support::{Received, Receiver, Respond, eventually};
use uuid::Uuid;

use crate::events::approved;
use crate::world::{LIMIT, World, endpoint_request, org};

/// An event of its own number, of the flight of another.
pub fn about(flight_number: u128, number: u128) -> CatalogEvent {
    let mut event = approved(number);
    if let EventData::FlightApproved { flight, .. } = &mut event.data {
        flight.id = Uuid::from_u128(flight_number).into();
    }
    event
}

pub async fn endpoint_in_order(world: &World, url: &str) -> Endpoint {
    let request = CreateEndpointRequest {
        in_order: true,
        ..endpoint_request(url, &["*"])
    };
    let created = world.client.create_endpoint(request).await.unwrap();
    created.endpoint.unwrap()
}

/// What has failed once is due, as soon as that is written down.
async fn retry_now(world: &World) {
    let due =
        "UPDATE owed SET next_attempt_at = now() WHERE attempt_count = 1 AND lease_owner IS NULL";
    let mut conn = world.connect().await;
    eventually("one waits for its retry", LIMIT, async || {
        let hastened = diesel::sql_query(due).execute(&mut conn).await.unwrap();
        (hastened == 1).then_some(())
    })
    .await;
}

fn sequence(got: &Received) -> i64 {
    got.header("x-ga-webhook-sequence")
        .unwrap()
        .parse()
        .unwrap()
}

fn subject(got: &Received) -> String {
    let body: serde_json::Value = serde_json::from_slice(&got.body).unwrap();
    body["data"]["flight"]["id"].as_str().unwrap().to_owned()
}

/// What came, by subject, as it came.
fn lines(received: &[Received]) -> BTreeMap<String, Vec<&Received>> {
    let mut lines = BTreeMap::<String, Vec<_>>::new();
    for got in received {
        lines.entry(subject(got)).or_default().push(got);
    }
    lines
}

#[tokio::test(flavor = "multi_thread")]
async fn of_one_subject_the_next_goes_when_the_one_before_has_arrived() {
    const ANSWERS_AFTER: Duration = Duration::from_millis(20);
    let mut world = World::start().await;
    world.add_replica().await;
    let answer = |status| Respond::status(status).after(ANSWERS_AFTER);
    let receiver = Receiver::answering(answer(200));
    // Failures in between, wherever they fall.
    receiver.script((0..90).map(|n| answer(if n % 3 == 0 { 500 } else { 200 })));
    let endpoint = endpoint_in_order(&world, &receiver.url("/")).await;
    assert!(endpoint.in_order);
    let events: Vec<_> = (0..120).map(|n| about(1 + n % 12, 100 + n)).collect();
    for some in events.chunks(30) {
        world.publish(some).await;
    }
    world.wait_for_status("succeeded", 120).await;

    let received = receiver.received();
    assert_eq!(received.len(), 150);
    let lines = lines(&received);
    assert_eq!(lines.len(), 12);
    for line in lines.values() {
        assert!(line.is_sorted_by_key(|got| sequence(got)));
        for pair in line.windows(2) {
            assert!(pair[1].at - pair[0].at >= ANSWERS_AFTER, "two at once");
        }
    }
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_waits_for_a_retry_holds_up_its_own_line_only() {
    let (world, receiver) = (World::start().await, Receiver::start());
    endpoint_in_order(&world, &receiver.url("/")).await;
    receiver.script([Respond::status(503).retry_after(3_000)]);
    world.publish(&[about(1, 1)]).await;
    receiver.wait_for(1, LIMIT).await;
    world
        .publish(&[about(1, 2), about(1, 3), about(2, 4), about(2, 5)])
        .await;
    world.wait_for_status("succeeded", 2).await;
    retry_now(&world).await;
    world.wait_for_status("succeeded", 5).await;

    let received = receiver.received();
    let (one, two) = (
        Uuid::from_u128(1).to_string(),
        Uuid::from_u128(2).to_string(),
    );
    let order: Vec<_> = received.iter().map(subject).collect();
    assert_eq!(
        order,
        [&one, &two, &two, &one, &one, &one].map(Clone::clone)
    );
    let of_one: Vec<_> = lines(&received)[&one]
        .iter()
        .map(|got| sequence(got))
        .collect();
    assert_eq!(of_one, [1, 1, 2, 3]);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_given_up_is_passed() {
    let (world, receiver) = (World::start().await, Receiver::start());
    endpoint_in_order(&world, &receiver.url("/")).await;
    receiver.script((0..6).map(|_| Respond::status(500)));
    world.publish(&[about(1, 1), about(1, 2)]).await;
    world.wait_for_status("succeeded", 1).await;
    let sequences: Vec<_> = receiver.received().iter().map(sequence).collect();
    assert_eq!(sequences, [1, 1, 1, 1, 1, 1, 2]);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replay_waits_in_its_line() {
    let (world, receiver) = (World::start().await, Receiver::start());
    endpoint_in_order(&world, &receiver.url("/")).await;
    let first = about(1, 1);
    world.publish(std::slice::from_ref(&first)).await;
    world.wait_for_status("succeeded", 1).await;
    receiver.script([Respond::status(503).retry_after(3_000)]);
    world.publish(&[about(1, 2)]).await;
    receiver.wait_for(2, LIMIT).await;
    let request = ReplayEventRequest {
        organization_id: org(1),
        event_id: first.id.to_string(),
        event_type: "flight.approved".to_owned(),
        subject_id: Uuid::from_u128(1).to_string(),
        occurred_at: Some(contracts::convert::timestamp(first.occurred_at)),
        ..ReplayEventRequest::default()
    };
    assert_eq!(
        world.client.replay_event(request).await.unwrap().endpoints,
        1
    );
    world.wait_for_status("pending", 2).await;
    retry_now(&world).await;
    world.wait_for_status("succeeded", 3).await;
    let sequences: Vec<_> = receiver.received().iter().map(sequence).collect();
    assert_eq!(sequences, [1, 2, 2, 3]);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_line_keeps_no_other_waiting() {
    let (world, receiver) = (World::start().await, Receiver::start());
    endpoint_in_order(&world, &receiver.url("/")).await;
    receiver.script([Respond::status(503).retry_after(3_000)]);
    world.publish(&[about(1, 1)]).await;
    receiver.wait_for(1, LIMIT).await;
    // More than are claimed, or looked at, in one go; all of them older than what follows.
    let line: Vec<_> = (0..3_000).map(|n| about(1, 10 + n)).collect();
    world.publish(&line).await;
    let others: Vec<_> = (0..50).map(|n| about(2 + n, 5_000 + n)).collect();
    world.publish(&others).await;
    let received = receiver.wait_for(51, LIMIT).await;
    let lines = lines(&received[..51]);
    assert_eq!(
        lines.len(),
        51,
        "the first line went on, or held up the others"
    );
    world.stop_forced().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn order_can_be_asked_for_and_given_up_later() {
    let (world, receiver) = (World::start().await, Receiver::start());
    let (endpoint, _) = world.endpoint(&receiver.url("/"), &["*"]).await;
    let change = async |in_order| {
        let request = UpdateEndpointRequest {
            organization_id: org(1),
            endpoint_id: endpoint.id.clone(),
            in_order: Some(in_order),
            ..UpdateEndpointRequest::default()
        };
        let updated = world.client.update_endpoint(request).await.unwrap();
        updated.endpoint.unwrap().in_order
    };
    assert!(change(true).await);
    receiver.script([Respond::status(503).retry_after(3_000)]);
    world.publish(&[about(1, 1)]).await;
    receiver.wait_for(1, LIMIT).await;
    world.publish(&[about(1, 2)]).await;
    world.wait_for_status("pending", 2).await;
    // What was owed in order goes in order; what comes now need not wait.
    assert!(!change(false).await);
    world.publish(&[about(1, 3)]).await;
    world.wait_for_status("succeeded", 1).await;
    retry_now(&world).await;
    world.wait_for_status("succeeded", 3).await;
    let sequences: Vec<_> = receiver.received().iter().map(sequence).collect();
    assert_eq!(sequences, [1, 3, 1, 2]);
    world.stop().await;
}
