//! An endpoint that fails is probed, caught up with, and in the end disabled; the others hear of it.

use std::time::Duration;

use contracts::v1::{Endpoint, ListEndpointsRequest, RotateSecretRequest, UpdateEndpointRequest};
use serde_json::Value;
use test_support::{Received, Receiver, Respond, eventually};
use webhook_dispatcher::{HealthSettings, Settings};

use crate::events::{approvals, approved};
use crate::world::{LIMIT, World, org};

/// Three failures in a row are enough, and the first probe comes after `probe_after_ms`.
fn quick(probe_after_ms: u64) -> impl FnOnce(&mut Settings) {
    move |settings| {
        settings.health = HealthSettings {
            failures: 3.try_into().unwrap(),
            over_ms: 0,
            probe_after_ms: probe_after_ms.try_into().unwrap(),
            longest_probe_after_ms: probe_after_ms.try_into().unwrap(),
            ..HealthSettings::default()
        };
    }
}

const NEVER: u64 = 3_600_000;

async fn as_it_is(world: &World, endpoint: &Endpoint) -> Endpoint {
    let request = ListEndpointsRequest {
        organization_id: org(1),
    };
    let answer = world.client.list_endpoints(request).await.unwrap();
    let mut all = answer.endpoints.into_iter();
    all.find(|one| one.id == endpoint.id).unwrap()
}

async fn wait_for_health(world: &World, endpoint: &Endpoint, health: &str) -> Endpoint {
    eventually(&format!("it is {health}"), LIMIT, async || {
        let now = as_it_is(world, endpoint).await;
        (now.health == health).then_some(now)
    })
    .await
}

/// An endpoint that fails, with `owed` deliveries, of which none is under way.
async fn failing(world: &World, receiver: &Receiver, owed: u128) -> Endpoint {
    receiver.answer(Respond::status(503));
    let (endpoint, _) = world.endpoint(&receiver.url("/"), &["flight.*"]).await;
    world.publish(&approvals(1, owed)).await;
    let failing = wait_for_health(world, &endpoint, "failing").await;
    assert!(failing.failing_since.is_some() && failing.probe_at.is_some());
    eventually("nothing waits in memory any more", LIMIT, async || {
        (world.counts().await.leased == 0).then_some(())
    })
    .await;
    failing
}

async fn enable(world: &World, endpoint: &Endpoint) -> Endpoint {
    let request = UpdateEndpointRequest {
        organization_id: org(1),
        endpoint_id: endpoint.id.clone(),
        status: Some("enabled".to_owned()),
        ..UpdateEndpointRequest::default()
    };
    let answer = world.client.update_endpoint(request).await.unwrap();
    answer.endpoint.unwrap()
}

fn body(received: &Received) -> Value {
    serde_json::from_slice(&received.body).unwrap()
}

#[tokio::test]
async fn a_failing_endpoint_is_sent_one_delivery_at_a_time_whoever_sends() {
    let mut world = World::with(quick(50)).await;
    world.add_replica().await;
    let receiver = Receiver::start();
    let endpoint = failing(&world, &receiver, 30).await;
    let slow = Duration::from_millis(300);
    receiver.answer(Respond::status(503).after(slow));
    let before = receiver.received().len();
    // One may have been answered the old way.
    let received = receiver.wait_for(before + 6, LIMIT).await;
    for pair in received[before + 1..].windows(2) {
        let gap = pair[1].at - pair[0].at;
        assert!(gap >= slow, "{gap:?}");
    }
    // Waiting uses up nothing: what was not sent is as it was, and due.
    let owed = world.deliveries_to(&endpoint).await;
    assert_eq!(owed.len(), 30);
    assert!(owed.iter().all(|delivery| delivery.status == "pending"));
    world.stop().await;
}

