//! Why each endpoint got an event, or did not.

use std::collections::BTreeMap;

use contracts::v1::{
    CreateEndpointRequest, DeleteEndpointRequest, Endpoint, ExplainEventRequest,
    ExplainEventResponse, Explanation, fault::Kind,
};
use domain::EventId;
use test_support::{Receiver, Respond};

use crate::events::{approved, submitted};
use crate::in_order::{about, endpoint_in_order};
use crate::world::{LIMIT, World, endpoint_request, kind, org};

fn request(event: &str) -> ExplainEventRequest {
    ExplainEventRequest {
        organization_id: org(1),
        event_id: event.to_owned(),
        endpoint_id: None,
    }
}

async fn explain(world: &World, event: &str) -> ExplainEventResponse {
    world.client.explain_event(request(event)).await.unwrap()
}

/// By endpoint: the verdict, with its reason.
fn verdicts(answer: &ExplainEventResponse) -> BTreeMap<&str, (&str, Option<&str>)> {
    let told = answer.endpoints.iter();
    told.map(|e| {
        (
            e.endpoint_id.as_str(),
            (e.verdict.as_str(), e.reason.as_deref()),
        )
    })
    .collect()
}

async fn delete(world: &World, endpoint: &Endpoint) {
    let request = DeleteEndpointRequest {
        organization_id: org(1),
        endpoint_id: endpoint.id.clone(),
    };
    world.client.delete_endpoint(request).await.unwrap();
}

async fn set(world: &World, endpoint: &Endpoint, columns: &str) {
    let statement = format!(
        "UPDATE endpoints SET {columns} WHERE id = '{}'",
        endpoint.id
    );
    world.sql(&statement).await;
}

#[tokio::test]
async fn each_endpoint_is_told_with_what_was_decided_when_the_event_came() {
    let (world, good) = (World::start().await, Receiver::start());
    let bad = Receiver::answering(Respond::status(500));
    let later = Receiver::answering(Respond::status(503).retry_after(3_600));
    let (delivered, _) = world.endpoint(&good.url("/"), &["*"]).await;
    let (failed, _) = world.endpoint(&bad.url("/"), &["*"]).await;
    let (pending, _) = world.endpoint(&later.url("/"), &["*"]).await;
    let (other_type, _) = world.endpoint(&good.url("/"), &["flight.rejected"]).await;
    let elsewhere = CreateEndpointRequest {
        location_id: Some(org(9)),
        ..endpoint_request(&good.url("/"), &["*"])
    };
    let elsewhere = world.client.create_endpoint(elsewhere).await.unwrap();
    let elsewhere = elsewhere.endpoint.unwrap();
    let (disabled, _) = world.endpoint(&good.url("/"), &["*"]).await;
    set(
        &world,
        &disabled,
        "status = 'disabled', disabled_reason = 'a test'",
    )
    .await;
    let (paused, _) = world.endpoint(&good.url("/"), &["*"]).await;
    set(&world, &paused, "status = 'paused'").await;
    let (gone, _) = world.endpoint(&good.url("/"), &["*"]).await;
    delete(&world, &gone).await;

    let event = approved(1);
    world.publish(std::slice::from_ref(&event)).await;
    world.wait_for_status("failed", 1).await;
    let (newcomer, _) = world.endpoint(&good.url("/"), &["*"]).await;
    // What is changed later changes nothing of what was decided.
    set(&world, &other_type, "event_types = '{*}'").await;
    set(&world, &elsewhere, "location_id = NULL").await;

    let answer = explain(&world, &event.id.to_string()).await;
    assert_eq!(answer.event_type.as_deref(), Some("flight.approved"));
    let expected = BTreeMap::from([
        (delivered.id.as_str(), ("delivered", None)),
        (failed.id.as_str(), ("failed", Some("status"))),
        (pending.id.as_str(), ("pending", Some("status"))),
        (other_type.id.as_str(), ("filtered", Some("type"))),
        (elsewhere.id.as_str(), ("filtered", Some("location"))),
        (disabled.id.as_str(), ("endpoint_disabled", Some("a test"))),
        (paused.id.as_str(), ("paused", None)),
        (newcomer.id.as_str(), ("not_there_yet", None)),
    ]);
    assert_eq!(verdicts(&answer), expected);
    let owed = |e: &&Explanation| {
        e.delivery
            .as_ref()
            .is_some_and(|d| d.next_attempt_at.is_some())
    };
    assert_eq!(answer.endpoints.iter().filter(owed).count(), 2);

    // One that is gone is told where it is asked for.
    let only = ExplainEventRequest {
        endpoint_id: Some(gone.id.clone()),
        ..request(&event.id.to_string())
    };
    let answer = world.client.explain_event(only).await.unwrap();
    let expected = BTreeMap::from([(gone.id.as_str(), ("endpoint_deleted", None))]);
    assert_eq!(verdicts(&answer), expected);
    world.stop_forced().await;
}

