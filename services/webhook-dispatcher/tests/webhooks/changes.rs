//! Changing endpoints, pausing and deleting them.

use std::collections::HashMap;

use contracts::v1::fault::Kind;
use contracts::v1::{
    CreateEndpointRequest, DeleteEndpointRequest, Endpoint, Entries, EventTypes,
    ListEndpointsRequest, UpdateEndpointRequest,
};
use domain::event::CatalogEvent;
use test_support::{Receiver, Respond, eventually};
use uuid::Uuid;

use crate::events::{approved, submitted};
use crate::world::{LIMIT, World, endpoint_request, fault, kind, org};

fn change(endpoint: &Endpoint) -> UpdateEndpointRequest {
    UpdateEndpointRequest {
        organization_id: org(1),
        endpoint_id: endpoint.id.clone(),
        ..UpdateEndpointRequest::default()
    }
}

fn status(endpoint: &Endpoint, status: &str) -> UpdateEndpointRequest {
    UpdateEndpointRequest {
        status: Some(status.to_owned()),
        ..change(endpoint)
    }
}

fn deletion(endpoint: &Endpoint) -> DeleteEndpointRequest {
    DeleteEndpointRequest {
        organization_id: org(1),
        endpoint_id: endpoint.id.clone(),
    }
}

async fn update(world: &World, request: UpdateEndpointRequest) -> Endpoint {
    let answer = world.client.update_endpoint(request).await.unwrap();
    answer.endpoint.unwrap()
}

fn pairs(pairs: &[(&str, &str)]) -> HashMap<String, String> {
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    pairs.iter().map(owned).collect()
}

#[tokio::test]
async fn what_is_not_named_stays() {
    let world = World::start().await;
    let request = CreateEndpointRequest {
        description: Some("night sync".to_owned()),
        location_id: Some(org(9)),
        headers: pairs(&[("X-Tenant", "7")]),
        metadata: pairs(&[("team", "ops")]),
        retries: "long".to_owned(),
        ..endpoint_request("https://hooks.example.com/", &["flight.*"])
    };
    let created = world.client.create_endpoint(request).await.unwrap();
    let created = created.endpoint.unwrap();
    assert_eq!(created.header_names, ["x-tenant"]);
    assert_eq!(update(&world, change(&created)).await, created);

    let changed = UpdateEndpointRequest {
        url: Some("https://hooks.example.com/new".to_owned()),
        description: Some(String::new()),
        event_types: Some(EventTypes {
            patterns: vec!["*".to_owned()],
        }),
        location_id: Some(String::new()),
        headers: Some(Entries::default()),
        metadata: Some(Entries {
            entries: pairs(&[("team", "crm")]),
        }),
        retries: Some("short".to_owned()),
        status: Some("paused".to_owned()),
        ..change(&created)
    };
    let changed = update(&world, changed).await;
    let expected = Endpoint {
        url: "https://hooks.example.com/new".to_owned(),
        description: None,
        event_types: vec!["*".to_owned()],
        location_id: None,
        header_names: Vec::new(),
        metadata: pairs(&[("team", "crm")]),
        retries: "short".to_owned(),
        status: "paused".to_owned(),
        updated_at: changed.updated_at,
        ..created
    };
    assert_eq!(changed, expected);
    let organization_id = org(1);
    let list = world
        .client
        .list_endpoints(ListEndpointsRequest { organization_id });
    assert_eq!(list.await.unwrap().endpoints, [expected]);
    world.stop().await;
}

#[tokio::test]
async fn what_cannot_work_changes_nothing() {
    let world = World::start().await;
    let (endpoint, _) = world.endpoint("https://hooks.example.com/", &["*"]).await;
    let mut requests = [(); 7].map(|()| change(&endpoint));
    requests[0].url = Some("https://10.0.0.1/".to_owned());
    requests[1].event_types = Some(EventTypes::default());
    requests[2].headers = Some(Entries {
        entries: pairs(&[("Content-Length", "1")]),
    });
    requests[3].metadata = Some(Entries {
        entries: pairs(&[("", "1")]),
    });
    requests[4].retries = Some("for ever".to_owned());
    requests[5].status = Some("disabled".to_owned());
    requests[6].location_id = Some("here".to_owned());
    let fields = [
        "url",
        "event_types",
        "headers",
        "metadata",
        "retries",
        "status",
        "location_id",
    ];
    for (request, field) in requests.into_iter().zip(fields) {
        let fault = fault(world.client.update_endpoint(request).await);
        let found = (fault.kind(), fault.fields[0].pointer.as_str());
        assert_eq!(found, (Kind::Invalid, field), "{fault:?}");
    }
    let foreign = UpdateEndpointRequest {
        organization_id: org(2),
        ..status(&endpoint, "paused")
    };
    let refused = world.client.update_endpoint(foreign).await;
    assert_eq!(kind(refused), Kind::NotFound);
    assert_eq!(update(&world, change(&endpoint)).await, endpoint);
    world.stop().await;
}

