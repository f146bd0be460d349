//! One delivery, attempt by attempt.

use std::time::Duration;

use contracts::convert::instant;
use contracts::v1::Attempt;
use test_support::{Receiver, Respond, eventually};

use crate::events::{approvals, approved};
use crate::world::{LIMIT, World};

async fn send_one(answers: Vec<Respond>, usual: Respond) -> (World, Receiver) {
    let (world, receiver) = (World::start().await, Receiver::answering(usual));
    receiver.script(answers);
    world.endpoint(&receiver.url("/"), &["*"]).await;
    world.publish(&[approved(1)]).await;
    (world, receiver)
}

async fn attempts(world: &World, id: &str) -> Vec<Attempt> {
    world.delivery(id).await.attempts
}

#[tokio::test]
async fn a_failed_delivery_is_tried_again_unchanged_until_it_arrives() {
    let answers = vec![
        Respond::status(500).body("oops"),
        Respond::reset(),
        Respond::status(404),
    ];
    let (world, receiver) = send_one(answers, Respond::status(204)).await;
    let delivery = world.wait_for_status("succeeded", 1).await.remove(0);
    let received = receiver.received();

    assert_eq!(
        (
            received.len(),
            delivery.attempt_count,
            delivery.last_status_code
        ),
        (4, 4, Some(204))
    );
    for (got, number) in received.iter().zip(["1", "2", "3", "4"]) {
        assert_eq!(got.body, received[0].body);
        assert_eq!(
            got.header("x-ga-webhook-delivery"),
            Some(delivery.id.as_str())
        );
        assert_eq!(
            got.header("x-ga-webhook-signature"),
            received[0].header("x-ga-webhook-signature")
        );
        assert_eq!(got.header("x-ga-webhook-sequence"), Some("1"));
        assert_eq!(got.header("x-ga-webhook-attempt"), Some(number));
    }
    let attempts = attempts(&world, &delivery.id).await;
    let seen: Vec<_> = attempts
        .iter()
        .map(|a| (a.number, a.status_code, a.error.as_deref()))
        .collect();
    let expected = [
        (1, Some(500), Some("status")),
        (2, None, Some("reset")),
        (3, Some(404), Some("status")),
        (4, Some(204), None),
    ];
    assert_eq!(seen, expected);
    assert_eq!(attempts[0].response_excerpt, "oops");
    assert!(
        attempts[1]
            .error_detail
            .as_deref()
            .is_some_and(|detail| !detail.is_empty())
    );
    world.stop().await;
}

#[tokio::test]
async fn it_is_tried_on_schedule_and_fails_after_five_retries() {
    let (world, receiver) = send_one(Vec::new(), Respond::status(503)).await;
    let delivery = world.wait_for_status("failed", 1).await.remove(0);
    assert_eq!(
        (
            delivery.attempt_count,
            delivery.last_status_code,
            delivery.next_attempt_at
        ),
        (6, Some(503), None)
    );
    assert_eq!(delivery.last_error.as_deref(), Some("status"));

    let attempts = attempts(&world, &delivery.id).await;
    let started: Vec<_> = attempts
        .iter()
        .map(|a| instant("started_at", a.started_at).unwrap())
        .collect();
    for (pair, wait) in started.windows(2).zip([100, 200, 300, 400, 500]) {
        let gap = (pair[1] - pair[0]).num_milliseconds();
        // How much later at most is a matter of the machine; what is planned, of the schedule's
        // own tests.
        assert!(gap >= wait, "{gap} ms instead of {wait}");
    }
    assert_eq!(receiver.received().len(), 6);
    world.stop().await;
}

