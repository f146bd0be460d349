//! A ping takes the whole way, to one endpoint.

use test_support::Receiver;

use crate::events::approved;
use crate::world::{LIMIT, World};

#[tokio::test]
async fn a_ping_reaches_its_endpoint_whatever_it_asked_for_and_no_other() {
    let (world, pinged, other) = (World::start().await, Receiver::start(), Receiver::start());
    let (endpoint, _) = world.endpoint(&pinged.url("/"), &["flight.rejected"]).await;
    world
        .endpoint(&other.url("/"), &["*", "webhook.test"])
        .await;
    world.sql("UPDATE endpoints SET location_id = gen_random_uuid() WHERE event_types = '{flight.rejected}'").await;

    let event_id = world.ping(&endpoint).await.unwrap();
    let got = pinged.wait_for(1, LIMIT).await.remove(0);
    let body: serde_json::Value = serde_json::from_slice(&got.body).unwrap();
    assert_eq!(
        (body["id"].as_str(), body["type"].as_str()),
        (Some(event_id.as_str()), Some("webhook.test"))
    );
    assert_eq!(body["data"]["endpoint_id"], endpoint.id);
    assert_eq!(got.header("x-ga-webhook-event"), Some("webhook.test"));

    let delivery = world.wait_for_status("succeeded", 1).await.remove(0);
    assert_eq!(
        (delivery.event_id, delivery.event_type.as_str()),
        (event_id, "webhook.test")
    );

    // What comes after the ping arrives first at the other one: the ping never does.
    world.publish(&[approved(1)]).await;
    assert_eq!(
        other.wait_for(1, LIMIT).await[0].header("x-ga-webhook-event"),
        Some("flight.approved")
    );
    world.stop().await;
}
