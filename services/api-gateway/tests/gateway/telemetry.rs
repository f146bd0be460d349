//! What operators see.

use std::io::{Result, Write};
use std::sync::{Arc, Mutex};

use domain::scope::Scope;
use opentelemetry::trace::TracerProvider;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::harness::World;

#[tokio::test]
async fn requests_are_counted_by_route_and_status() {
    let world = World::start().await;
    let key = world.keys.mint(&[Scope::Flights]);
    let secret = key.token.reveal();
    for _ in 0..3 {
        world
            .get(&key, "/api/v1/public/flights?limit=5")
            .send()
            .await;
    }
    world
        .call("/api/v1/public/flights/3f0c0000-0000-4000-8000-0000000000aa")
        .send()
        .await;
    world.call("/a/stranger").method("BREW").send().await;

    let page = world.kit.metrics.page().unwrap();
    let line = |wanted: &[&str]| {
        let found = page
            .lines()
            .find(|line| wanted.iter().all(|part| line.contains(part)));
        found
            .unwrap_or_else(|| panic!("{wanted:?} is not in\n{page}"))
            .to_owned()
    };
    let requests = "gaf_gateway_requests_total";
    assert!(line(&[requests, r#"route="/flights""#, r#"status="200""#]).ends_with(" 3"));
    assert!(line(&[requests, r#"route="/flights/{id}""#, r#"status="401""#]).ends_with(" 1"));
    assert!(
        line(&[
            requests,
            r#"route="(none)""#,
            r#"method="other""#,
            r#"status="404""#
        ])
        .ends_with(" 1")
    );
    assert!(
        line(&[
            "gaf_gateway_request_duration_seconds_count",
            r#"route="/flights""#
        ])
        .ends_with(" 3")
    );
    assert!(line(&["gaf_gateway_key_cache_total", r#"outcome="hit""#]).ends_with(" 2"));
    assert!(line(&["gaf_gateway_key_cache_total", r#"outcome="miss""#]).ends_with(" 1"));
    assert!(!page.contains("stranger") && !page.contains(secret));
}

/// What is logged, in memory.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn a_trace_goes_on_behind_the_gateway_and_the_log_names_no_secret() {
    let log = Log::default();
    let writer = log.clone();
    let provider = SdkTracerProvider::builder().build();
    tracing_subscriber::registry()
        .with(tracing_subscriber::filter::LevelFilter::INFO)
        .with(
            tracing_subscriber::fmt::layer()
                .json()
                .with_writer(move || writer.clone()),
        )
        .with(tracing_opentelemetry::layer().with_tracer(provider.tracer("test")))
        .init();

    let world = World::start().await;
    let key = world.keys.mint(&[Scope::Pilots]);
    let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    let reply = world
        .get(&key, "/api/v1/public/pilots?q=Lovelace")
        .header("traceparent", format!("00-{trace}-00f067aa0ba902b7-01"))
        .header("x-request-id", "the-traced-one")
        .send()
        .await;
    assert_eq!(reply.status, 200);
    let odd = world.call("/nothing").method(&"BREW".repeat(1_000));
    let odd = odd.header("x-request-id", "the-odd-one").send().await;
    odd.problem(404, "not_found");
    let behind = world.documents.traceparents().pop().unwrap().unwrap();
    assert!(
        behind.starts_with(&format!("00-{trace}-")) && !behind.contains("00f067aa0ba902b7"),
        "{behind}"
    );

    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    let line = log
        .lines()
        .find(|line| line.contains("the-traced-one") && line.contains("answered"))
        .unwrap();
    for told in [
        "/pilots",
        "200",
        &key.token.display_prefix(),
        &key.organization.to_string(),
    ] {
        assert!(line.contains(told), "{told}: {line}");
    }
    assert!(!log.contains(key.token.reveal()) && !log.contains("Lovelace"));
    let odd = log
        .lines()
        .find(|line| line.contains("the-odd-one"))
        .unwrap();
    assert!(odd.contains("_OTHER") && !log.contains("BREWBREW"), "{odd}");
}