#[tokio::test]
async fn probes_do_not_use_up_a_delivery() {
    let world = World::with(|settings| {
        quick(1)(settings);
        settings.delivery.retry_after_ms = vec![1; 5];
    })
    .await;
    let receiver = Receiver::answering(Respond::status(500));
    let (endpoint, _) = world.endpoint(&receiver.url("/"), &["*"]).await;
    world.publish(&approvals(1, 2)).await;
    wait_for_health(&world, &endpoint, "failing").await;
    let before = receiver.received().len();
    receiver.wait_for(before + 18, LIMIT).await;
    let owed = world.deliveries_to(&endpoint).await;
    assert!(owed.iter().all(|delivery| delivery.attempt_count > 6));
    assert!(owed.iter().all(|delivery| delivery.status == "pending"));
    // One arrives, and the other goes out as one that is caught up with.
    receiver.script([Respond::status(200), Respond::status(502)]);
    receiver.answer(Respond::status(200));
    world.wait_for_status("succeeded", 2).await;
    world.stop().await;
}

#[tokio::test]
async fn one_that_answers_again_is_caught_up_with_and_the_others_hear_of_it() {
    let world = World::with(quick(200)).await;
    let (receiver, other) = (Receiver::start(), Receiver::start());
    world.endpoint(&other.url("/"), &["endpoint.*"]).await;
    let endpoint = failing(&world, &receiver, 40).await;
    world.publish(&approvals(100, 5)).await;
    receiver.answer(Respond::status(200));
    world.wait_for_status("succeeded", 46).await;
    wait_for_health(&world, &endpoint, "healthy").await;

    let told = body(&other.wait_for(1, LIMIT).await[0]);
    assert_eq!(told["type"], "endpoint.recovered");
    let data = &told["data"];
    assert_eq!(data["endpoint_id"], endpoint.id);
    assert!(data["failing_since"].as_str() < data["recovered_at"].as_str());
    assert_eq!(other.received().len(), 1);
    // From then on everything goes straight again.
    world.publish(&[approved(200)]).await;
    world.wait_for_status("succeeded", 47).await;
    world.stop().await;
}

#[tokio::test]
async fn catching_up_begins_slowly_whoever_sends() {
    let mut world = World::with(|settings| {
        quick(100)(settings);
        settings.health.first_pace = 5.try_into().unwrap();
    })
    .await;
    world.add_replica().await;
    let receiver = Receiver::start();
    failing(&world, &receiver, 30).await;
    let before = receiver.received().len();
    receiver.answer(Respond::status(200));
    // A last probe may have failed meanwhile.
    let received = receiver.wait_for(before + 26, LIMIT).await;
    let since = received[before + 1].at;
    let within = |limit: Duration| {
        let early = received[before + 1..].iter();
        early.filter(|one| one.at - since < limit).count()
    };
    // The probe, then five, ten, twenty a second; and what a bucket of a second holds at once.
    for (seconds, most) in [(1, 1 + 5 + 5), (2, 1 + 5 + 10 + 10)] {
        let count = within(Duration::from_secs(seconds));
        assert!(count <= most, "{count} in {seconds} s");
    }
    world.stop().await;
}

#[tokio::test]
async fn one_that_fails_for_too_long_is_disabled_and_what_is_owed_is_kept() {
    let world = World::with(|settings| {
        quick(100)(settings);
        settings.health.disable_after_s = 1;
    })
    .await;
    let (receiver, other) = (Receiver::start(), Receiver::start());
    world.endpoint(&other.url("/"), &["*"]).await;
    let endpoint = failing(&world, &receiver, 10).await;
    let told = eventually("it is disabled, and told", LIMIT, async || {
        let all = other.received();
        let mut told = all.iter().map(body);
        told.find(|body| body["type"] == "endpoint.disabled")
    })
    .await;
    let disabled = as_it_is(&world, &endpoint).await;
    assert_eq!(disabled.status, "disabled");
    let reason = disabled.disabled_reason.as_deref().unwrap();
    assert!(
        reason.starts_with("failing: nothing has arrived since 2"),
        "{reason}"
    );
    let data = &told["data"];
    assert_eq!(
        (data["endpoint_id"].as_str(), data["reason"].as_str()),
        (Some(endpoint.id.as_str()), Some(reason))
    );
    assert!(data["failing_since"].is_string() && data["disabled_at"].is_string());
    let owed = world.deliveries_to(&endpoint).await;
    assert_eq!(owed.len(), 10);
    assert!(owed.iter().all(|delivery| delivery.status == "pending"));

    // Enabled again, it is tried with a probe, and then gets all of it.
    receiver.answer(Respond::status(200));
    assert_eq!(enable(&world, &endpoint).await.health, "failing");
    wait_for_health(&world, &endpoint, "healthy").await;
    eventually("all of it has arrived", LIMIT, async || {
        let owed = world.deliveries_to(&endpoint).await;
        let arrived = owed.iter().filter(|one| one.status == "succeeded");
        (arrived.count() == 10).then_some(())
    })
    .await;
    world.stop().await;
}

