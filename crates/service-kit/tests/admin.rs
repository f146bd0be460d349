//! The admin server over real HTTP.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test"
)]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::{Value, json};
use service_kit::{Admin, Kit};

async fn start() -> (Kit, Admin) {
    let kit = Kit::isolated("admin-test");
    let address = "127.0.0.1:0".parse().unwrap();
    let admin = Admin::start(address, kit.health.clone(), kit.metrics.clone()).unwrap();
    (kit, admin)
}

async fn get(admin: &Admin, path: &str) -> (u16, String) {
    let url = format!("http://{}{path}", admin.address());
    let answer = reqwest::Client::new().get(url).send().await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

async fn ready(admin: &Admin) -> (u16, Value) {
    let (status, body) = get(admin, "/ready").await;
    (status, serde_json::from_str(&body).unwrap())
}

#[tokio::test]
async fn ready_follows_the_start_the_checks_and_the_shutdown() {
    let (kit, admin) = start().await;
    assert_eq!(get(&admin, "/live").await.0, 200);
    let (status, body) = ready(&admin).await;
    assert_eq!(
        (status, &body["failing"][0]["check"]),
        (503, &json!("start"))
    );

    let reachable = Arc::new(AtomicBool::new(false));
    let flag = reachable.clone();
    kit.health.register("database", move || {
        let answer = flag.load(Ordering::SeqCst).then_some(()).ok_or("refused");
        async move { answer }
    });
    kit.health
        .register("broker", || async { Ok::<_, String>(()) });
    kit.health.built();
    let (status, body) = ready(&admin).await;
    assert_eq!(status, 503);
    assert_eq!(
        body["failing"],
        json!([{"check": "database", "reason": "refused"}])
    );

    reachable.store(true, Ordering::SeqCst);
    assert_eq!(ready(&admin).await, (200, json!({"status": "ready"})));

    kit.shutdown.begin();
    let (status, body) = ready(&admin).await;
    assert_eq!(
        (status, &body["failing"][0]["check"]),
        (503, &json!("shutdown"))
    );
    assert_eq!(get(&admin, "/live").await.0, 200);
    admin.stop().await;
}

#[tokio::test]
async fn a_check_that_hangs_or_panics_has_failed() {
    let (kit, admin) = start().await;
    kit.health.built();
    kit.health
        .register("hanging", std::future::pending::<Result<(), String>>);
    kit.health.register("broken", broken);
    let (status, body) = ready(&admin).await;
    assert_eq!(status, 503);
    let failing = body["failing"].as_array().unwrap();
    assert_eq!(failing.len(), 2);
    assert_eq!(failing[0]["reason"], "no answer within 800ms");
}

async fn broken() -> Result<(), String> {
    panic!("a check with a bug")
}

#[tokio::test]
async fn metrics_are_prometheus_text() {
    let (kit, admin) = start().await;
    let served = kit.metrics.meter().u64_counter("requests").build();
    served.add(3, &[opentelemetry::KeyValue::new("route", "/flights")]);
    let (status, page) = get(&admin, "/metrics").await;
    assert_eq!(status, 200);
    assert!(
        page.contains("requests_total{route=\"/flights\"} 3"),
        "{page}"
    );
    assert!(page.contains("service_name=\"admin-test\""), "{page}");
}
