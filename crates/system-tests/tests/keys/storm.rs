//! Very many requests with keys that there are not: they cost key-service next to nothing, and
//! those that have a key notice nothing.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use domain::api_key::{ApiToken, Surface};
use system_tests::{Ask, Connection, Service};
use tokio::task::{JoinHandle, JoinSet};
use uuid::Uuid;

use crate::world::{FLIGHTS, GATEWAYS, World};

const STRANGERS: usize = 20_000;
/// Requests with one key that there is not.
const REPEATED: usize = 5_000;
/// Connections to each gateway.
const CONNECTIONS: usize = 2;
/// Requests sent before the first answer is read.
const AT_ONCE: usize = 50;
/// Failures of one address in a minute.
const FAILURES: usize = 60;
/// Milliseconds for which it holds that there is no such key.
const UNKNOWN_LEASE: usize = 5_000;

/// An address of its own for each number, as a proxy in front tells it.
fn from_address(ask: Ask, number: usize) -> Ask {
    ask.header(
        "X-Forwarded-For",
        format!("198.51.{}.{}", 100 + number / 250, 1 + number % 250),
    )
}

fn unknown() -> ApiToken {
    let (one, other) = (Uuid::new_v4(), Uuid::new_v4());
    let entropy: Vec<u8> = [one.into_bytes(), other.into_bytes()].concat();
    ApiToken::from_entropy(Surface::GaFlight, &entropy.try_into().unwrap())
}

fn stranger(token: &ApiToken) -> Ask {
    let ask = Ask::get(FLIGHTS).bearer(token.reveal());
    ask.organization(&Uuid::nil().to_string())
}

async fn world(label: &str) -> World {
    let gateway = Service::ApiGateway;
    let builder = World::builder(label)
        .set(gateway, "GA_LIMITS__FAILURES", format!("{FAILURES}/min"))
        .set(
            gateway,
            "GA_KEYS__UNKNOWN_LEASE_MS",
            UNKNOWN_LEASE.to_string(),
        )
        .set(gateway, "GA_HTTP__TRUSTED_PROXIES", "127.0.0.0/8");
    World::from(builder).await
}

/// Somebody with a key, at one of the addresses that the storm comes from.
fn partner(mut connection: Connection, ask: Ask, end: Arc<AtomicBool>) -> JoinHandle<usize> {
    tokio::spawn(async move {
        let mut answers = 0;
        while !end.load(Ordering::SeqCst) {
            assert_eq!(connection.status(&ask).await, 200);
            answers += 1;
        }
        answers
    })
}

/// Sends everything, over all gateways, while partners with keys go on. Returns the statuses.
async fn storm(world: &World, asks: Vec<Ask>) -> Vec<u16> {
    let end = Arc::<AtomicBool>::default();
    let mut partners = Vec::new();
    for connection in world.connections() {
        let ask = from_address(world.mint().await.flights(), 0);
        partners.push(partner(connection, ask, end.clone()));
    }
    let mut storm = JoinSet::new();
    let share = asks.len().div_ceil(GATEWAYS * CONNECTIONS);
    let urls = world.stack.gateway_urls.iter().cycle();
    for (asks, url) in asks.chunks(share).zip(urls) {
        let (asks, mut connection) = (asks.to_vec(), Connection::to(url));
        storm.spawn(async move {
            let mut statuses = Vec::new();
            for asks in asks.chunks(AT_ONCE) {
                let replies = connection.send_all(asks).await;
                statuses.extend(replies.into_iter().map(|reply| reply.status));
            }
            statuses
        });
    }
    let statuses = storm.join_all().await.concat();
    AtomicBool::store(&end, true, Ordering::SeqCst);
    for partner in partners {
        let answers = partner.await.unwrap();
        assert!(answers >= 5, "only {answers} answers to a partner");
    }
    statuses
}

/// Look-ups that found nothing, as key-service counts them.
async fn vain_look_ups(world: &World) -> usize {
    let admin = world.stack.admin_urls(Service::Keys).remove(0);
    let page = Connection::to(&admin).send(&Ask::get("/metrics")).await;
    let counts = page
        .body
        .lines()
        .filter(|line| line.starts_with("gaf_key_lookups") && line.contains(r#"found="false""#));
    let counts = counts.filter_map(|line| line.rsplit(' ').next()?.parse::<usize>().ok());
    counts.sum()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn strangers_with_a_key_each_are_looked_up_as_often_as_their_address_may_fail() {
    let world = world("keys-storm").await;
    let began = Instant::now();
    let asks = (0..STRANGERS).map(|_| from_address(stranger(&unknown()), 0));
    let statuses = storm(&world, asks.collect()).await;
    let minutes = began.elapsed().as_secs_f64() / 60.0;
    let count = |status| statuses.iter().filter(|own| **own == status).count();
    assert_eq!(count(401) + count(429), STRANGERS);

    // Together the gateways give out at most a tenth too much.
    let failures = u32::try_from(FAILURES).unwrap();
    let allowed = f64::from(failures) * (1.0 + minutes) * 1.1;
    let (refused, look_ups) = (count(401), vain_look_ups(&world).await);
    eprintln!("{refused} refused and {look_ups} looked up, {allowed:.0} allowed");
    assert!(
        f64::from(u32::try_from(refused).unwrap()) <= allowed,
        "{refused}"
    );
    assert!(look_ups <= refused, "{look_ups} look-ups");
    assert!(
        look_ups >= FAILURES / 2,
        "{look_ups} look-ups: was it counted?"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_key_that_there_is_not_is_looked_up_once_a_lease() {
    let world = world("keys-repeated").await;
    let began = Instant::now();
    let ask = stranger(&unknown());
    // From so many addresses that none of them has failed too often.
    let asks = (0..REPEATED).map(|number| from_address(ask.clone(), 1 + number % 200));
    let statuses = storm(&world, asks.collect()).await;
    let leases = began.elapsed().as_millis() / u128::try_from(UNKNOWN_LEASE).unwrap();
    assert!(statuses.iter().all(|status| *status == 401));

    let allowed = GATEWAYS * (1 + usize::try_from(leases).unwrap());
    let look_ups = vain_look_ups(&world).await;
    eprintln!("{look_ups} look-ups, {allowed} allowed");
    assert!((1..=allowed).contains(&look_ups), "{look_ups} look-ups");
}
