//! An event goes once more to the endpoints that want it.

use std::collections::BTreeSet;
use std::time::Duration;

use contracts::convert;
use contracts::fault::code;
use contracts::v1::{
    CreateEndpointRequest, DeliverySummary, Endpoint, ReplayEventRequest, ReplayEventResponse,
    SummarizeDeliveriesRequest, fault::Kind,
};
use domain::event::CatalogEvent;
use public_api::payloads::ga_body;
use test_support::{Received, Receiver, Respond};
use uuid::Uuid;

use crate::events::{approved, of_organization, submitted};
use crate::world::{LIMIT, World, endpoint_request, fault, kind, org};

/// As the gateway asks, with what the event log holds.
fn request(event: &CatalogEvent) -> ReplayEventRequest {
    ReplayEventRequest {
        organization_id: event.organization_id.to_string(),
        event_id: event.id.to_string(),
        event_type: event.data.event_type().to_string(),
        occurred_at: Some(convert::timestamp(event.occurred_at)),
        subject_id: event.data.subject().id.to_string(),
        body: ga_body(event).unwrap().into(),
        idempotency_key: None,
        location_id: event.location_id.map(|id| id.to_string()),
    }
}

fn keyed(event: &CatalogEvent, key: &str) -> ReplayEventRequest {
    ReplayEventRequest {
        idempotency_key: Some(key.to_owned()),
        ..request(event)
    }
}

async fn replay(world: &World, request: ReplayEventRequest) -> (i32, i32) {
    let ReplayEventResponse {
        endpoints,
        already_pending,
    } = world.client.replay_event(request).await.unwrap();
    (endpoints, already_pending)
}

async fn summary(world: &World, event: &CatalogEvent) -> DeliverySummary {
    let request = SummarizeDeliveriesRequest {
        organization_id: event.organization_id.to_string(),
        event_ids: vec![event.id.to_string()],
    };
    let answer = world.client.summarize_deliveries(request).await.unwrap();
    answer.summaries.into_iter().next().unwrap()
}

fn ids(received: &[Received]) -> BTreeSet<&str> {
    let ids = received
        .iter()
        .map(|got| got.header("x-ga-webhook-delivery"));
    ids.map(Option::unwrap).collect()
}

#[tokio::test]
async fn a_replay_has_the_same_bytes_under_a_new_delivery() {
    let (world, receiver) = (World::start().await, Receiver::start());
    let (endpoint, _) = world.endpoint(&receiver.url("/"), &["flight.*"]).await;
    let event = approved(1);
    world.publish(std::slice::from_ref(&event)).await;
    world.wait_for_status("succeeded", 1).await;

    // What is held is sent, whatever the caller believes it to be.
    let wrong = ReplayEventRequest {
        body: "{}".into(),
        ..request(&event)
    };
    assert_eq!(replay(&world, wrong).await, (1, 0));
    world.wait_for_status("succeeded", 2).await;
    assert_eq!(replay(&world, request(&event)).await, (1, 0));
    world.wait_for_status("succeeded", 3).await;

    let received = receiver.received();
    assert_eq!(ids(&received).len(), 3);
    let expected = ga_body(&event).unwrap();
    assert!(received.iter().all(|got| got.body == expected));
    let mut sequences: Vec<_> = world.deliveries_to(&endpoint).await;
    sequences.sort_by_key(|delivery| delivery.sequence);
    let sequences: Vec<_> = sequences.iter().map(|delivery| delivery.sequence).collect();
    assert_eq!(sequences, [1, 2, 3]);
    let told = summary(&world, &event).await;
    assert_eq!((told.endpoints, told.succeeded, told.pending), (1, 3, 0));
    world.stop().await;
}

