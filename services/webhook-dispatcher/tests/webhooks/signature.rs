//! What arrives is what the vendor's page says, checked by the page's own code.

use bus::OutMessage;
use test_support::{Received, Receiver};

use crate::events::approved;
use crate::verifiers::ga_flight;
use crate::world::{LIMIT, World, message};

fn signature(received: &Received) -> &str {
    received.header("x-ga-webhook-signature").unwrap()
}

#[tokio::test]
async fn the_vendors_own_code_accepts_what_is_sent_and_nothing_else() {
    let (world, receiver) = (World::start().await, Receiver::start());
    let (_, secret) = world.endpoint(&receiver.url("/hook"), &["flight.*"]).await;
    world.publish(&[approved(1)]).await;
    let got = receiver.wait_for(1, LIMIT).await.remove(0);

    assert!(ga_flight(&got.body, signature(&got), &secret).await);
    let changed: Vec<u8> = got.body.iter().copied().chain([b' ']).collect();
    assert!(!ga_flight(&changed, signature(&got), &secret).await);
    let without_prefix = secret.strip_prefix("whsec_").unwrap();
    assert!(!ga_flight(&got.body, signature(&got), without_prefix).await);
    world.stop().await;
}

#[tokio::test]
async fn the_headers_are_the_vendors_and_the_additions() {
    let (world, receiver) = (World::start().await, Receiver::start());
    world
        .endpoint(&receiver.url("/hook?tenant=7"), &["flight.approved"])
        .await;
    let traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    let event = approved(1);
    world
        .publish_raw(&[OutMessage {
            traceparent: Some(traceparent.to_owned()),
            ..message(&event)
        }])
        .await;
    let got = receiver.wait_for(1, LIMIT).await.remove(0);

    assert_eq!(
        (got.method.as_str(), got.path.as_str()),
        ("POST", "/hook?tenant=7")
    );
    let delivery = world.wait_for_status("succeeded", 1).await.remove(0);
    assert_eq!(
        got.header("x-ga-webhook-delivery"),
        Some(delivery.id.as_str())
    );
    let timestamp = got.header("x-ga-webhook-timestamp").unwrap();
    assert_eq!(timestamp.len(), "2026-04-24T12:03:11Z".len());
    assert!(timestamp.ends_with('Z') && timestamp.parse::<chrono::DateTime<chrono::Utc>>().is_ok());
    let hexadecimal = signature(&got).strip_prefix("sha256=").unwrap();
    assert!(
        hexadecimal.len() == 64
            && hexadecimal
                .bytes()
                .all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
    );
    assert_eq!(got.header("content-type"), Some("application/json"));
    assert_eq!(got.header("x-ga-webhook-event"), Some("flight.approved"));
    assert_eq!(got.header("x-ga-webhook-sequence"), Some("1"));
    assert_eq!(got.header("x-ga-webhook-attempt"), Some("1"));
    assert!(
        got.header("user-agent")
            .unwrap()
            .starts_with("GA-Flight-Webhooks/")
    );
    // Another span of the same trace, or the very same where nothing is traced.
    assert!(
        got.header("traceparent")
            .unwrap()
            .starts_with(&traceparent[..35])
    );

    let body: serde_json::Value = serde_json::from_slice(&got.body).unwrap();
    assert_eq!(body["id"], event.id.to_string());
    assert_eq!(body["type"], "flight.approved");
    assert_eq!(body["occurred_at"], "2026-05-28T12:03:11.123456Z");
    world.stop().await;
}
