//! When, from where and by what a key was last used, as key-service hears of it.

use std::time::Duration;

use api_gateway::TrustedProxies;
use chrono::{DateTime, Utc};
use contracts::convert::timestamp;
use contracts::v1::KeyUse;
use domain::scope::Scope;
use service_kit::Clock;
use test_support::eventually;

use crate::harness::{LIMIT, Minted, World};

const FLIGHTS: &str = "/api/v1/public/flights";
const FLEET: &str = "/api/v1/public/fleet";

/// At noon, behind a proxy that is trusted.
async fn at_noon() -> World {
    let noon: DateTime<Utc> = "2026-05-28T12:00:00Z".parse().unwrap();
    let proxies = TrustedProxies::try_from("127.0.0.0/8".to_owned()).unwrap();
    World::with_clock(Clock::fixed(noon), |settings| {
        settings.http.trusted_proxies = proxies;
    })
    .await
}

async fn ask(world: &World, key: &Minted, from: &'static str) -> u16 {
    let call = world.get(key, FLIGHTS).header("x-forwarded-for", from);
    let call = call.header("user-agent", "sync/1.0");
    call.send().await.status.as_u16()
}

/// The uses of the key that were told, once there are so many.
async fn told(world: &World, key: &Minted, uses: usize) -> Vec<KeyUse> {
    eventually("the use is told", LIMIT, async || {
        let told = world.keys.uses(key);
        (told.len() >= uses).then_some(told)
    })
    .await
}

#[tokio::test]
async fn a_key_that_is_used_is_told_of_once_a_minute() {
    let world = at_noon().await;
    let key = world.keys.mint(&[Scope::Flights]);
    let noon = world.kit.clock.now();
    assert_eq!(ask(&world, &key, "203.0.113.9").await, 200);
    let first = told(&world, &key, 1).await;
    let expected = KeyUse {
        key_id: first[0].key_id.clone(),
        at: Some(timestamp(noon)),
        address: "203.0.113.9".into(),
        user_agent: Some("sync/1.0".into()),
    };
    assert_eq!((first.len(), &first[0]), (1, &expected));

    world.kit.clock.advance(Duration::from_secs(59));
    assert_eq!(ask(&world, &key, "203.0.113.10").await, 200);
    world.kit.clock.advance(Duration::from_secs(1));
    assert_eq!(ask(&world, &key, "203.0.113.11").await, 200);
    let both = told(&world, &key, 2).await;
    let second = KeyUse {
        at: Some(timestamp(world.kit.clock.now())),
        address: "203.0.113.11".into(),
        ..expected.clone()
    };
    assert_eq!(both, [expected, second]);
}

#[tokio::test]
async fn only_who_was_let_in_has_used_a_key() {
    let world = at_noon().await;
    let now = world.kit.clock.now();
    let keys: Vec<_> = (0..4).map(|_| world.keys.mint(&[Scope::Flights])).collect();
    let [revoked, expired, elsewhere, good] = &keys[..] else {
        panic!()
    };
    world.keys.revoke(revoked, now);
    world.keys.expire(expired, now);
    world.keys.allow_only(elsewhere, "198.51.100.0/24");
    for refused in [revoked, expired, elsewhere] {
        assert_ne!(ask(&world, refused, "203.0.113.9").await, 200);
    }
    // It is a good key, though not for this.
    let reply = world.get(good, FLEET).send().await;
    reply.problem(403, "insufficient_scope");
    told(&world, good, 1).await;
    for refused in [revoked, expired, elsewhere] {
        assert_eq!(world.keys.uses(refused), []);
    }
}

#[tokio::test]
async fn what_key_service_does_not_take_is_told_again() {
    let world = at_noon().await;
    let (one, other) = (
        world.keys.mint(&[Scope::Flights]),
        world.keys.mint(&[Scope::Flights]),
    );
    world.keys.go_deaf(3);
    assert_eq!(ask(&world, &one, "203.0.113.9").await, 200);
    eventually("three reports are not taken", LIMIT, async || {
        (!world.keys.is_deaf()).then_some(())
    })
    .await;
    assert_eq!(ask(&world, &other, "203.0.113.9").await, 200);
    assert_eq!(told(&world, &one, 1).await.len(), 1);
    assert_eq!(told(&world, &other, 1).await.len(), 1);
    let page = eventually("it is counted", LIMIT, async || {
        let page = world.kit.metrics.page().unwrap();
        let counted = |line: &str| line.contains(r#"outcome="reported""#) && line.ends_with(" 2");
        let mut uses = page
            .lines()
            .filter(|line| line.starts_with("gaf_gateway_last_uses"));
        uses.any(counted).then_some(())
    });
    page.await;
}

#[tokio::test]
async fn the_last_uses_are_told_before_the_end() {
    let mut world = World::with(|settings| {
        settings.last_use.interval_ms = 3_600_000.try_into().unwrap();
    })
    .await;
    let key = world.keys.mint(&[Scope::Flights]);
    assert_eq!(ask(&world, &key, "203.0.113.9").await, 200);
    assert_eq!(world.keys.uses(&key), []);
    world.kit.shutdown.begin();
    let ended = tokio::time::timeout(LIMIT, &mut world.running)
        .await
        .expect("it ends");
    ended.unwrap().unwrap();
    let told = world.keys.uses(&key);
    assert_eq!(told.len(), 1);
    assert_eq!(
        told[0].address, "127.0.0.1",
        "whom nobody trusts is where he connects from"
    );
}

#[tokio::test]
async fn the_end_does_not_wait_for_who_is_away() {
    let mut world = World::with(|settings| {
        settings.last_use.interval_ms = 3_600_000.try_into().unwrap();
    })
    .await;
    let key = world.keys.mint(&[Scope::Flights]);
    assert_eq!(ask(&world, &key, "203.0.113.9").await, 200);
    world.cut_off().await;
    world.kit.shutdown.begin();
    let ended = tokio::time::timeout(LIMIT, &mut world.running)
        .await
        .expect("it ends");
    ended.unwrap().unwrap();
}
