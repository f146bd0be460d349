//! Keys that end, and what the gateway remembers of them.

use std::time::{Duration, Instant};

use domain::scope::Scope;
use test_support::eventually;

use crate::harness::{LIMIT, Minted, World};

const FLIGHTS: &str = "/api/v1/public/flights";

async fn status(world: &World, key: &Minted) -> u16 {
    world.get(key, FLIGHTS).send().await.status.as_u16()
}

#[tokio::test]
async fn a_key_is_looked_up_once() {
    let world = World::start().await;
    let key = world.keys.mint(&[Scope::Flights]);
    for _ in 0..5 {
        assert_eq!(status(&world, &key).await, 200);
    }
    assert_eq!(world.keys.look_ups(), 1);
}

#[tokio::test]
async fn a_key_opens_nothing_from_outside_its_networks() {
    let world = World::start().await;
    let (here, elsewhere) = (
        world.keys.mint(&[Scope::Flights]),
        world.keys.mint(&[Scope::Flights]),
    );
    world.keys.allow_only(&here, "127.0.0.0/8");
    world.keys.allow_only(&elsewhere, "203.0.113.0/24");
    assert_eq!(status(&world, &here).await, 200);
    let refused = world.get(&elsewhere, FLIGHTS).send().await;
    assert_eq!(
        refused.problem(403, "network_forbidden"),
        "network_forbidden"
    );
}

#[tokio::test]
async fn a_revoked_key_is_refused_as_soon_as_it_is_announced() {
    let world = World::start().await;
    let (key, other) = (
        world.keys.mint(&[Scope::Flights]),
        world.keys.mint(&[Scope::Flights]),
    );
    assert_eq!(
        (status(&world, &key).await, status(&world, &other).await),
        (200, 200)
    );
    world.keys.revoke(&key, world.kit.clock.now());
    assert_eq!(
        status(&world, &key).await,
        200,
        "remembered, and nobody has said otherwise"
    );

    let announced = Instant::now();
    world.announce(&key).await;
    let refused = eventually("the key is refused", LIMIT, async || {
        let reply = world.get(&key, FLIGHTS).send().await;
        (reply.status != 200).then_some(reply)
    });
    assert_eq!(refused.await.problem(401, "unauthenticated"), "revoked");
    // Far from the lease of a minute; on an idle machine it is a few milliseconds.
    assert!(
        announced.elapsed() < Duration::from_secs(5),
        "{:?}",
        announced.elapsed()
    );
    assert_eq!(status(&world, &other).await, 200);
    assert_eq!(
        world.keys.look_ups(),
        3,
        "the other key is still remembered"
    );
}

#[tokio::test]
async fn a_look_up_from_before_the_revocation_opens_nothing() {
    let world = World::start().await;
    let key = world.keys.mint(&[Scope::Flights]);
    let release = world.keys.hold_next();
    let early = tokio::spawn(world.get(&key, FLIGHTS).send());
    eventually("the look-up has read the key", LIMIT, async || {
        (world.keys.look_ups() == 1).then_some(())
    })
    .await;

    world.keys.revoke(&key, world.kit.clock.now());
    world.announce(&key).await;
    // Asked anew, while the answer from before is still on its way: the gateway has heard.
    let heard = eventually("a second look-up", LIMIT, async || {
        let reply =
            tokio::time::timeout(Duration::from_millis(200), world.get(&key, FLIGHTS).send());
        reply
            .await
            .ok()
            .map(|reply| reply.problem(401, "unauthenticated"))
    });
    assert_eq!(heard.await, "revoked");

    release.send(()).unwrap();
    assert_eq!(
        early.await.unwrap().problem(401, "unauthenticated"),
        "revoked"
    );
    assert_eq!(status(&world, &key).await, 401);
}

#[tokio::test]
async fn a_key_that_comes_to_life_is_let_in() {
    let world = World::start().await;
    let key = Minted::unknown();
    assert_eq!(status(&world, &key).await, 401);
    world.keys.bring_to_life(&key, &[Scope::Flights]);
    assert_eq!(status(&world, &key).await, 401, "remembered as unknown");
    world.announce(&key).await;
    eventually("the key is let in", LIMIT, async || {
        (status(&world, &key).await == 200).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_lease_ends_without_anyone_saying_so() {
    let world = World::with(|settings| settings.keys.lease_ms = 300).await;
    let key = world.keys.mint(&[Scope::Flights]);
    assert_eq!(status(&world, &key).await, 200);
    world.keys.revoke(&key, world.kit.clock.now());
    eventually("the lease ends", LIMIT, async || {
        (status(&world, &key).await == 401).then_some(())
    })
    .await;
}
