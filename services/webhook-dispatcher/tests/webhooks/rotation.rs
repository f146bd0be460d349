//! Replacing a signing secret while deliveries go on.

use contracts::convert::instant_optional;
use contracts::v1::fault::Kind;
use contracts::v1::{CreateEndpointRequest, Endpoint, RotateSecretRequest};
use test_support::{Received, Receiver, Respond};

use crate::events::approved;
use crate::verifiers::{self, ga_flight};
use crate::world::{LIMIT, World, endpoint_request, kind, org};

fn rotation(endpoint: &Endpoint, at_once: bool) -> RotateSecretRequest {
    RotateSecretRequest {
        organization_id: org(1),
        endpoint_id: endpoint.id.clone(),
        at_once,
    }
}

async fn rotate(world: &World, endpoint: &Endpoint, at_once: bool) -> (Endpoint, String) {
    let answer = world.client.rotate_secret(rotation(endpoint, at_once));
    let answer = answer.await.unwrap();
    (answer.endpoint.unwrap(), answer.secret)
}

/// Whether the vendor's code takes it with the old secret, and with the new one.
async fn taken(got: &Received, old: &str, new: &str) -> (bool, bool) {
    let signature = got.header("x-ga-webhook-signature").unwrap();
    (
        ga_flight(&got.body, signature, old).await,
        ga_flight(&got.body, signature, new).await,
    )
}

#[tokio::test]
async fn for_three_days_a_receiver_with_either_secret_gets_everything() {
    let (world, receiver) = (World::start().await, Receiver::start());
    let (endpoint, old) = world.endpoint(&receiver.url("/"), &["*"]).await;
    let (rotated, new) = rotate(&world, &endpoint, false).await;
    let until = instant_optional("until", rotated.previous_secret_until).unwrap();
    let hours = (until.unwrap() - service_kit::Clock::system().now()).num_minutes();
    assert!((71 * 60..=72 * 60).contains(&hours), "{hours} min");

    receiver.script([Respond::status(401), Respond::status(401)]);
    world.publish(&[approved(1)]).await;
    let received = receiver.wait_for(3, LIMIT).await;
    // A receiver that knows the old secret takes the first, one that knows the new the second.
    for (got, expected) in received
        .iter()
        .zip([(true, false), (false, true), (true, false)])
    {
        assert_eq!(taken(got, &old, &new).await, expected);
        let both = got.header("x-ga-webhook-signatures").unwrap();
        let both: Vec<_> = both.split(", ").collect();
        assert_eq!(both.len(), 2);
        assert_eq!(Some(both[0]), got.header("x-ga-webhook-signature"));
    }
    world.stop().await;
}

#[tokio::test]
async fn cut_at_once_the_old_secret_signs_no_more() {
    let (world, receiver) = (World::start().await, Receiver::start());
    let (endpoint, first) = world.endpoint(&receiver.url("/"), &["*"]).await;
    let (_, second) = rotate(&world, &endpoint, false).await;
    let (rotated, third) = rotate(&world, &endpoint, true).await;
    assert_eq!(rotated.previous_secret_until, None);
    world.publish(&[approved(1)]).await;
    let got = receiver.wait_for(1, LIMIT).await.remove(0);
    assert_eq!(taken(&got, &first, &third).await, (false, true));
    assert_eq!(taken(&got, &second, &third).await, (false, true));
    assert_eq!(got.header("x-ga-webhook-signatures"), None);
    world.stop().await;
}

#[tokio::test]
async fn when_the_overlap_has_ended_only_the_new_one_signs() {
    let (world, receiver) = (World::start().await, Receiver::start());
    let (endpoint, old) = world.endpoint(&receiver.url("/"), &["*"]).await;
    let (_, new) = rotate(&world, &endpoint, false).await;
    world
        .sql("UPDATE endpoints SET previous_secret_until = now() - interval '1 second'")
        .await;
    world.publish(&[approved(1)]).await;
    let got = receiver.wait_for(1, LIMIT).await.remove(0);
    assert_eq!(taken(&got, &old, &new).await, (false, true));
    world.stop().await;
}

#[tokio::test]
async fn standard_webhooks_lists_both_signatures() {
    let (world, receiver) = (World::start().await, Receiver::start());
    let request = CreateEndpointRequest {
        scheme: "standard".to_owned(),
        ..endpoint_request(&receiver.url("/"), &["*"])
    };
    let created = world.client.create_endpoint(request).await.unwrap();
    let (_, new) = rotate(&world, &created.endpoint.unwrap(), false).await;
    world.publish(&[approved(1)]).await;
    let got = receiver.wait_for(1, LIMIT).await.remove(0);
    for secret in [&created.secret, &new] {
        assert_eq!(
            verifiers::standard(&got, &got.body, secret).await,
            [true; 2]
        );
    }
    world.stop().await;
}

#[tokio::test]
async fn nobody_rotates_anothers_secret() {
    let world = World::start().await;
    let (endpoint, _) = world.endpoint("https://hooks.example.com/", &["*"]).await;
    let foreign = RotateSecretRequest {
        organization_id: org(2),
        ..rotation(&endpoint, true)
    };
    assert_eq!(
        kind(world.client.rotate_secret(foreign).await),
        Kind::NotFound
    );
    world.stop().await;
}
