//! What a key is bound to, as it is minted, found and listed.

use contracts::v1::{MintKeyRequest, fault::Kind};

use crate::support::{World, fault, organization, request};

fn bound() -> MintKeyRequest {
    MintKeyRequest {
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
    let wrong: [(&str, Spoil); 5] = [
        ("location_ids", |r| r.location_ids = vec!["KPAO".into()]),
        ("location_ids", |r| {
            r.location_ids = (0..101).map(organization).collect();
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
