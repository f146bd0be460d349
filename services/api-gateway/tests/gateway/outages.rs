//! What partners see when something behind the gateway is away.

use std::time::{Duration, Instant};

use domain::scope::Scope;
use public_api::routes::View;
use test_support::eventually;

use crate::harness::{LIMIT, World};

const FLIGHTS: &str = "/api/v1/public/flights";
const FLEET: &str = "/api/v1/public/fleet";

#[tokio::test]
async fn without_services_the_answer_is_503_at_once() {
    let world = World::without_services(|_| {}).await;
    let key = world.keys.mint(Scope::ALL);
    let begun = Instant::now();
    let reply = world.get(&key, FLIGHTS).send().await;
    reply.problem(503, "service_unavailable");
    assert_eq!(reply.header("retry-after"), Some("2"));
    assert!(
        begun.elapsed() < Duration::from_secs(5),
        "long before the 10 s a service may take"
    );
}

#[tokio::test]
async fn cut_off_from_the_broker_a_key_holds_for_its_lease_and_then_nothing_does() {
    let lease = Duration::from_millis(2_500);
    let world = World::with(|settings| settings.keys.lease_ms = 2_500).await;
    let key = world.keys.mint(&[Scope::Flights]);
    let asked = Instant::now();
    assert_eq!(world.get(&key, FLIGHTS).send().await.status, 200);
    let known = Instant::now();
    world.cut_off().await;

    // A scope is checked with what is known of the key alone.
    let ended = eventually("the lease ends", LIMIT, async || {
        let age = known.elapsed();
        let reply = world.get(&key, FLEET).send().await;
        if reply.status == 403 {
            assert!(age < lease, "known {age:?} after it was looked up");
            return None;
        }
        assert!(
            asked.elapsed() >= lease,
            "not known although its lease went on"
        );
        Some(reply)
    });
    let ended = ended.await;
    ended.problem(503, "service_unavailable");
    assert!(ended.header("retry-after").is_some());
    for path in [FLIGHTS, FLEET] {
        world
            .get(&key, path)
            .send()
            .await
            .problem(503, "service_unavailable");
    }
    assert!(!world.kit.health.failing().await.is_empty(), "not ready");
}

#[tokio::test]
async fn a_service_that_does_not_answer_in_time_is_a_503() {
    let world = World::with(|settings| settings.backend.timeout_ms = 300).await;
    let key = world.keys.mint(Scope::ALL);
    let _held = world.documents.hold_next();
    let reply = world.get(&key, FLIGHTS).send().await;
    reply.problem(503, "service_unavailable");
    assert_eq!(
        world.get(&key, FLIGHTS).send().await.status,
        200,
        "the next one is answered"
    );
}

#[tokio::test]
async fn more_requests_than_it_can_hold_are_told_to_come_back() {
    let world = World::with(|settings| settings.http.max_in_flight = 1.try_into().unwrap()).await;
    let key = world.keys.mint(Scope::ALL);
    let release = world.documents.hold_next();
    let first = tokio::spawn(world.get(&key, FLIGHTS).send());
    eventually("the first is under way", LIMIT, async || {
        world.documents.is_held().then_some(())
    })
    .await;
    world
        .get(&key, FLIGHTS)
        .send()
        .await
        .problem(503, "service_unavailable");
    release.send(()).unwrap();
    assert_eq!(first.await.unwrap().status, 200);
    assert_eq!(world.get(&key, FLIGHTS).send().await.status, 200);
}

#[tokio::test]
async fn what_is_under_way_is_finished_before_the_end() {
    let mut world = World::start().await;
    let key = world.keys.mint(Scope::ALL);
    world.documents.add(View::Flights, "a", "{}");
    let release = world.documents.hold_next();
    let last = tokio::spawn(world.get(&key, FLIGHTS).send());
    eventually("the last is under way", LIMIT, async || {
        world.documents.is_held().then_some(())
    })
    .await;
    world.kit.shutdown.begin();
    eventually("nobody else is let in", LIMIT, async || {
        tokio::net::TcpStream::connect(world.address)
            .await
            .is_err()
            .then_some(())
    })
    .await;
    release.send(()).unwrap();
    assert_eq!(last.await.unwrap().status, 200);
    let ended = tokio::time::timeout(LIMIT, &mut world.running)
        .await
        .expect("it ends");
    ended.unwrap().unwrap();
}
