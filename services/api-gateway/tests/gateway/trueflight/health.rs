//! `/health`

use chrono::{DateTime, Utc};

use crate::harness::World;

const HEALTH: &str = "/api/external/v1/health";

#[tokio::test]
async fn it_answers_anybody_and_asks_nobody() {
    // Nobody stands behind the gateway.
    let world = World::without_services(|_| {}).await;
    let before = world.kit.clock.now();
    let reply = world.call(HEALTH).send().await;
    assert_eq!(reply.status, 200);
    assert_eq!(reply.header("content-type"), Some("application/json"));
    assert_eq!(reply.header("cache-control"), Some("no-store"));
    assert!(reply.header("ratelimit").is_none());
    let body = reply.json();
    let members: Vec<_> = body.as_object().unwrap().keys().collect();
    assert_eq!(members, ["status", "time", "version"]);
    assert_eq!(body["status"], "ok");
    assert_eq!(body["version"], env!("CARGO_PKG_VERSION"));
    let time: DateTime<Utc> = body["time"].as_str().unwrap().parse().unwrap();
    assert!((before..=world.kit.clock.now()).contains(&time), "{time}");

    // Whatever is sent along is not looked at, a key that opens nothing neither.
    let keyed = world
        .call(&format!("{HEALTH}?probe=1"))
        .header("authorization", "Bearer tf_live_mistyped");
    assert_eq!(keyed.send().await.status, 200);
    let head = world.call(HEALTH).method("HEAD").send().await;
    assert_eq!((head.status.as_u16(), head.body.len()), (200, 0));
    for method in ["POST", "DELETE", "OPTIONS"] {
        let refused = world.call(HEALTH).method(method).send().await;
        refused.problem(405, "method_not_allowed");
        assert_eq!(refused.header("allow"), Some("GET, HEAD"));
    }
}

#[tokio::test]
async fn it_is_measured_under_its_own_name() {
    let world = World::without_services(|_| {}).await;
    world.call(HEALTH).send().await;
    let page = world.kit.metrics.page().unwrap();
    let sample =
        r#"gaf_gateway_requests_total{api="tf",method="GET",route="/health",status="200"} 1"#;
    assert!(page.contains(sample), "{page}");
}
