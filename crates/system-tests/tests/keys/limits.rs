//! What three gateways let in together.

use std::time::{Duration, Instant};

use contracts::v1::{MintKeyRequest, RateLimit};
use system_tests::{Ask, Connection, Service};
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::world::{Minted, World, flights_key};

const HAMMERED: Duration = Duration::from_secs(5);
/// Connections to each gateway: most of the requests come to one of them.
const CONNECTIONS: [usize; 3] = [4, 2, 1];
/// Of what the limit allows.
const TOO_MANY: f64 = 1.10;
const TOO_FEW: f64 = 0.90;

/// What one partner asked, and how much of it was answered.
#[derive(Default)]
struct Tally {
    asked: u32,
    let_in: u32,
}

/// Asks with one key after the other.
async fn hammer(mut connection: Connection, asks: Vec<Ask>, until: Instant) -> Tally {
    let mut tally = Tally::default();
    for ask in asks.iter().cycle() {
        if Instant::now() >= until {
            break;
        }
        tally.asked += 1;
        let reply = connection.send(ask).await;
        match reply.status {
            200 => tally.let_in += 1,
            429 => assert!(reply.header("Retry-After").is_some(), "{reply:?}"),
            other => panic!("{other}"),
        }
    }
    tally
}

/// Hammers with the keys and compares what was let in to what the limit allows in that time, and to
/// what was asked, where a busy machine asks for less.
async fn keeps(world: &World, keys: &[Minted], limit: RateLimit) {
    let asks: Vec<Ask> = keys.iter().map(Minted::flights).collect();
    let began = Instant::now();
    let mut hammers = JoinSet::new();
    for (url, count) in world.stack.gateway_urls.iter().zip(CONNECTIONS) {
        for _ in 0..count {
            let connection = Connection::to(url);
            hammers.spawn(hammer(connection, asks.clone(), began + HAMMERED));
        }
    }
    let tallies = hammers.join_all().await;
    let asked = f64::from(tallies.iter().map(|tally| tally.asked).sum::<u32>());
    let let_in = f64::from(tallies.iter().map(|tally| tally.let_in).sum::<u32>());
    let (requests, seconds) = (f64::from(limit.requests), f64::from(limit.seconds));
    let allowed = requests + requests / seconds * began.elapsed().as_secs_f64();
    eprintln!(
        "{asked} asked, {let_in} let in, {allowed:.0} allowed: {:.3}",
        let_in / allowed
    );
    assert!(let_in <= allowed * TOO_MANY, "{let_in} of {allowed}");
    let due = allowed.min(asked);
    assert!(let_in >= due * TOO_FEW, "{let_in} of {due}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_gateways_keep_the_limit_of_a_key() {
    let world = World::start("keys-limit").await;
    let limit = RateLimit {
        requests: 300,
        seconds: 60,
    };
    let request = MintKeyRequest {
        rate_limit: Some(limit),
        ..flights_key(Uuid::new_v4())
    };
    let key = world.mint_as(request).await;
    keeps(&world, &[key], limit).await;
    // Most of it comes back while it is used.
    let limit = RateLimit {
        requests: 300,
        seconds: 5,
    };
    let request = MintKeyRequest {
        rate_limit: Some(limit),
        ..flights_key(Uuid::new_v4())
    };
    let key = world.mint_as(request).await;
    keeps(&world, &[key], limit).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_gateways_keep_the_limit_of_an_organisation() {
    let builder = World::builder("keys-organization-limit").set(
        Service::ApiGateway,
        "GA_LIMITS__ORGANIZATION",
        "400/min",
    );
    let world = World::from(builder).await;
    let organization = Uuid::new_v4();
    let mut keys = Vec::new();
    for _ in 0..5 {
        keys.push(world.mint_as(flights_key(organization)).await);
    }
    let limit = RateLimit {
        requests: 400,
        seconds: 60,
    };
    keeps(&world, &keys, limit).await;
}
