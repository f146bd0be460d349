//! How much may be asked, and what answers say of it.

mod addresses;
mod budgets;
mod costs;

use crate::harness::{Minted, Reply, World};

const FLIGHTS: &str = "/api/v1/public/flights";
const FLEET: &str = "/api/v1/public/fleet";

/// A gateway with limits for keys and organisations. Those of hours bring nothing back while a test
/// runs.
async fn limited(key: &str, organization: &str) -> World {
    let (key, organization) = (key.parse().unwrap(), organization.parse().unwrap());
    World::with(|settings| {
        settings.limits.key = key;
        settings.limits.organization = organization;
    })
    .await
}

/// The same with a limit for failed authentications.
async fn guarded(failures: &str) -> World {
    let failures = failures.parse().unwrap();
    World::with(|settings| settings.limits.failures = failures).await
}

async fn get(world: &World, key: &Minted) -> Reply {
    world.get(key, FLIGHTS).send().await
}

/// Checks the refusal and gives its `Retry-After`.
#[track_caller]
fn exhausted(reply: &Reply, whose: &str) -> u64 {
    assert_eq!(reply.problem(429, "rate_limited"), whose);
    let wait = reply.header("retry-after").unwrap();
    wait.parse().unwrap()
}

/// The parameter `name` of the budget `whose` in `RateLimit`.
#[track_caller]
fn level(reply: &Reply, whose: &str, name: &str) -> u64 {
    let levels = reply.header("ratelimit").unwrap();
    let of = |item: &&str| item.starts_with(&format!("\"{whose}\";"));
    let item = levels.split(", ").find(of).unwrap();
    let mut parameters = item.split(';').filter_map(|part| part.split_once('='));
    let (_, value) = parameters.find(|(known, _)| *known == name).unwrap();
    value.parse().unwrap()
}

/// Requests left to the key.
#[track_caller]
fn left(reply: &Reply) -> u64 {
    level(reply, "key", "r")
}