#[tokio::test]
async fn whoever_came_after_the_event_gets_it_by_a_replay() {
    let (world, early, late, other) = (
        World::start().await,
        Receiver::start(),
        Receiver::start(),
        Receiver::start(),
    );
    let (first, _) = world.endpoint(&early.url("/"), &["flight.approved"]).await;
    let (event, unheard) = (approved(1), submitted(2));
    world.publish(&[event.clone(), unheard.clone()]).await;
    world.wait_for_status("succeeded", 1).await;
    world.endpoint(&late.url("/"), &["*"]).await;
    world.endpoint(&other.url("/"), &["flight.rejected"]).await;

    assert_eq!(replay(&world, request(&event)).await, (2, 0));
    // Nobody wanted this one when it happened.
    assert_eq!(replay(&world, request(&unheard)).await, (1, 0));
    world.wait_for_status("succeeded", 4).await;
    let received = late.received();
    let bodies: BTreeSet<_> = received.iter().map(|got| got.body.to_vec()).collect();
    assert_eq!(
        bodies,
        BTreeSet::from([ga_body(&event).unwrap(), ga_body(&unheard).unwrap()])
    );
    assert_eq!(early.received().len(), 2);
    assert!(other.received().is_empty());
    let told = summary(&world, &event).await;
    assert_eq!((told.endpoints, told.succeeded), (2, 3));

    // The event that comes late from the broker is known by then.
    world.publish(&[unheard.clone(), approved(3)]).await;
    world.wait_for_status("succeeded", 6).await;
    assert_eq!(world.deliveries_to(&first).await.len(), 3);
    assert_eq!(summary(&world, &unheard).await.succeeded, 1);
    world.stop().await;
}

/// Also where the replay comes before the event itself.
#[tokio::test]
async fn an_endpoint_of_one_base_gets_the_replays_of_that_base() {
    let (world, here, all) = (World::start().await, Receiver::start(), Receiver::start());
    let of_here = CreateEndpointRequest {
        location_id: Some(org(42)),
        ..endpoint_request(&here.url("/"), &["*"])
    };
    world.client.create_endpoint(of_here).await.unwrap();
    world.endpoint(&all.url("/"), &["*"]).await;
    let at = |location, number| CatalogEvent {
        location_id: Some(Uuid::from_u128(location).into()),
        ..approved(number)
    };
    let (ours, theirs, unheard) = (at(42, 1), at(43, 2), at(42, 3));
    world.publish(&[ours.clone(), theirs.clone()]).await;
    world.wait_for_status("succeeded", 3).await;
    assert_eq!(replay(&world, request(&ours)).await, (2, 0));
    assert_eq!(replay(&world, request(&theirs)).await, (1, 0));
    assert_eq!(replay(&world, request(&unheard)).await, (2, 0));
    world.publish(&[unheard, at(42, 4)]).await;
    world.wait_for_status("succeeded", 10).await;
    assert_eq!((here.received().len(), all.received().len()), (4, 6));
    world.stop().await;
}

#[tokio::test]
async fn what_is_still_owed_is_not_owed_twice() {
    let (world, receiver) = (World::start().await, Receiver::start());
    receiver.answer(Respond::status(503).retry_after(3_600));
    world.endpoint(&receiver.url("/"), &["*"]).await;
    let event = approved(1);
    world.publish(std::slice::from_ref(&event)).await;
    receiver.wait_for(1, LIMIT).await;
    assert_eq!(replay(&world, request(&event)).await, (0, 1));
    assert_eq!(world.deliveries().await.len(), 1);
    world.stop().await;
}

