//! A new token for the same rights, while the old one lives on for a while.

use chrono::TimeDelta;
use contracts::convert::{instant, timestamp};
use contracts::v1::{MintKeyRequest, RevokeKeyRequest, RotateKeyRequest, fault::Kind};
use diesel_async::SimpleAsyncConnection;
use domain::api_key::ApiToken;

use crate::support::{World, fault, kind, organization, rate, request};

fn rotate(key: &contracts::v1::ApiKey, overlap_seconds: Option<i64>) -> RotateKeyRequest {
    RotateKeyRequest {
        organization_id: key.organization_id.clone(),
        key_id: key.id.clone(),
        overlap_seconds,
        rotated_by: Some("ops".into()),
        ..Default::default()
    }
}

#[tokio::test]
async fn both_tokens_open_until_the_overlap_ends() {
    let world = World::start().await;
    let bound = MintKeyRequest {
        surface: "tf".into(),
        scopes: vec!["read".into()],
        rate_limit: rate(600, 60),
        allowed_cidrs: vec!["203.0.113.0/24".into()],
        location_ids: vec![organization(7)],
        ..request()
    };
    let (old, old_token) = world.mint(bound).await;
    world.pass(TimeDelta::hours(1));
    let answer = world.client.rotate(rotate(&old, None)).await.unwrap();
    let new_token = ApiToken::parse(&answer.token).unwrap();
    let (new, retired) = (answer.key.unwrap(), answer.retired.unwrap());

    assert_eq!(
        (&new.name, &new.note, &new.surface),
        (&old.name, &old.note, &old.surface)
    );
    assert_eq!(new.scopes, old.scopes);
    assert_eq!(new.allowed_cidrs, old.allowed_cidrs);
    assert_eq!(new.location_ids, old.location_ids);
    assert_eq!(new.rate_limit, rate(600, 60));
    assert_eq!(new.replaces.as_ref(), Some(&old.id));
    assert_eq!((new.expires_at, new.retires_at), (None, None));
    let ends = world.now() + TimeDelta::days(1);
    assert_eq!(instant("expires_at", retired.expires_at), Ok(ends));
    assert_eq!(world.look_up(&old_token).await.as_ref(), Some(&retired));
    assert_eq!(world.look_up(&new_token).await.as_ref(), Some(&new));
    assert_eq!(world.list(&organization(1)).await, [new, retired]);
    world.stop().await;
}

#[tokio::test]
async fn one_rotation_is_under_way_at_a_time() {
    let world = World::start().await;
    let (old, _) = world.mint(request()).await;
    let new = world
        .client
        .rotate(rotate(&old, Some(3_600)))
        .await
        .unwrap()
        .key
        .unwrap();
    for key in [&old, &new] {
        let fault = fault(world.client.rotate(rotate(key, Some(0))).await);
        assert_eq!(
            (fault.kind(), fault.code.as_str()),
            (Kind::Conflict, "rotation_under_way")
        );
    }
    // The old key has ended: the new one may be rotated, the old one never again.
    world.pass(TimeDelta::hours(1));
    world.client.rotate(rotate(&new, Some(0))).await.unwrap();
    let ended = fault(world.client.rotate(rotate(&old, Some(0))).await);
    assert_eq!(
        (ended.kind(), ended.code.as_str()),
        (Kind::Conflict, "key_ended")
    );
    world.stop().await;
}

#[tokio::test]
async fn a_lost_new_token_is_revoked_and_the_old_key_rotated_again() {
    let world = World::start().await;
    let (old, _) = world.mint(request()).await;
    let lost = world
        .client
        .rotate(rotate(&old, Some(3_600)))
        .await
        .unwrap()
        .key
        .unwrap();
    world.revoke(&lost).await.unwrap();
    let again = world
        .client
        .rotate(rotate(&old, Some(7_200)))
        .await
        .unwrap();
    // It does not live longer for it.
    let ends = world.now() + TimeDelta::hours(1);
    assert_eq!(
        instant("retires_at", again.retired.unwrap().retires_at),
        Ok(ends)
    );
    world.stop().await;
}

#[tokio::test]
async fn of_two_rotations_at_once_one_is_refused() {
    let world = World::start().await;
    let (key, _) = world.mint(request()).await;
    let (one, other) = tokio::join!(
        world.client.rotate(rotate(&key, None)),
        world.client.rotate(rotate(&key, None))
    );
    assert_ne!(one.is_ok(), other.is_ok());
    assert_eq!(world.list(&organization(1)).await.len(), 2);
    world.stop().await;
}

#[tokio::test]
async fn what_cannot_be_rotated_stays_as_it_is() {
    let world = World::start().await;
    let (key, token) = world.mint(request()).await;
    let foreign = RotateKeyRequest {
        organization_id: organization(2),
        ..rotate(&key, None)
    };
    assert_eq!(kind(world.client.rotate(foreign).await), Kind::NotFound);
    let past = RotateKeyRequest {
        expires_at: Some(timestamp(world.now())),
        ..rotate(&key, None)
    };
    assert_eq!(kind(world.client.rotate(past).await), Kind::Invalid);
    for overlap in [-1, 30 * 86_400 + 1, i64::MAX, i64::MIN] {
        let fault = fault(world.client.rotate(rotate(&key, Some(overlap))).await);
        assert_eq!(fault.fields[0].pointer, "overlap_seconds");
    }
    // What cannot be announced does not happen.
    let mut conn = world.connect().await;
    conn.batch_execute("ALTER TABLE outbox ADD CONSTRAINT refuses CHECK (false) NOT VALID")
        .await
        .unwrap();
    assert!(world.client.rotate(rotate(&key, None)).await.is_err());
    assert_eq!(world.look_up(&token).await, Some(key.clone()));
    conn.batch_execute("ALTER TABLE outbox DROP CONSTRAINT refuses")
        .await
        .unwrap();

    let revoke = RevokeKeyRequest {
        organization_id: key.organization_id.clone(),
        key_id: key.id.clone(),
        ..Default::default()
    };
    world.client.revoke(revoke).await.unwrap();
    assert_eq!(
        kind(world.client.rotate(rotate(&key, None)).await),
        Kind::Conflict
    );
    world.stop().await;
}
