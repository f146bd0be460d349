//! Failed authentications, by address.

use domain::scope::Scope;
use futures::StreamExt;
use test_support::eventually;

use super::{FLIGHTS, exhausted, get, guarded};
use crate::harness::{Call, LIMIT, Minted, SCHOOL, World};

/// A request that has no key that is in use.
fn guess(world: &World) -> Call {
    world.get(&Minted::unknown(), FLIGHTS)
}

#[tokio::test]
async fn each_way_to_fail_counts_and_then_all_are_429() {
    let world = guarded("5/h").await;
    let (revoked, good) = (world.keys.mint(Scope::ALL), world.keys.mint(Scope::ALL));
    world.keys.revoke(&revoked, world.kit.clock.now());
    assert_eq!(get(&world, &good).await.status, 200);
    let unknown = Minted::unknown();
    let call = || world.call(FLIGHTS).organization(SCHOOL);
    let ways = || {
        [
            (call(), "missing"),
            (call().header("authorization", "Basic x"), "malformed"),
            (call().header("authorization", "Bearer x"), "malformed"),
            (world.get(&unknown, FLIGHTS), "unknown"),
            (world.get(&revoked, FLIGHTS), "revoked"),
        ]
    };
    for (call, code) in ways() {
        assert_eq!(call.send().await.problem(401, "unauthenticated"), code);
    }
    let look_ups = world.keys.look_ups();
    for (call, _) in ways() {
        let refused = call.send().await;
        let wait = exhausted(&refused, "address");
        assert!((600..=720).contains(&wait), "{wait}");
        assert!(refused.header("www-authenticate").is_none());
    }
    assert_eq!(world.keys.look_ups(), look_ups);
    assert_eq!(get(&world, &good).await.status, 200, "known here");
    let new = world.keys.mint(Scope::ALL);
    exhausted(&get(&world, &new).await, "address");
    assert_eq!(world.keys.look_ups(), look_ups, "nobody asks about guesses");
}

#[tokio::test]
async fn a_key_that_was_known_is_asked_for_again_whatever_its_address_did() {
    let world = guarded("1/h").await;
    let key = world.keys.mint(&[Scope::Flights]);
    assert_eq!(get(&world, &key).await.status, 200);
    guess(&world).send().await.problem(401, "unauthenticated");
    exhausted(&guess(&world).send().await, "address");
    let look_ups = world.keys.look_ups();
    world.announce(&key).await;
    eventually("it is asked for again", LIMIT, async || {
        assert_eq!(get(&world, &key).await.status, 200);
        (world.keys.look_ups() > look_ups).then_some(())
    })
    .await;
    // Once it has ended, it is a failure like any other.
    world.keys.revoke(&key, world.kit.clock.now());
    world.announce(&key).await;
    let refused = eventually("it is refused", LIMIT, async || {
        let reply = get(&world, &key).await;
        (reply.status != 200).then_some(reply)
    });
    exhausted(&refused.await, "address");
}

#[tokio::test]
async fn thousands_of_guesses_make_no_storm_of_look_ups() {
    let world = guarded("20/h").await;
    let good = world.keys.mint(Scope::ALL);
    assert_eq!(get(&world, &good).await.status, 200);
    let guesses = futures::stream::iter(0..3_000).map(|_| guess(&world).send());
    let answers = guesses.buffer_unordered(64);
    let statuses: Vec<u16> = answers.map(|reply| reply.status.as_u16()).collect().await;
    let of = |status| statuses.iter().filter(|known| **known == status).count();
    assert_eq!((of(401), of(429)), (20, 2_980));
    assert_eq!(world.keys.look_ups(), 21);
    assert_eq!(get(&world, &good).await.status, 200);
}

#[tokio::test]
async fn a_key_in_use_costs_its_address_nothing_and_neither_does_an_outage() {
    let world = guarded("1/h").await;
    for _ in 0..5 {
        let key = world.keys.mint(Scope::ALL);
        assert_eq!(get(&world, &key).await.status, 200);
    }
    guess(&world).send().await.problem(401, "unauthenticated");
    exhausted(&guess(&world).send().await, "address");

    let failures = "1/h".parse().unwrap();
    let world = World::without_services(|settings| settings.limits.failures = failures).await;
    for _ in 0..3 {
        let reply = guess(&world).send().await;
        reply.problem(503, "service_unavailable");
    }
}

#[tokio::test]
async fn an_address_is_that_of_the_client_and_of_ipv6_its_network() {
    let failures = "1/h".parse().unwrap();
    let world = World::with(|settings| {
        settings.limits.failures = failures;
        settings.http.trusted_proxies = "127.0.0.0/8".to_owned().try_into().unwrap();
    })
    .await;
    let from = async |client: &str| {
        let call = guess(&world).header("x-forwarded-for", client);
        call.send().await.status.as_u16()
    };
    for (client, status) in [
        ("203.0.113.1", 401),
        ("203.0.113.1", 429),
        ("198.51.100.7, 203.0.113.1", 429),
        ("203.0.113.2", 401),
        ("2001:db8:1:2::1", 401),
        ("2001:db8:1:2:ffff::9", 429),
        ("2001:db8:1:3::1", 401),
    ] {
        assert_eq!(from(client).await, status, "{client}");
    }
}
