//! Registering endpoints, and who sees them.

use contracts::v1::fault::Kind;
use contracts::v1::{CreateEndpointRequest, ListEndpointsRequest, PingEndpointRequest};

use crate::world::{World, endpoint_request, fault, kind, org};

const URL: &str = "https://hooks.example.com/ga";

#[tokio::test]
async fn an_endpoint_is_registered_and_listed_without_its_secret() {
    let world = World::start().await;
    let request = CreateEndpointRequest {
        description: Some("night sync".into()),
        scheme: String::new(),
        ..endpoint_request(
            "https://Hooks.Example.com:443/ga",
            &["flight.*", "webhook.test", "flight.*"],
        )
    };
    let answer = world.client.create_endpoint(request).await.unwrap();
    let endpoint = answer.endpoint.unwrap();
    assert_eq!(
        (
            endpoint.url.as_str(),
            endpoint.scheme.as_str(),
            endpoint.status.as_str()
        ),
        (URL, "ga", "enabled")
    );
    assert_eq!(endpoint.event_types, ["flight.*", "webhook.test"]);
    assert_eq!(endpoint.description.as_deref(), Some("night sync"));
    assert!(answer.secret.starts_with("whsec_") && answer.secret.len() == 6 + 43);

    let listed = |organization| async {
        let request = ListEndpointsRequest {
            organization_id: organization,
        };
        world
            .client
            .list_endpoints(request)
            .await
            .unwrap()
            .endpoints
    };
    assert_eq!(listed(org(1)).await, [endpoint]);
    assert_eq!(listed(org(2)).await, []);
    world.stop().await;
}

/// Requests, each with the one field that is wrong in it.
fn unworkable() -> Vec<(CreateEndpointRequest, &'static str)> {
    let ok = || endpoint_request(URL, &["*"]);
    let of = |wrong: &str| CreateEndpointRequest {
        event_types: vec![wrong.to_owned()],
        ..ok()
    };
    let mut requests: Vec<_> = [
        "http://hooks.example.com/",
        "https://10.0.0.1/",
        "https://169.254.169.254/latest",
        "nonsense",
    ]
    .map(|url| (endpoint_request(url, &["*"]), "url"))
    .into();
    let (mut none, mut scheme, mut description, mut organization) = (ok(), ok(), ok(), ok());
    none.event_types.clear();
    scheme.scheme = "rot13".to_owned();
    description.description = Some("x".repeat(501));
    organization.organization_id = "me".to_owned();
    requests.extend([
        (none, "event_types"),
        (of("flight.landed"), "event_types"),
        (of("boat.*"), "event_types"),
        (scheme, "scheme"),
        (description, "description"),
        (organization, "organization_id"),
    ]);
    requests
}

#[tokio::test]
async fn what_cannot_work_is_refused_with_the_field_that_is_wrong() {
    let world = World::start().await;
    for (request, field) in unworkable() {
        let fault = fault(world.client.create_endpoint(request).await);
        assert_eq!(
            (fault.kind(), fault.fields[0].pointer.as_str()),
            (Kind::Invalid, field),
            "{fault:?}"
        );
    }
    world.stop().await;
}

#[tokio::test]
async fn an_organisation_has_fifty_at_most_however_fast_it_asks() {
    let world = World::start().await;
    let asked = (0..60).map(|_| world.client.create_endpoint(endpoint_request(URL, &["*"])));
    let answers = futures::future::join_all(asked).await;
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 50);
    for answer in answers.into_iter().filter(Result::is_err) {
        assert_eq!(fault(answer).code, "too_many_endpoints");
    }
    let other = CreateEndpointRequest {
        organization_id: org(2),
        ..endpoint_request(URL, &["*"])
    };
    assert!(world.client.create_endpoint(other).await.is_ok());
    world.stop().await;
}

#[tokio::test]
async fn a_foreign_endpoint_does_not_exist() {
    let world = World::start().await;
    let (endpoint, _) = world.endpoint(URL, &["*"]).await;
    for (organization, endpoint) in [(org(2), endpoint.id.clone()), (org(1), org(77))] {
        let request = PingEndpointRequest {
            organization_id: organization,
            endpoint_id: endpoint,
            requested_by_id: None,
        };
        assert_eq!(
            kind(world.client.ping_endpoint(request).await),
            Kind::NotFound
        );
    }
    world.stop().await;
}
