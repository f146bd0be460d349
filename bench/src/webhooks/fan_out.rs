//! Deliveries a second where every event goes to 20 endpoints.

use std::time::Instant;

use uuid::Uuid;

use super::figure::{Figure, Limit, median, number};
use super::receiver::{Arrival, Endpoint, wait_for};
use super::world::{PATIENCE, World};
use crate::progress::say;

const ENDPOINTS: usize = 20;
const EVENTS: usize = 2_000;
/// A second; svix reaches 2,000.
const LEAST: f64 = 6_000.0;
const ROUNDS: usize = 3;

pub async fn measure() -> anyhow::Result<Vec<Figure>> {
    let mut world = World::start("fan-out", 1).await?;
    let organization = Uuid::new_v4();
    let endpoints = world.endpoints(organization, ENDPOINTS).await?;
    let mut rates = Vec::new();
    for round in 1..=ROUNDS {
        let spent = world.start_with_backlog(organization, EVENTS).await?;
        wait_for(&endpoints, EVENTS * ENDPOINTS, PATIENCE).await?;
        let spent = spent.since(&world.stack).await?;
        let each = spent.each(number(EVENTS * ENDPOINTS));
        let rate = rate(&endpoints);
        say(&format!(
            "round {round}: {rate:.0} a second; ms of processor time: {each}"
        ));
        rates.push(rate);
    }
    let what = format!("every event to {ENDPOINTS} endpoints");
    let rate = median(&mut rates);
    Ok(vec![Figure::new(what, rate, "/s", Limit::AtLeast(LEAST))])
}

/// A second, after the first fifth.
fn rate(endpoints: &[Endpoint]) -> f64 {
    let arrivals = endpoints.iter().flat_map(Endpoint::take);
    let mut at: Vec<Instant> = arrivals.map(|Arrival { at, .. }| at).collect();
    at.sort_unstable();
    let warm = at.get(at.len() / 5..).unwrap_or_default();
    match (warm.first(), warm.last()) {
        (Some(first), Some(last)) => number(warm.len()) / (*last - *first).as_secs_f64(),
        _ => 0.0,
    }
}
