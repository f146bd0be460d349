//! The main job, end to end: a logbook becomes flights that a partner reads, and an approval
//! reaches the partner's receiver, signed.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test"
)]

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::Value;
use system_tests::{Partner, School, Service, Stack, gaf};
use test_support::{eventually, real_logbook};

const PATIENCE: Duration = Duration::from_secs(60);

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn sum(documents: &[Value], field: &str) -> i64 {
    documents.iter().map(|d| d[field].as_i64().unwrap()).sum()
}

/// Imports a file and waits until the API shows as many flights as it holds.
async fn import(stack: &Stack, school: &School, file: &Path, flights: usize) -> Vec<Value> {
    gaf(
        stack,
        &school.organization_id,
        &["import", file.to_str().unwrap()],
    )
    .await;
    eventually("the API shows the flights", PATIENCE, async || {
        let shown = school.list(stack, "flights").await;
        (shown.len() >= flights).then_some(shown)
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_logbook_is_read_by_a_partner_who_hears_of_an_approval() {
    let stack = Stack::start("main-job").await;
    let partner = Partner::start("main-job").await;
    let school = School::open(&stack, partner.webhook_url(), &["flight.approved"]).await;
    partner.trust(&school.endpoint.secret);

    let sample = workspace().join("examples/logbooks/sample.csv");
    let flights = import(&stack, &school, &sample, 40).await;
    let landings = sum(&flights, "landings_day") + sum(&flights, "landings_night");
    assert_eq!(
        (flights.len(), sum(&flights, "block_minutes"), landings),
        (40, 2_616, 104)
    );
    let again = import(&stack, &school, &sample, 40).await;
    assert_eq!(again, flights, "the same file again changes nothing");

    let flight_id = flights[7]["id"].as_str().unwrap();
    let began = Instant::now();
    gaf(
        &stack,
        &school.organization_id,
        &["flight", "approve", flight_id],
    )
    .await;
    let delivered = eventually("the partner hears of it", PATIENCE, async || {
        let (accepted, counts) = partner.accepted("flight.approved").await;
        assert_eq!(counts["refused"], 0, "every signature verifies");
        accepted.first().cloned()
    })
    .await;
    eprintln!(
        "approved, delivered and verified within {:?}",
        began.elapsed()
    );

    let shown = eventually("the API shows the approval", PATIENCE, async || {
        let approved = school.list(&stack, "flights?status=approved").await;
        (approved.len() == 1).then(|| approved[0].clone())
    })
    .await;
    assert_eq!(shown["id"], flight_id);
    let events = eventually("the event log has it", PATIENCE, async || {
        let events = school.list(&stack, "events?type=flight.approved").await;
        (!events.is_empty()).then_some(events)
    })
    .await;
    assert_eq!(
        (events.len(), &events[0]["id"]),
        (1, &delivered["event_id"])
    );
    assert_eq!(events[0]["data"]["flight"]["id"], flight_id);

    let endpoint = school.endpoint.endpoint.as_ref().unwrap();
    gaf(
        &stack,
        &school.organization_id,
        &["endpoint", "ping", &endpoint.id],
    )
    .await;
    eventually("the ping arrives", PATIENCE, async || {
        partner.accepted("webhook.test").await.0.first().cloned()
    })
    .await;
    every_metric_is_described(&stack).await;
}

async fn every_metric_is_described(stack: &Stack) {
    let described = std::fs::read_to_string(workspace().join("docs/metrics.md")).unwrap();
    for service in Service::ALL {
        for url in stack.admin_urls(service) {
            #[expect(clippy::disallowed_methods, reason = "who watches")]
            let page = reqwest::get(format!("{url}/metrics")).await.unwrap();
            let page = page.text().await.unwrap();
            let types = page.lines().filter_map(|line| line.strip_prefix("# TYPE "));
            let names: Vec<&str> = types
                .filter_map(|line| line.split(' ').next())
                .filter(|name| *name != "target_info")
                .collect();
            assert!(!names.is_empty(), "{service:?} measures nothing");
            for name in names {
                assert!(described.contains(&format!("`{name}`")), "{name}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_real_logbook_adds_up() {
    let Some(file) = real_logbook("logbook-a.csv") else {
        return;
    };
    let stack = Stack::start("real-logbook").await;
    let school = School::open(
        &stack,
        "https://partner.example/hooks".to_owned(),
        &["flight.rejected"],
    )
    .await;
    let flights = import(&stack, &school, &file, 242).await;
    let landings = sum(&flights, "landings_day") + sum(&flights, "landings_night");
    assert_eq!(
        (flights.len(), sum(&flights, "block_minutes"), landings),
        (242, 22_326, 1_109)
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_revoked_key_is_refused_and_a_foreign_organisation_sees_nothing() {
    let stack = Stack::builder("keys")
        .set(Service::ApiGateway, "GA_LAST_USE__INTERVAL_MS", "100")
        .start()
        .await;
    let ours = School::open(&stack, "https://partner.example/hooks".to_owned(), &["*"]).await;
    let theirs = School::open(&stack, "https://partner.example/hooks".to_owned(), &["*"]).await;
    import(
        &stack,
        &ours,
        &workspace().join("examples/logbooks/sample.csv"),
        40,
    )
    .await;
    assert!(theirs.list(&stack, "flights").await.is_empty());

    let keys = eventually("it is told where the key was used", PATIENCE, async || {
        let keys = gaf(&stack, &ours.organization_id, &["key", "list"]).await;
        (keys[0]["last_use"]["address"] == "127.0.0.1").then_some(keys)
    })
    .await;
    let revoked = Instant::now();
    gaf(
        &stack,
        &ours.organization_id,
        &["key", "revoke", keys[0]["id"].as_str().unwrap()],
    )
    .await;
    eventually("the key is refused", PATIENCE, async || {
        let url = format!("{}/api/v1/public/flights", stack.gateway_url);
        #[expect(clippy::disallowed_methods, reason = "a partner's client")]
        let request = reqwest::Client::new().get(url).bearer_auth(&ours.token);
        let answer = request
            .header("X-Org-Id", &ours.organization_id)
            .send()
            .await
            .unwrap();
        (answer.status() == 401).then_some(())
    })
    .await;
    eprintln!("revoked and refused within {:?}", revoked.elapsed());
}
