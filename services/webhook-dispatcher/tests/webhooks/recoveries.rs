//! Owing an endpoint again what it did not get.

mod killed;
mod life;
mod search;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use contracts::convert::timestamp;
use contracts::v1::{
    Endpoint, GetRecoveryRequest, Recovery, RecoveryCount, StartRecoveryRequest,
    StartRecoveryResponse,
};
use diesel_async::RunQueryDsl;
use domain::EventId;
use domain::event::CatalogEvent;
use service_kit::Clock;
use test_support::{Received, Receiver, Respond, eventually};
use webhook_dispatcher::Settings;

use crate::events::approved;
use crate::world::{LIMIT, World, org};

/// The time in the id of the event with number 0, an hour ago; each is a second later.
static FIRST: LazyLock<DateTime<Utc>> =
    LazyLock::new(|| Clock::system().now().trunc_subsecs(3) - TimeDelta::hours(1));

fn after(seconds: i64) -> DateTime<Utc> {
    *FIRST + TimeDelta::seconds(seconds)
}

/// `count` approvals, a second apart.
fn events(count: usize) -> Vec<CatalogEvent> {
    (0..count).map(event).collect()
}

fn event(number: usize) -> CatalogEvent {
    let made = after(i64::try_from(number).unwrap()).timestamp_millis();
    let number = u128::try_from(number).unwrap() + 1;
    CatalogEvent {
        id: EventId::from_parts(made.unsigned_abs(), number),
        ..approved(number)
    }
}

/// A delivery has failed with its first attempt.
fn without_retries(settings: &mut Settings) {
    settings.delivery.retry_after_ms = Vec::new();
}

/// An endpoint of a receiver that now answers, which `events` have failed to reach.
async fn failed(world: &World, receiver: &Receiver, events: &[CatalogEvent]) -> Endpoint {
    receiver.answer(Respond::status(500));
    let (endpoint, _) = world.endpoint(&receiver.url("/"), &["*"]).await;
    world.publish(events).await;
    eventually("all have failed", LIMIT, async || {
        let failed = "SELECT count(*) AS count FROM ended WHERE status = 'failed'";
        (count(world, failed).await >= i64::try_from(events.len()).unwrap()).then_some(())
    })
    .await;
    receiver.answer(Respond::status(200));
    endpoint
}

fn request(endpoint: &Endpoint) -> StartRecoveryRequest {
    StartRecoveryRequest {
        organization_id: org(1),
        endpoint_id: endpoint.id.clone(),
        since: Some(timestamp(after(0))),
        per_second: Some(1_000),
        ..StartRecoveryRequest::default()
    }
}

async fn start(world: &World, request: StartRecoveryRequest) -> Recovery {
    let StartRecoveryResponse { recovery, .. } =
        world.client.start_recovery(request).await.unwrap();
    recovery.unwrap()
}

/// What it would make, what is still owed, and what it would look at.
async fn dry_run(world: &World, request: StartRecoveryRequest) -> (i64, i64, i64) {
    let request = StartRecoveryRequest {
        dry_run: true,
        ..request
    };
    let answer = world.client.start_recovery(request).await.unwrap();
    assert_eq!(answer.recovery, None);
    let RecoveryCount {
        examined,
        recoverable,
        still_owed,
        is_complete,
    } = answer.count.unwrap();
    assert!(is_complete);
    (recoverable, still_owed, examined)
}

async fn look(world: &World, recovery: &Recovery) -> Recovery {
    let request = GetRecoveryRequest {
        organization_id: recovery.organization_id.clone(),
        recovery_id: recovery.id.clone(),
    };
    let answer = world.client.get_recovery(request).await.unwrap();
    answer.recovery.unwrap()
}

async fn wait_for(world: &World, recovery: &Recovery, status: &str) -> Recovery {
    eventually(&format!("the recovery is {status}"), LIMIT, async || {
        let recovery = look(world, recovery).await;
        (recovery.status == status).then_some(recovery)
    })
    .await
}

async fn wait_until_it_waits_for(world: &World, recovery: &Recovery, what: &str) -> Recovery {
    eventually(&format!("it waits for {what}"), LIMIT, async || {
        let recovery = look(world, recovery).await;
        (recovery.waiting_for.as_deref() == Some(what)).then_some(recovery)
    })
    .await
}

#[derive(diesel::QueryableByName)]
struct Counted {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    count: i64,
}

async fn count(world: &World, query: &str) -> i64 {
    let mut conn = world.connect().await;
    let counted: Counted = diesel::sql_query(query)
        .get_result(&mut conn)
        .await
        .unwrap();
    counted.count
}

/// Delivery ids by event.
fn by_event(received: &[Received]) -> BTreeMap<String, BTreeSet<String>> {
    let mut deliveries: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    for got in received {
        let body: serde_json::Value = serde_json::from_slice(&got.body).unwrap();
        let id = got.header("x-ga-webhook-delivery").unwrap().to_owned();
        let event = body["id"].as_str().unwrap().to_owned();
        deliveries.entry(event).or_default().insert(id);
    }
    deliveries
}