#[tokio::test]
async fn an_event_that_nobody_wanted_is_told_of_as_well() {
    let (world, receiver) = (World::start().await, Receiver::start());
    let (picky, _) = world
        .endpoint(&receiver.url("/"), &["flight.rejected"])
        .await;
    let (pinged, _) = world
        .endpoint(&receiver.url("/"), &["flight.approved"])
        .await;
    let events = [submitted(1), approved(2)];
    world.publish(&events).await;
    let ping = world.ping(&pinged).await.unwrap();
    world.wait_for_status("succeeded", 2).await;

    let answer = explain(&world, &events[0].id.to_string()).await;
    let filtered = ("filtered", Some("type"));
    let expected = [
        (picky.id.as_str(), filtered),
        (pinged.id.as_str(), filtered),
    ];
    assert_eq!(verdicts(&answer), expected.into());
    let answer = explain(&world, &ping).await;
    let expected = [
        (picky.id.as_str(), ("filtered", Some("other_endpoint"))),
        (pinged.id.as_str(), ("delivered", None)),
    ];
    assert_eq!(verdicts(&answer), expected.into());
    world.stop().await;
}

#[tokio::test]
async fn who_waits_for_others_of_its_subject_is_told_so() {
    let (world, receiver) = (World::start().await, Receiver::start());
    receiver.answer(Respond::status(503).retry_after(3_600));
    let endpoint = endpoint_in_order(&world, &receiver.url("/")).await;
    let (first, second) = (about(1, 1), about(1, 2));
    world.publish(std::slice::from_ref(&first)).await;
    receiver.wait_for(1, LIMIT).await;
    world.publish(std::slice::from_ref(&second)).await;
    world.wait_for_status("pending", 2).await;
    for (event, reason) in [(first, "status"), (second, "in_order")] {
        let answer = explain(&world, &event.id.to_string()).await;
        let expected = [(endpoint.id.as_str(), ("pending", Some(reason)))];
        assert_eq!(verdicts(&answer), expected.into());
    }
    world.stop().await;
}

#[tokio::test]
async fn what_is_not_known_is_not_told() {
    let (world, receiver) = (World::start().await, Receiver::start());
    let event = approved(1);
    world.publish(std::slice::from_ref(&event)).await;
    let id = event.id.to_string();
    assert_eq!(
        kind(world.client.explain_event(request(&id)).await),
        Kind::NotFound
    );

    // The organisation had no endpoint; this one was made after the time that the id bears.
    let (endpoint, _) = world.endpoint(&receiver.url("/"), &["*"]).await;
    let answer = explain(&world, &id).await;
    let expected = [(endpoint.id.as_str(), ("not_there_yet", None))];
    assert_eq!(verdicts(&answer), expected.into());
    assert_eq!(answer.event_type, None);

    let never = EventId::from_parts(4_000_000_000_000, 1).to_string();
    assert_eq!(
        kind(world.client.explain_event(request(&never)).await),
        Kind::NotFound
    );
    for (organization, endpoint_id) in [(org(2), endpoint.id.clone()), (org(1), org(77))] {
        let foreign = ExplainEventRequest {
            organization_id: organization,
            endpoint_id: Some(endpoint_id),
            ..request(&id)
        };
        assert_eq!(
            kind(world.client.explain_event(foreign).await),
            Kind::NotFound
        );
    }
    let wrong = request("evt_x");
    assert_eq!(kind(world.client.explain_event(wrong).await), Kind::Invalid);
    world.stop().await;
}
