//! Each way to sign, checked by code that is not ours.

use contracts::v1::CreateEndpointRequest;
use domain::event::CatalogEvent;
use serde_json::Value;
use test_support::{Received, Receiver, Respond};
use uuid::Uuid;

use crate::events::approved;
use crate::verifiers;
use crate::world::{LIMIT, World, endpoint_request};

/// An approval at a location, sent to an endpoint of `scheme`; the second attempt arrives.
async fn sent_twice(scheme: &str) -> (World, Vec<Received>, String) {
    let (world, receiver) = (World::start().await, Receiver::start());
    receiver.script([Respond::status(500)]);
    let request = CreateEndpointRequest {
        scheme: scheme.to_owned(),
        ..endpoint_request(&receiver.url("/"), &["*"])
    };
    let secret = world.client.create_endpoint(request).await.unwrap().secret;
    world.publish(&[at_a_location()]).await;
    let received = receiver.wait_for(2, LIMIT).await;
    world.wait_for_status("succeeded", 1).await;
    (world, received, secret)
}

fn at_a_location() -> CatalogEvent {
    CatalogEvent {
        location_id: Some(Uuid::from_u128(42).into()),
        ..approved(1)
    }
}

#[tokio::test]
async fn trueflight_signs_time_delivery_and_body() {
    let (world, received, secret) = sent_twice("trueflight").await;
    let delivery = world.deliveries().await.remove(0);
    for (got, attempt) in received.iter().zip(["1", "2"]) {
        assert!(verifiers::trueflight(got, &secret).await);
        assert!(!verifiers::trueflight(got, "whsec_another").await);
        assert_eq!(got.header("x-tf-delivery-id"), Some(delivery.id.as_str()));
        assert_eq!(got.header("x-tf-event"), Some("flight.approved"));
        assert_eq!(got.header("x-tf-sequence"), Some("1"));
        assert_eq!(got.header("x-tf-attempt"), Some(attempt));
        assert_eq!(got.header("x-ga-webhook-signature"), None);
        assert_eq!(got.header("x-tf-signatures"), None);
    }
    let mut altered = received[0].clone();
    altered.body = [&altered.body[..], b" "].concat().into();
    assert!(!verifiers::trueflight(&altered, &secret).await);
    world.stop().await;
}

#[tokio::test]
async fn trueflight_has_an_envelope_of_its_own() {
    let (world, received, _) = sent_twice("trueflight").await;
    // The first was rendered from the message, the second from the table.
    assert_eq!(received[0].body, received[1].body);
    let body: Value = serde_json::from_slice(&received[0].body).unwrap();
    let members: Vec<_> = body.as_object().unwrap().keys().collect();
    assert_eq!(
        members,
        [
            "created_at",
            "data",
            "location_id",
            "organization_id",
            "type"
        ]
    );
    assert_eq!(body["type"], "flight.approved");
    assert_eq!(body["created_at"], "2026-05-28T12:03:11.123456Z");
    assert_eq!(body["location_id"], Uuid::from_u128(42).to_string());
    assert_eq!(body["data"]["flight"]["status"], "approved");
    world.stop().await;
}

#[tokio::test]
async fn the_public_libraries_take_standard_webhooks() {
    let (world, received, secret) = sent_twice("standard").await;
    let delivery = world.deliveries().await.remove(0);
    for got in &received {
        assert_eq!(
            verifiers::standard(got, &got.body, &secret).await,
            [true; 2]
        );
        assert_eq!(got.header("webhook-id"), Some(delivery.id.as_str()));
    }
    let got = &received[0];
    let altered = [&got.body[..], b" "].concat();
    assert_eq!(
        verifiers::standard(got, &altered, &secret).await,
        [false; 2]
    );
    let other = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    assert_eq!(verifiers::standard(got, &got.body, other).await, [false; 2]);
    world.stop().await;
}
