//! What a key is bound to, as it is minted, found and listed.

use contracts::v1::{MintKeyRequest, RotateKeyRequest, fault::Kind};
use diesel_async::SimpleAsyncConnection;

use crate::support::{World, fault, organization, request};

fn bound() -> MintKeyRequest {
    MintKeyRequest {
        surface: "tf".into(),
        scopes: vec!["read".into()],
        location_ids: vec![organization(8), organization(7), organization(8)],
        allowed_cidrs: vec![
            "2001:db8::/32".into(),
            "203.0.113.0/24".into(),
            "198.51.100.9".into(),
        ],
        ..request()
    }
}

#[tokio::test]
async fn locations_and_networks_are_kept_each_once() {
    let world = World::start().await;
    let (key, token) = world.mint(bound()).await;
    assert_eq!(key.location_ids, [organization(7), organization(8)]);
    assert_eq!(
        key.allowed_cidrs,
        ["198.51.100.9/32", "203.0.113.0/24", "2001:db8::/32"]
    );
    assert_eq!(world.look_up(&token).await.as_ref(), Some(&key));
    assert_eq!(world.list(&organization(1)).await, [key]);
    world.stop().await;
}

#[tokio::test]
async fn what_cannot_be_bound_to_is_refused_by_its_field() {
    let world = World::start().await;
    type Spoil = fn(&mut MintKeyRequest);
    let wrong: [(&str, Spoil); 6] = [
        ("location_ids", |r| r.location_ids = vec!["KPAO".into()]),
        ("location_ids", |r| {
            r.location_ids = (0..101).map(organization).collect();
        }),
        ("location_ids", |r| {
            r.surface = "ga".into();
            r.scopes = vec!["public.flights:read".into()];
        }),
        ("allowed_cidrs", |r| {
            r.allowed_cidrs = vec!["10.1.2.3/8".into()];
        }),
        ("allowed_cidrs", |r| {
            r.allowed_cidrs = vec!["example.org".into()];
        }),
        ("allowed_cidrs", |r| {
            r.allowed_cidrs = vec!["10.0.0.0/8".into(); 51];
        }),
    ];
    for (pointer, spoil) in wrong {
        let mut request = bound();
        spoil(&mut request);
        let fault = fault(world.client.mint(request).await);
        assert_eq!(
            (fault.kind(), fault.fields[0].pointer.as_str()),
            (Kind::Invalid, pointer)
        );
    }
    assert_eq!(world.list(&organization(1)).await, []);
    world.stop().await;
}

#[tokio::test]
async fn a_ga_key_of_old_that_has_locations_is_found_and_revoked_but_not_rotated() {
    let world = World::start().await;
    let (key, token) = world.mint(request()).await;
    let bind = format!("UPDATE api_keys SET locations = '{{{}}}'", organization(7));
    world.connect().await.batch_execute(&bind).await.unwrap();

    let found = world.look_up(&token).await.unwrap();
    assert_eq!(found.location_ids, [organization(7)]);
    let rotate = RotateKeyRequest {
        organization_id: key.organization_id.clone(),
        key_id: key.id.clone(),
        ..Default::default()
    };
    let fault = fault(world.client.rotate(rotate).await);
    assert_eq!(
        (fault.kind(), fault.fields[0].pointer.as_str()),
        (Kind::Invalid, "location_ids")
    );
    assert!(world.revoke(&key).await.unwrap().applied);
    world.stop().await;
}