#[tokio::test]
async fn a_redirect_is_a_failure_and_is_not_followed() {
    let elsewhere = Receiver::start();
    let redirect = Respond::status(302).header("location", &elsewhere.url("/"));
    let (world, receiver) = send_one(vec![redirect], Respond::status(200)).await;
    let delivery = world.wait_for_status("succeeded", 1).await.remove(0);
    let first = attempts(&world, &delivery.id).await.remove(0);
    assert_eq!(
        (first.status_code, first.error.as_deref()),
        (Some(302), Some("redirect"))
    );
    assert_eq!(
        (receiver.received().len(), elsewhere.received().len()),
        (2, 0)
    );
    world.stop().await;
}

#[tokio::test]
async fn retry_after_puts_off_the_next_attempt() {
    let (world, receiver) = send_one(
        vec![Respond::status(429).retry_after(2)],
        Respond::status(200),
    )
    .await;
    let received = receiver.wait_for(2, LIMIT).await;
    let gap = received[1].at - received[0].at;
    assert!(gap >= Duration::from_millis(1_990), "{gap:?}");
    assert!(gap < Duration::from_secs(4), "{gap:?}");
    world.stop().await;
}

#[tokio::test]
async fn retry_after_never_hastens() {
    let (world, receiver) = send_one(
        vec![Respond::status(503).retry_after(0)],
        Respond::status(200),
    )
    .await;
    let received = receiver.wait_for(2, LIMIT).await;
    assert!(received[1].at - received[0].at >= Duration::from_millis(95));
    world.stop().await;
}

#[tokio::test]
async fn gone_disables_the_endpoint_and_what_is_owed_is_kept() {
    let gone = Respond::status(410).after(Duration::from_millis(100));
    let (world, receiver) = (World::start().await, Receiver::answering(gone));
    let (endpoint, _) = world.endpoint(&receiver.url("/"), &["*"]).await;
    world.publish(&approvals(1, 40)).await;
    let disabled = eventually("the endpoint is disabled", LIMIT, async || {
        let request = contracts::v1::ListEndpointsRequest {
            organization_id: endpoint.organization_id.clone(),
        };
        let endpoint = world
            .client
            .list_endpoints(request)
            .await
            .unwrap()
            .endpoints
            .remove(0);
        (endpoint.status == "disabled").then_some(endpoint)
    })
    .await;
    assert_eq!(
        disabled.disabled_reason.as_deref(),
        Some("gone: the endpoint answered 410")
    );

    // Nothing that was owed is lost, nothing more is sent, and what comes new is not owed to it.
    eventually("nothing waits in memory any more", LIMIT, async || {
        (world.counts().await.leased == 0).then_some(())
    })
    .await;
    let settled = receiver.received().len();
    assert!((1..40).contains(&settled), "{settled}");
    world.publish(&approvals(100, 3)).await;
    let other = Receiver::start();
    world.endpoint(&other.url("/"), &["*"]).await;
    world.publish(&approvals(200, 1)).await;
    other.wait_for(1, LIMIT).await;
    let owed = world.deliveries_to(&endpoint).await;
    assert_eq!(owed.len(), 40);
    assert!(
        owed.iter()
            .all(|delivery| delivery.status == "pending" && delivery.next_attempt_at.is_some())
    );
    assert_eq!(receiver.received().len(), settled);
    assert_eq!(
        crate::world::kind(world.ping(&endpoint).await),
        contracts::v1::fault::Kind::Conflict
    );
    world.stop().await;
}

#[tokio::test]
async fn a_partner_that_is_away_gets_everything_when_it_is_back() {
    let world = World::start().await;
    let address = Receiver::start().address();
    world.endpoint(&format!("http://{address}/"), &["*"]).await;
    world.publish(&[approved(1)]).await;
    let delivery = eventually("an attempt was refused", LIMIT, async || {
        world
            .deliveries()
            .await
            .into_iter()
            .find(|delivery| delivery.attempt_count > 0)
    })
    .await;
    assert_eq!(
        (delivery.last_error.as_deref(), delivery.last_status_code),
        (Some("connect_refused"), None)
    );
    world.stop().await;
}
