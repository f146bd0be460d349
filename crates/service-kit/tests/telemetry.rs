//! Traces leave the process. A test binary of its own, since a process has one subscriber.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

use std::collections::HashMap;
use std::time::Duration;

use serde::Deserialize;
use service_kit::{Telemetry, settings, traceparent};
use test_support::Receiver;

#[derive(Deserialize)]
struct Nothing {}

#[tokio::test(flavor = "multi_thread")]
async fn a_trace_continues_through_the_service_to_the_collector() {
    let collector = Receiver::start();
    let environment = HashMap::from([
        ("GA_TELEMETRY__OTLP_ENDPOINT".to_owned(), collector.url("")),
        // The caller has decided to record, so the own share does not matter.
        ("GA_TELEMETRY__SAMPLE_RATIO".to_owned(), "0".to_owned()),
    ]);
    let common = settings::load::<Nothing>("", &environment).unwrap().common;
    let telemetry = Telemetry::start("trace-test", &common.log, &common.telemetry).unwrap();
    assert_eq!(traceparent::current(), None);

    let incoming = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    let span = tracing::info_span!("approve_flight");
    traceparent::continue_from(&span, incoming);
    let outgoing = span.in_scope(traceparent::current).unwrap();
    assert_eq!(outgoing[..36], incoming[..36], "same trace, other span");
    assert_ne!(outgoing, incoming);
    assert!(outgoing.ends_with("-01"));
    drop(span);

    let nonsense = tracing::info_span!("unsampled");
    traceparent::continue_from(&nonsense, "not a traceparent");
    let fresh = nonsense.in_scope(traceparent::current).unwrap();
    assert!(fresh.ends_with("-00"), "{fresh}");
    drop(nonsense);

    tokio::task::spawn_blocking(|| telemetry.flush())
        .await
        .unwrap();
    let received = collector.wait_for(1, Duration::from_secs(10)).await;
    assert_eq!(received[0].path, "/v1/traces");
    assert_eq!(
        received[0].header("content-type"),
        Some("application/x-protobuf")
    );
    let contains = |text: &str| {
        let mut windows = received[0].body.windows(text.len());
        windows.any(|window| window == text.as_bytes())
    };
    assert!(contains("approve_flight") && contains("trace-test"));
    assert!(!contains("unsampled"));
}
