//! A test delivery with the making or the changing of an endpoint.

use contracts::v1::{CreateEndpointRequest, UpdateEndpointRequest};
use test_support::Receiver;

use crate::world::{LIMIT, World, endpoint_request, fault, org};

fn update(endpoint: &str) -> UpdateEndpointRequest {
    UpdateEndpointRequest {
        organization_id: org(1),
        endpoint_id: endpoint.to_owned(),
        test: true,
        ..UpdateEndpointRequest::default()
    }
}

#[tokio::test]
async fn an_endpoint_is_tried_when_it_is_made_and_as_it_is_then_when_it_is_changed() {
    let (world, first, second) = (World::start().await, Receiver::start(), Receiver::start());
    let request = CreateEndpointRequest {
        test: true,
        ..endpoint_request(&first.url("/"), &["flight.rejected"])
    };
    let created = world.client.create_endpoint(request).await.unwrap();
    let event = created.test_event_id.unwrap();
    let got = first.wait_for(1, LIMIT).await.remove(0);
    let body: serde_json::Value = serde_json::from_slice(&got.body).unwrap();
    assert_eq!(body["id"], event);
    let tried = world.wait_for_status("succeeded", 1).await.remove(0);
    assert_eq!(
        (tried.event_id, tried.event_type.as_str()),
        (event, "webhook.test")
    );

    let id = created.endpoint.unwrap().id;
    let request = UpdateEndpointRequest {
        url: Some(second.url("/")),
        ..update(&id)
    };
    let changed = world.client.update_endpoint(request).await.unwrap();
    assert!(changed.test_event_id.is_some());
    second.wait_for(1, LIMIT).await;
    // Also where nothing is changed.
    world.client.update_endpoint(update(&id)).await.unwrap();
    second.wait_for(2, LIMIT).await;
    assert_eq!(first.received().len(), 1);

    let quiet = UpdateEndpointRequest {
        test: false,
        ..update(&id)
    };
    let quiet = world.client.update_endpoint(quiet).await.unwrap();
    assert_eq!(quiet.test_event_id, None);
    world.stop().await;
}

#[tokio::test]
async fn what_would_not_be_sent_changes_nothing() {
    let (world, receiver) = (World::start().await, Receiver::start());
    let (endpoint, _) = world.endpoint(&receiver.url("/"), &["*"]).await;
    let request = UpdateEndpointRequest {
        status: Some("paused".to_owned()),
        ..update(&endpoint.id)
    };
    let refused = fault(world.client.update_endpoint(request).await);
    assert_eq!(refused.code, "endpoint_paused");
    let quiet = UpdateEndpointRequest {
        test: false,
        ..update(&endpoint.id)
    };
    let now = world.client.update_endpoint(quiet).await.unwrap();
    assert_eq!(now.endpoint.unwrap().status, "enabled");
    assert!(receiver.received().is_empty());
    world.stop().await;
}