#[tokio::test]
async fn one_that_is_gone_is_disabled_and_the_others_hear_of_it() {
    let world = World::start().await;
    let (gone, other) = (Receiver::answering(Respond::status(410)), Receiver::start());
    let (endpoint, _) = world.endpoint(&gone.url("/"), &["*"]).await;
    world
        .endpoint(&other.url("/"), &["endpoint.disabled"])
        .await;
    world.publish(&[approved(1)]).await;
    let told = body(&other.wait_for(1, LIMIT).await[0]);
    assert_eq!(told["type"], "endpoint.disabled");
    assert_eq!(told["data"]["endpoint_id"], endpoint.id);
    assert_eq!(told["data"]["reason"], "gone: the endpoint answered 410");
    assert_eq!(told["data"]["failing_since"], Value::Null);
    assert_eq!(gone.received().len(), 1);
    world.stop().await;
}

#[tokio::test]
async fn a_ping_or_another_address_has_a_failing_endpoint_probed_at_once() {
    let world = World::with(quick(NEVER)).await;
    let receiver = Receiver::start();
    let endpoint = failing(&world, &receiver, 5).await;
    let settled = receiver.received().len();
    // It still fails: the ping waits with the rest.
    world.ping(&endpoint).await.unwrap();
    receiver.wait_for(settled + 1, LIMIT).await;
    eventually("the next probe is an hour away", LIMIT, async || {
        (world.counts().await.leased == 0).then_some(())
    })
    .await;
    assert_eq!(receiver.received().len(), settled + 1);

    let mended = Receiver::start();
    let request = UpdateEndpointRequest {
        organization_id: org(1),
        endpoint_id: endpoint.id.clone(),
        url: Some(mended.url("/")),
        ..UpdateEndpointRequest::default()
    };
    world.client.update_endpoint(request).await.unwrap();
    world.wait_for_status("succeeded", 6).await;
    assert_eq!(mended.received().len(), 6);
    world.stop().await;
}

#[tokio::test]
async fn one_that_knows_one_of_two_secrets_does_not_fail_for_that() {
    let world = World::with(|settings| {
        quick(NEVER)(settings);
        settings.delivery.retry_after_ms = vec![1, 1];
    })
    .await;
    let receiver = Receiver::answering(Respond::status(401));
    let (endpoint, _) = world.endpoint(&receiver.url("/"), &["*"]).await;
    let rotate = RotateSecretRequest {
        organization_id: org(1),
        endpoint_id: endpoint.id.clone(),
        at_once: false,
    };
    world.client.rotate_secret(rotate.clone()).await.unwrap();
    world.publish(&approvals(1, 5)).await;
    world.wait_for_status("failed", 5).await;
    assert_eq!(as_it_is(&world, &endpoint).await.health, "healthy");

    // With one secret it does.
    let at_once = RotateSecretRequest {
        at_once: true,
        ..rotate
    };
    world.client.rotate_secret(at_once).await.unwrap();
    world.publish(&approvals(10, 5)).await;
    wait_for_health(&world, &endpoint, "failing").await;
    world.stop().await;
}
