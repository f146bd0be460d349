//! Minting, finding, listing, revoking, expiring.

use chrono::TimeDelta;
use contracts::convert::{instant, timestamp};
use contracts::v1::{MintKeyRequest, fault::Kind};
use domain::api_key::Surface;

use crate::support::{World, kind, organization, request, start_of_time};

#[tokio::test]
async fn a_minted_key_is_found_by_the_digest_of_its_token() {
    let world = World::start().await;
    let (key, token) = world.mint(request()).await;

    assert_eq!(token.surface(), Surface::GaFlight);
    assert_eq!(
        (key.surface.as_str(), key.name.as_str()),
        ("ga", "night sync")
    );
    assert_eq!(key.display_prefix, token.display_prefix());
    assert_eq!(key.last_four, token.last_four());
    assert_eq!(key.scopes, ["public.flights:read", "public.events:read"]);
    assert_eq!(
        (key.note.as_deref(), key.created_by.as_deref()),
        (Some("for the warehouse"), Some("ops"))
    );
    assert_eq!(instant("created_at", key.created_at), Ok(start_of_time()));
    assert_eq!((key.expires_at, key.revoked_at), (None, None));
    assert_eq!(world.look_up(&token).await, Some(key));

    let unknown = domain::api_key::ApiToken::from_entropy(Surface::GaFlight, &[1; 32]);
    assert_eq!(world.look_up(&unknown).await, None);
    world.stop().await;
}

#[tokio::test]
async fn each_surface_has_its_tokens_and_its_scopes() {
    let world = World::start().await;
    for (surface, prefix) in [("tf", "tf_live_"), ("tf_test", "tf_test_")] {
        let scopes = vec!["write".into(), "read".into(), "read".into()];
        let (key, token) = world
            .mint(MintKeyRequest {
                surface: surface.into(),
                scopes,
                ..request()
            })
            .await;
        assert!(token.reveal().starts_with(prefix));
        assert_eq!(key.scopes, ["read", "write"]);
    }
    world.stop().await;
}

#[tokio::test]
async fn a_list_holds_the_keys_of_one_organization_newest_first() {
    let world = World::start().await;
    let mut minted = Vec::new();
    for name in ["first", "second", "third"] {
        world.pass(TimeDelta::seconds(1));
        minted.push(
            world
                .mint(MintKeyRequest {
                    name: name.into(),
                    ..request()
                })
                .await
                .0,
        );
    }
    world
        .mint(MintKeyRequest {
            organization_id: organization(2),
            ..request()
        })
        .await;
    world.revoke(&minted[1]).await.unwrap();

    let listed = world.list(&organization(1)).await;
    let names: Vec<&str> = listed.iter().map(|key| key.name.as_str()).collect();
    assert_eq!(names, ["third", "second", "first"]);
    assert!(listed[1].revoked_at.is_some());
    assert_eq!(world.list(&organization(2)).await.len(), 1);
    assert_eq!(world.list(&organization(3)).await, []);
    world.stop().await;
}

#[tokio::test]
async fn revoking_ends_a_key_once_and_again_changes_nothing() {
    let world = World::start().await;
    let (key, token) = world.mint(request()).await;
    world.pass(TimeDelta::minutes(5));
    let revoked_at = world.now();

    let first = world.revoke(&key).await.unwrap();
    assert!(first.applied);
    world.pass(TimeDelta::minutes(5));
    let second = world.revoke(&key).await.unwrap();
    assert!(!second.applied);
    assert_eq!(first.key, second.key);
    let found = world.look_up(&token).await.unwrap();
    assert_eq!(instant("revoked_at", found.revoked_at), Ok(revoked_at));
    world.stop().await;
}

#[tokio::test]
async fn a_key_of_another_organization_does_not_exist() {
    let world = World::start().await;
    let (key, token) = world.mint(request()).await;
    let foreign = contracts::v1::ApiKey {
        organization_id: organization(2),
        ..key
    };
    assert_eq!(kind(world.revoke(&foreign).await), Kind::NotFound);
    assert_eq!(world.look_up(&token).await.unwrap().revoked_at, None);
    world.stop().await;
}

#[tokio::test]
async fn an_expired_key_is_found_with_its_expiry() {
    let world = World::start().await;
    let expires_at = world.now() + TimeDelta::days(90);
    let (_, token) = world
        .mint(MintKeyRequest {
            expires_at: Some(timestamp(expires_at)),
            ..request()
        })
        .await;
    world.pass(TimeDelta::days(91));
    let found = world.look_up(&token).await.unwrap();
    assert_eq!(instant("expires_at", found.expires_at), Ok(expires_at));
    assert_eq!(found.revoked_at, None);
    world.stop().await;
}
