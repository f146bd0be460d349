//! Every event of the catalog happens over the real services, arrives once, signed, stands in the
//! event log, and comes again when it is asked for.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test"
)]

mod additions;
mod data;
mod day;
mod delivered;

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::Value;
use system_tests::{Api, School, Service, Stack};
use test_support::{Receiver, eventually};

use additions::Partner;
use day::Day;
use delivered::Delivered;

const PATIENCE: Duration = Duration::from_secs(60);

/// The vendor's catalog. What the platform adds to it has a test of its own.
const CATALOG: [&str; 7] = [
    "flight.submitted",
    "flight.approved",
    "flight.rejected",
    "maintenance.alert",
    "compliance.updated",
    "training.signoff.recorded",
    "webhook.test",
];
const SCOPES: [&str; 4] = [
    "public.events:read",
    "public.compliance:read",
    "public.signoffs:read",
    "public.maintenance:read",
];

/// The log, once all that it holds has been delivered.
async fn settled_log(api: &Api, events: usize) -> Vec<Value> {
    eventually("the log has what was delivered", PATIENCE, async || {
        let page = api.get("/events?limit=200").await.json();
        let log = page["data"].as_array().unwrap().clone();
        let succeeded = |event: &&Value| event["delivery_summary"]["succeeded"] == 1;
        (log.iter().filter(succeeded).count() == events).then_some(log)
    })
    .await
}

/// Every event stands in the log of its type, as it was delivered.
async fn the_log_answers_by_type(api: &Api, delivered: &[Delivered]) {
    for event_type in CATALOG {
        let page = api.get(&format!("/events?type={event_type}")).await.json();
        assert_eq!(page["cursor"], Value::Null);
        let logged: BTreeSet<String> = page["data"]
            .as_array()
            .unwrap()
            .iter()
            .map(|event| {
                assert_eq!(event["type"], event_type);
                let delivered = delivered.iter().find(|d| d.body["id"] == event["id"]);
                let delivered = &delivered.expect("it was delivered").body;
                for member in ["data", "occurred_at", "api_version"] {
                    assert_eq!(event[member], delivered[member], "{event_type} {member}");
                }
                event["id"].to_string()
            })
            .collect();
        let of_type = delivered.iter().filter(|d| d.event_type() == event_type);
        let ids: BTreeSet<_> = of_type.map(|d| d.body["id"].to_string()).collect();
        assert_eq!(logged, ids, "{event_type}");
    }
}

/// The same body again, under a delivery id of its own, for whoever may ask for it.
async fn each_comes_again(
    stack: &Stack,
    school: &School,
    receiver: &Receiver,
    delivered: &[Delivered],
) {
    let organization = &school.organization_id;
    let reader = Api::with_scopes(stack, organization, &["public.events:read"]).await;
    let replayer = Api::with_scopes(stack, organization, &["public.events:replay"]).await;
    let mut arrived = receiver.received().len();
    for before in delivered {
        let path = format!("/events/{}/replay", before.event_id());
        assert_eq!(reader.post(&path).await.status, 403);
        let answer = replayer.post(&path).await;
        assert_eq!(answer.status, 202, "{}", answer.body);
        assert_eq!(answer.json()["data"]["endpoints"], 1);
        arrived += 1;
        let received = receiver.wait_for(arrived, PATIENCE).await;
        let again = Delivered::read(&received[arrived - 1], school);
        assert_eq!(
            String::from_utf8_lossy(&again.raw),
            String::from_utf8_lossy(&before.raw)
        );
        assert_ne!(again.delivery, before.delivery);
    }
    let received = receiver.received();
    let ids: BTreeSet<_> = received
        .iter()
        .map(|r| Delivered::read(r, school).delivery)
        .collect();
    assert_eq!(ids.len(), 2 * delivered.len(), "each under its own id");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_event_of_the_catalog_arrives_once_and_again_when_asked_for() {
    let stack = Stack::start("events").await;
    let receiver = Receiver::start();
    let school = School::open(&stack, receiver.url("/webhooks"), &["*"]).await;
    let api = Api::with_scopes(&stack, &school.organization_id, &SCOPES).await;

    let day = Day::live(&stack, &school).await;
    let mut happened = day.happened();
    let types: BTreeSet<_> = happened.iter().map(|(event_type, _)| *event_type).collect();
    assert_eq!(types, BTreeSet::from(CATALOG));

    let log = settled_log(&api, happened.len()).await;
    let mut logged: Vec<_> = log
        .iter()
        .map(|event| {
            let subject = event["subject"]["id"].as_str().unwrap();
            (event["type"].as_str().unwrap(), subject)
        })
        .collect();
    happened.sort_unstable();
    logged.sort_unstable();
    assert_eq!(logged, happened);

    let received = receiver.received();
    let delivered: Vec<_> = received
        .iter()
        .map(|r| Delivered::read(r, &school))
        .collect();
    let ids: BTreeSet<_> = delivered.iter().map(Delivered::event_id).collect();
    assert_eq!(
        (delivered.len(), ids.len()),
        (happened.len(), happened.len())
    );
    for delivered in &delivered {
        data::has_the_members(delivered);
        data::tells_of(delivered, &day, &api).await;
    }
    the_log_answers_by_type(&api, &delivered).await;
    each_comes_again(&stack, &school, &receiver, &delivered).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_becomes_of_an_endpoint_is_an_event_for_the_others() {
    let dispatcher = Service::WebhookDispatcher;
    let stack = Stack::builder("endpoint-events")
        .set(dispatcher, "GA_HEALTH__FAILURES", "1")
        .set(dispatcher, "GA_HEALTH__OVER_MS", "0")
        .set(dispatcher, "GA_HEALTH__PROBE_AFTER_MS", "100")
        .start()
        .await;
    let receiver = Receiver::start();
    let school = School::open(&stack, receiver.url("/webhooks"), &["endpoint.*"]).await;
    let api = Api::with_scopes(&stack, &school.organization_id, &SCOPES).await;
    let partner = Partner::join(&stack, &school).await;
    let told = async |count: usize| {
        let received = receiver.wait_for(count, PATIENCE).await;
        Delivered::read(&received[count - 1], &school)
    };
    partner.fail_and_recover().await;
    let members = "endpoint_id failing_since recovered_at";
    let recovered = "endpoint.recovered";
    partner
        .is_told_of(&told(1).await, recovered, members, &api)
        .await;
    partner.go().await;
    let members = "endpoint_id reason failing_since disabled_at";
    let disabled = "endpoint.disabled";
    partner
        .is_told_of(&told(2).await, disabled, members, &api)
        .await;
}
