//! Rate limits of keys' own.

use contracts::v1::{ApiKey, ListKeyAuditRequest, MintKeyRequest, RateLimit, fault::Kind};
use diesel_async::SimpleAsyncConnection;
use serde_json::{Value, json};

use crate::support::{World, fault, organization, rate, request};
use crate::trail::walk;

fn limited() -> MintKeyRequest {
    MintKeyRequest {
        rate_limit: rate(600, 60),
        ..request()
    }
}

#[tokio::test]
async fn a_key_has_the_limit_it_was_minted_with_or_was_given_last() {
    let world = World::start().await;
    let (key, token) = world.mint(limited()).await;
    assert_eq!(key.rate_limit, rate(600, 60));
    assert_eq!(world.look_up(&token).await.as_ref(), Some(&key));
    let most = rate(1_000_000, 86_400);
    for limit in [rate(1, 1), most, None, rate(1_200, 60)] {
        for applied in [true, false] {
            let answer = world.limit(&key, limit).await.unwrap();
            assert_eq!(answer.applied, applied, "{limit:?}");
            let expected = ApiKey {
                rate_limit: limit,
                ..key.clone()
            };
            assert_eq!(answer.key.as_ref(), Some(&expected));
            assert_eq!(world.look_up(&token).await.as_ref(), Some(&expected));
            assert_eq!(world.list(&organization(1)).await, [expected]);
        }
    }
    world.stop().await;
}

#[tokio::test]
async fn what_is_no_limit_is_refused_and_leaves_the_key_as_it_is() {
    let world = World::start().await;
    let (key, token) = world.mint(limited()).await;
    for (requests, seconds) in [(0, 60), (600, 0), (1_000_001, 60), (600, 86_401)] {
        let rate_limit = rate(requests, seconds);
        let mint = MintKeyRequest {
            rate_limit,
            ..request()
        };
        for refused in [
            fault(world.client.mint(mint).await),
            fault(world.limit(&key, rate_limit).await),
        ] {
            assert_eq!(
                (refused.kind(), refused.fields[0].pointer.as_str()),
                (Kind::Invalid, "rate_limit"),
                "{rate_limit:?}"
            );
        }
    }
    assert_eq!(world.look_up(&token).await.as_ref(), Some(&key));
    assert_eq!(world.list(&organization(1)).await, [key]);
    world.stop().await;
}

#[tokio::test]
async fn a_key_that_has_ended_keeps_its_limit() {
    let world = World::start().await;
    let expires_at = world.now() + chrono::TimeDelta::days(1);
    let (expired, token) = world
        .mint(MintKeyRequest {
            expires_at: Some(contracts::convert::timestamp(expires_at)),
            ..limited()
        })
        .await;
    let (revoked, _) = world.mint(limited()).await;
    world.revoke(&revoked).await.unwrap();
    world.pass(chrono::TimeDelta::days(1));
    for key in [&expired, &revoked] {
        for limit in [rate(1, 1), key.rate_limit, None] {
            let refused = fault(world.limit(key, limit).await);
            assert_eq!(
                (refused.kind(), refused.code.as_str()),
                (Kind::Conflict, "key_ended")
            );
        }
    }
    assert_eq!(world.look_up(&token).await, Some(expired));
    world.stop().await;
}

#[tokio::test]
async fn a_key_of_another_organization_is_as_unknown_as_one_there_never_was() {
    let world = World::start().await;
    let (key, token) = world.mint(limited()).await;
    let foreign = ApiKey {
        organization_id: organization(2),
        ..key.clone()
    };
    let never = ApiKey {
        id: organization(99),
        ..key.clone()
    };
    let [foreign, never] = [
        fault(world.limit(&foreign, None).await),
        fault(world.limit(&never, None).await),
    ];
    assert_eq!(foreign.kind(), Kind::NotFound);
    assert_eq!(foreign, never);
    assert_eq!(world.look_up(&token).await, Some(key));
    world.stop().await;
}

#[tokio::test]
async fn every_change_is_in_the_trail_with_what_was() {
    let world = World::start().await;
    let (key, _) = world.mint(limited()).await;
    for limit in [rate(1_200, 60), rate(1_200, 60), None] {
        world.limit(&key, limit).await.unwrap();
    }
    let trail = ListKeyAuditRequest {
        organization_id: key.organization_id.clone(),
        ..Default::default()
    };
    let entries = walk(&world, trail).await;
    let acts: Vec<_> = entries
        .iter()
        .map(|entry| (entry.act.as_str(), entry.by.as_deref()))
        .collect();
    let ops = Some("ops");
    assert_eq!(acts, [("limited", ops), ("limited", ops), ("minted", ops)]);
    let details: Vec<Value> = entries
        .iter()
        .map(|entry| serde_json::from_str(&entry.detail).unwrap())
        .collect();
    let (old, new) = (
        json!({ "requests": 600, "seconds": 60 }),
        json!({ "requests": 1_200, "seconds": 60 }),
    );
    let limited =
        |is: &Value, was: &Value| json!({ "rate_limit": is, "was": was, "reason": "new contract" });
    assert_eq!(details[0], limited(&Value::Null, &new));
    assert_eq!(details[1], limited(&new, &old));
    assert_eq!(details[2]["rate_limit"], old);
    world.stop().await;
}

#[tokio::test]
async fn of_two_changes_at_once_to_the_same_limit_one_counts() {
    let world = World::start().await;
    let (key, _) = world.mint(limited()).await;
    let (one, other) = tokio::join!(world.limit(&key, None), world.limit(&key, None));
    assert_ne!(one.unwrap().applied, other.unwrap().applied);
    world.stop().await;
}

#[tokio::test]
async fn the_table_holds_only_limits_that_there_can_be() {
    let world = World::start().await;
    let (key, token) = world.mint(limited()).await;
    let mut conn = world.connect().await;
    for (requests, seconds) in [
        ("0", "60"),
        ("1000001", "60"),
        ("600", "0"),
        ("600", "86401"),
        ("600", "NULL"),
        ("NULL", "60"),
    ] {
        let update =
            format!("UPDATE api_keys SET limit_requests = {requests}, limit_seconds = {seconds}");
        assert!(conn.batch_execute(&update).await.is_err(), "{update}");
    }
    let limit: Option<RateLimit> = world.look_up(&token).await.unwrap().rate_limit;
    assert_eq!(limit, key.rate_limit);
    world.stop().await;
}
