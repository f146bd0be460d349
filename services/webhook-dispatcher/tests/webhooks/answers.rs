//! What was sent and what was answered, attempt by attempt, and what never arrived.

use contracts::convert::timestamp;
use contracts::v1::{Attempt, CreateEndpointRequest, Delivery, ListDeliveriesRequest};
use test_support::{Received, Receiver, Respond};

use crate::events::{approved, at};
use crate::redeliver::redeliver;
use crate::world::{LIMIT, World, deliveries_request, endpoint_request};

const SECRET: &str = "a-key-of-the-school";

/// What the attempt tells of its request is what arrived, but for what is hidden.
fn tells(attempt: &Attempt, received: &Received) {
    for (name, value) in &attempt.request_headers {
        match name.as_str() {
            "x-key" => assert_eq!((value.as_str(), received.header(name)), ("•", Some(SECRET))),
            _ => assert_eq!(received.header(name), Some(value.as_str()), "{name}"),
        }
    }
    for name in ["host", "content-type", "x-ga-webhook-signature", "x-key"] {
        assert!(attempt.request_headers.contains_key(name), "{name}");
    }
}

#[tokio::test]
async fn an_attempt_tells_what_was_sent_and_what_was_answered() {
    let (world, receiver) = (World::start().await, Receiver::start());
    let busy = Respond::status(503).header("x-reason", "busy");
    let busy = busy.header("set-cookie", "s=1").header("x-told", SECRET);
    receiver.script([busy.body(format!("{SECRET} is no key of ours"))]);
    let request = CreateEndpointRequest {
        headers: [("X-Key".to_owned(), SECRET.to_owned())].into(),
        ..endpoint_request(&receiver.url("/hook"), &["*"])
    };
    world.client.create_endpoint(request).await.unwrap();
    world.publish(&[approved(1)]).await;
    let id = world.wait_for_status("succeeded", 1).await.remove(0).id;

    let (told, received) = (world.delivery(&id).await, receiver.received());
    assert_eq!(told.url, receiver.url("/hook"));
    assert_eq!(told.request_body, received[0].body);
    assert_eq!((told.attempts.len(), received.len()), (2, 2));
    for (attempt, received) in told.attempts.iter().zip(&received) {
        tells(attempt, received);
    }
    let [first, second] = [&told.attempts[0], &told.attempts[1]];
    assert_eq!(first.response_headers["x-reason"], "busy");
    assert_eq!(first.response_headers["set-cookie"], "•");
    assert_eq!(first.response_headers["x-told"], "•");
    let said = String::from_utf8_lossy(&first.response_excerpt);
    assert_eq!(said, "• is no key of ours");
    assert_eq!(second.request_headers["x-ga-webhook-attempt"], "2");
    assert!(!second.response_headers.contains_key("x-reason"));
    assert!(!format!("{told:?}").contains(SECRET));
    world.stop().await;
}

#[tokio::test]
async fn the_body_is_told_as_the_endpoint_gets_it_and_no_answer_as_none() {
    let (world, receiver) = (World::start().await, Receiver::start());
    receiver.script([Respond::reset()]);
    let request = CreateEndpointRequest {
        scheme: "trueflight".to_owned(),
        ..endpoint_request(&receiver.url("/"), &["*"])
    };
    world.client.create_endpoint(request).await.unwrap();
    world.publish(&[approved(1)]).await;
    let id = world.wait_for_status("succeeded", 1).await.remove(0).id;
    let told = world.delivery(&id).await;
    assert_eq!(told.request_body, receiver.received()[0].body);
    assert!(
        told.attempts[0]
            .request_headers
            .contains_key("x-tf-signature")
    );
    assert!(told.attempts[0].response_headers.is_empty());
    assert!(!told.attempts[1].response_headers.is_empty());
    world.stop().await;
}

async fn undelivered(world: &World, since: Option<&str>) -> Vec<Delivery> {
    let request = ListDeliveriesRequest {
        status: Some("undelivered".to_owned()),
        since: since.map(|text| timestamp(at(text))),
        ..deliveries_request()
    };
    let answer = world.client.list_deliveries(request).await.unwrap();
    answer.deliveries
}

#[tokio::test]
async fn what_never_arrived_is_listed_once_by_its_newest_delivery() {
    let (world, receiver) = (World::start().await, Receiver::start());
    let good = Receiver::start();
    world.endpoint(&good.url("/"), &["*"]).await;
    world.endpoint(&receiver.url("/"), &["*"]).await;
    receiver.answer(Respond::status(500));
    let events = [approved(1), approved(2)];
    world.publish(&events).await;
    let failed = world.wait_for_status("failed", 2).await;
    assert_eq!(undelivered(&world, None).await, failed);

    // One arrives after all; the other is tried once more and owed now.
    let of = |index: usize| {
        let event = events[index].id.to_string();
        failed.iter().find(|delivery| delivery.event_id == event)
    };
    receiver.answer(Respond::status(200));
    redeliver(&world, &of(0).unwrap().id).await;
    world.wait_for_status("succeeded", 3).await;
    receiver.answer(Respond::status(503).retry_after(3_600));
    let again = redeliver(&world, &of(1).unwrap().id).await;
    receiver.wait_for(14, LIMIT).await;

    let left = undelivered(&world, Some("2026-01-01T00:00:00Z")).await;
    let left: Vec<_> = left.iter().map(|d| (&d.id, d.status.as_str())).collect();
    assert_eq!(left, [(&again.delivery.unwrap().id, "pending")]);
    assert_eq!(undelivered(&world, Some("2126-01-01T00:00:00Z")).await, []);
    world.stop().await;
}