#[tokio::test]
async fn nobody_else_and_nothing_that_is_disabled_hears_it() {
    let (world, receiver, foreign) = (World::start().await, Receiver::start(), Receiver::start());
    let (disabled, _) = world.endpoint(&receiver.url("/"), &["*"]).await;
    let (pinged, _) = world
        .endpoint(&receiver.url("/"), &["flight.rejected"])
        .await;
    world.endpoint(&foreign.url("/"), &["*"]).await;
    world
        .sql(&format!(
            "UPDATE endpoints SET status = 'disabled', disabled_reason = 'a test' WHERE id = '{}';
             UPDATE endpoints SET organization_id = '{}' WHERE url = '{}'",
            disabled.id,
            org(2),
            foreign.url("/")
        ))
        .await;
    assert_eq!(replay(&world, request(&approved(1))).await, (0, 0));

    // A ping goes to its own endpoint, also when it is repeated.
    let ping = world.ping(&pinged).await.unwrap();
    world.wait_for_status("succeeded", 1).await;
    let again = ReplayEventRequest {
        event_id: ping,
        event_type: "webhook.test".to_owned(),
        subject_id: pinged.id.clone(),
        ..request(&approved(1))
    };
    assert_eq!(replay(&world, again).await, (1, 0));
    world.wait_for_status("succeeded", 2).await;
    let received = receiver.received();
    assert_eq!(received[0].body, received[1].body);

    // An event that is held for one organisation is not another's to send.
    world.publish(&[of_organization(2, 9)]).await;
    foreign.wait_for(1, LIMIT).await;
    let stolen = ReplayEventRequest {
        event_type: "flight.rejected".to_owned(),
        organization_id: org(1),
        ..request(&of_organization(2, 9))
    };
    assert_eq!(
        kind(world.client.replay_event(stolen).await),
        Kind::NotFound
    );
    assert_eq!(foreign.received().len(), 1);
    world.stop().await;
}

#[tokio::test]
async fn a_request_with_a_key_is_carried_out_once() {
    let (world, receiver) = (World::start().await, Receiver::start());
    world.endpoint(&receiver.url("/"), &["*"]).await;
    let (event, other) = (approved(1), approved(2));
    let same = (0..8).map(|_| replay(&world, keyed(&event, "k")));
    for answer in futures::future::join_all(same).await {
        assert_eq!(answer, (1, 0));
    }
    world.wait_for_status("succeeded", 1).await;
    assert_eq!(replay(&world, keyed(&event, "k")).await, (1, 0));
    assert_eq!(world.deliveries().await.len(), 1);

    let reused = fault(world.client.replay_event(keyed(&other, "k")).await);
    assert_eq!(reused.code, code::IDEMPOTENCY_KEY_REUSED);
    let elsewhere = ReplayEventRequest {
        organization_id: org(2),
        ..keyed(&of_organization(2, 3), "k")
    };
    assert_eq!(replay(&world, elsewhere).await, (0, 0));

    // After a day the key is anybody's.
    world
        .sql("UPDATE replays SET requested_at = requested_at - interval '1 day'")
        .await;
    assert_eq!(replay(&world, keyed(&other, "k")).await, (1, 0));
    world.wait_for_status("succeeded", 2).await;
    world.stop().await;
}

#[tokio::test]
async fn an_organisation_has_a_share_of_each_minute() {
    let world = World::start().await;
    let fill = |age: &str| {
        format!(
            "INSERT INTO replays SELECT '{}', gen_random_uuid(), 'evt_1', NULL, 0, 0, now() - interval '{age}'
             FROM generate_series(1, 59)",
            org(1)
        )
    };
    world.sql(&fill("61 seconds")).await;
    world.sql(&fill("10 seconds")).await;
    assert_eq!(replay(&world, keyed(&approved(1), "last")).await, (0, 0));
    let refused = fault(world.client.replay_event(request(&approved(1))).await);
    assert_eq!(refused.code, code::TOO_MANY_REPLAYS);
    // What was carried out is answered all the same, and another organisation has its own share.
    assert_eq!(replay(&world, keyed(&approved(1), "last")).await, (0, 0));
    assert_eq!(
        replay(&world, request(&of_organization(2, 1))).await,
        (0, 0)
    );
    world.stop().await;
}

#[tokio::test]
async fn a_replay_is_sent_at_once() {
    let (world, receiver) = (
        World::with(|settings| settings.delivery.claim_every_ms = 3_600_000).await,
        Receiver::start(),
    );
    let (endpoint, _): (Endpoint, _) = world.endpoint(&receiver.url("/"), &["*"]).await;
    assert_eq!(replay(&world, request(&approved(1))).await, (1, 0));
    receiver.wait_for(1, Duration::from_secs(10)).await;
    assert_eq!(world.deliveries_to(&endpoint).await.len(), 1);
    world.stop().await;
}
