//! How a recovery goes, waits and ends.

use contracts::v1::{
    CancelRecoveryRequest, DeleteEndpointRequest, ListRecoveriesRequest, fault::Kind,
};
use futures::future::join_all;
use test_support::{Receiver, Respond};

use super::*;
use crate::world::{fault, kind};

fn cancel(organization: u128, recovery: &Recovery) -> CancelRecoveryRequest {
    CancelRecoveryRequest {
        organization_id: org(organization),
        recovery_id: recovery.id.clone(),
    }
}

/// One a second: it does not end by itself while a test looks.
fn slowly(endpoint: &Endpoint) -> StartRecoveryRequest {
    StartRecoveryRequest {
        per_second: Some(1),
        ..request(endpoint)
    }
}

#[tokio::test]
async fn one_at_a_time_until_it_is_cancelled() {
    let (world, receiver) = (World::with(without_retries).await, Receiver::start());
    let endpoint = failed(&world, &receiver, &events(100)).await;
    let recovery = start(&world, slowly(&endpoint)).await;
    let second = fault(world.client.start_recovery(slowly(&endpoint)).await);
    assert_eq!(second.code, "recovery_running");
    let foreign = world.client.cancel_recovery(cancel(2, &recovery)).await;
    assert_eq!(kind(foreign), Kind::NotFound);
    receiver.wait_for(101, LIMIT).await;

    let answer = world
        .client
        .cancel_recovery(cancel(1, &recovery))
        .await
        .unwrap();
    let cancelled = answer.recovery.unwrap();
    assert!(answer.applied && (1..100).contains(&cancelled.recovered));
    assert_eq!(cancelled.reason.as_deref(), Some("requested"));
    let again = world
        .client
        .cancel_recovery(cancel(1, &recovery))
        .await
        .unwrap();
    assert_eq!(
        (again.applied, again.recovery),
        (false, Some(cancelled.clone()))
    );

    // Another goes on with what is left; what was sent by the first is not sent again.
    let rest = start(&world, request(&endpoint)).await;
    let done = wait_for(&world, &rest, "done").await;
    assert_eq!(done.recovered, 100 - cancelled.recovered);
    let made = "SELECT count(*) FROM deliveries WHERE replay > 0";
    assert_eq!(count(&world, made).await, 100);
    assert_eq!(look(&world, &recovery).await, cancelled);

    let mut list = ListRecoveriesRequest {
        organization_id: org(1),
        limit: 1,
        ..ListRecoveriesRequest::default()
    };
    let first = world.client.list_recoveries(list.clone()).await.unwrap();
    assert_eq!(first.recoveries, [done]);
    list.after_id = first.next_after_id;
    let second = world.client.list_recoveries(list.clone()).await.unwrap();
    assert_eq!(
        (second.recoveries, second.next_after_id),
        (vec![cancelled], None)
    );
    list.organization_id = org(2);
    let others = world.client.list_recoveries(list).await.unwrap();
    assert!(others.recoveries.is_empty());
    world.stop().await;
}

#[tokio::test]
async fn it_adds_nothing_to_a_backlog_and_goes_on_when_that_is_taken() {
    let world = World::with(|settings| {
        without_retries(settings);
        settings.recovery.most_waiting = 30;
        settings.delivery.in_flight_per_endpoint = 4.try_into().unwrap();
    })
    .await;
    let receiver = Receiver::start();
    let endpoint = failed(&world, &receiver, &events(200)).await;
    receiver.answer(Respond::hang());
    let recovery = start(&world, request(&endpoint)).await;
    wait_until_it_waits_for(&world, &recovery, "backlog").await;
    let waiting = "SELECT count(*) FROM owed WHERE lease_owner IS NULL";
    assert!(count(&world, waiting).await <= 30);
    // What hangs is cut off at once, and fails.
    receiver.answer(Respond::status(200));
    world.sql("UPDATE endpoints SET status = 'paused'").await;
    wait_until_it_waits_for(&world, &recovery, "endpoint_paused").await;
    world.sql("UPDATE endpoints SET status = 'enabled'").await;
    let done = wait_for(&world, &recovery, "done").await;
    assert_eq!((done.recovered, done.waiting_for), (200, None));
    world.stop_forced().await;
}

#[tokio::test]
async fn it_waits_for_an_endpoint_that_is_disabled_and_ends_with_one_that_is_deleted() {
    let (world, receiver) = (World::with(without_retries).await, Receiver::start());
    let endpoint = failed(&world, &receiver, &events(50)).await;
    let recovery = start(&world, slowly(&endpoint)).await;
    world
        .sql("UPDATE endpoints SET status = 'disabled', disabled_reason = 'a test'")
        .await;
    let waits = wait_until_it_waits_for(&world, &recovery, "endpoint_disabled").await;
    assert_eq!(waits.status, "running");
    let delete = DeleteEndpointRequest {
        organization_id: org(1),
        endpoint_id: endpoint.id.clone(),
    };
    world.client.delete_endpoint(delete).await.unwrap();
    let ended = wait_for(&world, &recovery, "cancelled").await;
    assert_eq!(ended.reason.as_deref(), Some("endpoint_deleted"));
    assert_eq!(ended.waiting_for, None);
    assert_eq!(
        kind(world.client.start_recovery(request(&endpoint)).await),
        Kind::NotFound
    );
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn replays_at_the_same_time_make_nothing_twice() {
    let mut world = World::with(without_retries).await;
    world.add_replica().await;
    let receiver = Receiver::start();
    let all = events(60);
    let endpoint = failed(&world, &receiver, &all).await;
    // Nothing ends, so that whatever is owed once stays so.
    receiver.answer(Respond::hang());
    let recovery = start(&world, request(&endpoint)).await;
    let replays = all.iter().map(async |event| {
        let request = contracts::v1::ReplayEventRequest {
            organization_id: org(1),
            event_id: event.id.to_string(),
            event_type: event.data.event_type().to_string(),
            occurred_at: Some(timestamp(event.occurred_at)),
            subject_id: event.data.subject().id.to_string(),
            ..Default::default()
        };
        world.client.replay_event(request).await.unwrap().endpoints
    });
    let replayed: i32 = join_all(replays).await.into_iter().sum();
    let done = wait_for(&world, &recovery, "done").await;
    assert_eq!(done.recovered + i64::from(replayed), 60);
    let made = "SELECT count(*) FROM deliveries WHERE replay > 0";
    assert_eq!(count(&world, made).await, 60);
    world.stop_forced().await;
}
