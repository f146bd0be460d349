//! An event that goes once more.

use contracts::fault::code;
use contracts::v1::Fault;
use domain::event::CatalogEvent;
use domain::scope::Scope;
use public_api::documents::EventDocument;
use public_api::payloads::{ga_body, samples};
use public_api::routes::View;
use serde_json::json;

use crate::harness::{Call, Minted, SCHOOL, World, raw};

/// A school with one event in its log, and a key that may have it sent again.
async fn world_with(event: &CatalogEvent) -> (World, Minted) {
    let world = World::with(|settings| settings.backend.timeout_ms = 2_000).await;
    let key = world.keys.mint(&[Scope::EventsReplay]);
    let body = serde_json::to_vec(&EventDocument::from(event)).unwrap();
    world
        .documents
        .add_for(SCHOOL, View::Events, &event.id.to_string(), body);
    (world, key)
}

fn path(event: &CatalogEvent) -> String {
    format!("/api/v1/public/events/{}/replay", event.id)
}

fn replay(world: &World, key: &Minted, event: &CatalogEvent) -> Call {
    world.get(key, &path(event)).method("POST")
}

#[tokio::test]
async fn the_dispatcher_is_given_the_very_bytes_that_were_delivered() {
    let event = CatalogEvent {
        organization_id: SCHOOL.into(),
        ..samples::approved()
    };
    let (world, key) = world_with(&event).await;
    world.documents.at("the base");
    let reply = replay(&world, &key, &event)
        .header("idempotency-key", "order-66")
        .send()
        .await;
    assert_eq!(reply.status, 202, "{}", reply.text());
    assert_eq!(
        reply.json(),
        json!({"data": {"event_id": event.id.to_string(), "endpoints": 2, "already_pending": 1}})
    );
    assert_eq!(reply.header("cache-control"), Some("no-store"));
    assert_eq!(reply.header("content-type"), Some("application/json"));
    assert!(reply.header("etag").is_none());

    let asked = world.endpoints.replays().pop().unwrap();
    assert_eq!(asked.body, ga_body(&event).unwrap());
    assert_eq!(asked.event_id, event.id.to_string());
    assert_eq!(asked.event_type, "flight.approved");
    assert_eq!(asked.organization_id, SCHOOL.to_string());
    assert_eq!(asked.subject_id, event.data.subject().id.to_string());
    assert_eq!(asked.idempotency_key.as_deref(), Some("order-66"));
    assert_eq!(asked.location_id.as_deref(), Some("the base"));
    assert_eq!(
        asked.occurred_at,
        Some(contracts::convert::timestamp(event.occurred_at))
    );
}

#[tokio::test]
async fn an_event_that_is_not_in_the_log_is_not_sent() {
    let event = samples::approved();
    let (world, key) = world_with(&event).await;
    let other = CatalogEvent {
        id: domain::EventId::from_parts(1, 1),
        ..event
    };
    replay(&world, &key, &other)
        .send()
        .await
        .problem(404, "not_found");
    assert!(world.endpoints.replays().is_empty());
}

#[tokio::test]
async fn a_key_of_a_request_is_short_and_visible() {
    let event = samples::ping();
    let (world, key) = world_with(&event).await;
    let long = "x".repeat(256);
    for wrong in ["", "a b", "ä", long.as_str()] {
        let reply = replay(&world, &key, &event)
            .header("idempotency-key", wrong)
            .send()
            .await;
        assert_eq!(reply.problem(400, "invalid_parameter"), "malformed");
        assert_eq!(reply.json()["errors"][0]["header"], "Idempotency-Key");
    }
    let twice = replay(&world, &key, &event)
        .header("idempotency-key", "a")
        .header("idempotency-key", "b");
    assert_eq!(
        twice.send().await.problem(400, "invalid_parameter"),
        "repeated_header"
    );
    assert!(world.endpoints.replays().is_empty());
    assert_eq!(replay(&world, &key, &event).send().await.status, 202);
    assert_eq!(world.endpoints.replays()[0].idempotency_key, None);
}

#[tokio::test]
async fn a_refusal_says_what_to_do() {
    let event = samples::approved();
    let (world, key) = world_with(&event).await;
    let refused = async |fault| {
        world.endpoints.refuse(fault);
        replay(&world, &key, &event).send().await
    };
    let reused = refused(Fault::conflict(
        code::IDEMPOTENCY_KEY_REUSED,
        "another event",
    ))
    .await;
    assert_eq!(reused.problem(422, "idempotency_key_reused"), "reused");
    let many = refused(Fault::conflict(code::TOO_MANY_REPLAYS, "60 a minute")).await;
    many.problem(429, "rate_limited");
    assert_eq!(many.header("retry-after"), Some("60"));
    refused(Fault::unavailable("busy"))
        .await
        .problem(503, "service_unavailable");

    world.endpoints.fall_silent();
    let silent = replay(&world, &key, &event).send().await;
    silent.problem(503, "service_unavailable");
    assert!(
        silent.text().contains("it is not known"),
        "{}",
        silent.text()
    );
}

#[tokio::test]
async fn a_body_is_not_read_and_never_taken_for_a_request() {
    let event = samples::approved();
    let (world, key) = world_with(&event).await;
    let request = format!(
        "POST {} HTTP/1.1\r\nHost: gateway\r\nAuthorization: Bearer {}\r\nX-Org-Id: {SCHOOL}\r\n\
         Content-Type: application/json\r\nContent-Length: 18\r\n\r\nDELETE / HTTP/1.1\n",
        path(&event),
        key.token.reveal()
    );
    let answer = raw(world.address, request).await;
    assert!(answer.starts_with("HTTP/1.1 202"), "{answer}");
    assert_eq!(answer.matches("HTTP/1.1 ").count(), 1, "{answer}");
}