#[tokio::test]
async fn paused_it_is_owed_everything_and_sent_nothing() {
    let (world, receiver) = (World::start().await, Receiver::start());
    let (endpoint, _) = world.endpoint(&receiver.url("/"), &["*"]).await;
    update(&world, status(&endpoint, "paused")).await;
    assert_eq!(fault(world.ping(&endpoint).await).code, "endpoint_paused");
    world.publish(&[approved(1), approved(2)]).await;
    world.wait_for_status("pending", 2).await;
    // A second endpoint shows that deliveries go on meanwhile.
    let other = Receiver::start();
    world.endpoint(&other.url("/"), &["flight.submitted"]).await;
    world.publish(&[submitted(3)]).await;
    other.wait_for(1, LIMIT).await;
    assert_eq!(receiver.received().len(), 0);

    update(&world, status(&endpoint, "enabled")).await;
    let received = receiver.wait_for(3, LIMIT).await;
    let mut sequences: Vec<_> = received
        .iter()
        .map(|got| got.header("x-ga-webhook-sequence").unwrap())
        .collect();
    sequences.sort_unstable();
    assert_eq!(sequences, ["1", "2", "3"]);
    world.stop().await;
}

#[tokio::test]
async fn a_disabled_endpoint_is_enabled_again_and_gets_what_it_was_owed() {
    let (world, receiver) = (
        World::start().await,
        Receiver::answering(Respond::status(410)),
    );
    let (endpoint, _) = world.endpoint(&receiver.url("/"), &["*"]).await;
    world.publish(&[approved(1)]).await;
    receiver.wait_for(1, LIMIT).await;
    eventually("it is disabled", LIMIT, async || {
        let now = update(&world, change(&endpoint)).await;
        (now.status == "disabled").then_some(())
    })
    .await;
    receiver.answer(Respond::status(200));
    let enabled = update(&world, status(&endpoint, "enabled")).await;
    assert_eq!(
        (enabled.status.as_str(), enabled.disabled_reason),
        ("enabled", None)
    );
    world.wait_for_status("succeeded", 1).await;
    world.stop().await;
}

#[tokio::test]
async fn its_own_headers_are_sent_and_stored_unreadable() {
    let (world, receiver) = (World::start().await, Receiver::start());
    let request = CreateEndpointRequest {
        headers: pairs(&[("Authorization", "Bearer of-the-school"), ("X-Tenant", "7")]),
        ..endpoint_request(&receiver.url("/"), &["*"])
    };
    let created = world.client.create_endpoint(request).await.unwrap();
    world.publish(&[approved(1)]).await;
    let got = receiver.wait_for(1, LIMIT).await.remove(0);
    assert_eq!(got.header("authorization"), Some("Bearer of-the-school"));
    assert_eq!(got.header("x-tenant"), Some("7"));
    let endpoint = created.endpoint.unwrap();
    assert_eq!(endpoint.header_names, ["authorization", "x-tenant"]);
    let everything = crate::secrets::everything(&world).await;
    assert!(everything.contains("x-tenant") && !everything.contains("of-the-school"));
    world.stop().await;
}

#[tokio::test]
async fn only_events_of_its_location_reach_it() {
    let (world, receiver) = (World::start().await, Receiver::start());
    let request = CreateEndpointRequest {
        location_id: Some(org(42)),
        ..endpoint_request(&receiver.url("/"), &["*"])
    };
    world.client.create_endpoint(request).await.unwrap();
    let at = |location: Option<u128>, number| CatalogEvent {
        location_id: location.map(|id| Uuid::from_u128(id).into()),
        ..approved(number)
    };
    let here = at(Some(42), 3);
    world
        .publish(&[at(None, 1), at(Some(43), 2), here.clone()])
        .await;
    world.wait_for_status("succeeded", 1).await;
    let deliveries = world.deliveries().await;
    assert_eq!(deliveries.len(), 1);
    assert_eq!(deliveries[0].event_id, here.id.to_string());
    world.stop().await;
}

#[tokio::test]
async fn deleted_it_is_owed_nothing_and_its_log_stays() {
    let (world, receiver) = (
        World::start().await,
        Receiver::answering(Respond::status(500)),
    );
    let (endpoint, _) = world.endpoint(&receiver.url("/"), &["*"]).await;
    update(&world, status(&endpoint, "paused")).await;
    world.publish(&[approved(1), approved(2)]).await;
    world.wait_for_status("pending", 2).await;
    let delete = || async { world.client.delete_endpoint(deletion(&endpoint)).await };
    assert!(delete().await.unwrap().applied);
    assert!(!delete().await.unwrap().applied);
    for delivery in world.wait_for_status("failed", 2).await {
        assert_eq!(delivery.last_error.as_deref(), Some("endpoint_deleted"));
    }

    world.publish(&[approved(3)]).await;
    let (other, _) = world.endpoint(&receiver.url("/"), &["*"]).await;
    assert_eq!(kind(world.ping(&endpoint).await), Kind::NotFound);
    let refused = world.client.update_endpoint(change(&endpoint)).await;
    assert_eq!(kind(refused), Kind::NotFound);
    let organization_id = org(1);
    let list = world
        .client
        .list_endpoints(ListEndpointsRequest { organization_id });
    assert_eq!(list.await.unwrap().endpoints, [other]);
    assert_eq!(world.deliveries_to(&endpoint).await.len(), 2);
    let foreign = DeleteEndpointRequest {
        organization_id: org(2),
        ..deletion(&endpoint)
    };
    let refused = world.client.delete_endpoint(foreign).await;
    assert_eq!(kind(refused), Kind::NotFound);
    world.stop().await;
}
