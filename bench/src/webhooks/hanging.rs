//! A healthy endpoint beside one that hangs, 50 events a second to each, and beside another healthy
//! one: how much its slowest hundredth grows.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use anyhow::Context;
use contracts::v1::DeleteEndpointRequest;
use uuid::Uuid;

use super::feed::Published;
use super::figure::{Figure, Limit, milliseconds};
use super::receiver::{Endpoint, Manner, wait_for};
use super::world::{PATIENCE, World};
use crate::latency::Latencies;
use crate::progress::say;

/// A second.
const RATE: u32 = 50;
const LASTING: Duration = Duration::from_secs(15);
/// Of each kind, taking turns, so that what else the machine does meets both alike.
const ROUNDS: usize = 3;
const MOST_GROWTH: f64 = 1.1;

pub async fn measure() -> anyhow::Result<Vec<Figure>> {
    let world = World::start("hanging", 1).await?;
    let organization = Uuid::new_v4();
    let healthy = [world.endpoint(organization, Manner::AtOnce).await?.0];
    world.warm_up(organization, &healthy).await?;
    let (mut alone, mut beside) = (Vec::new(), Vec::new());
    for round in 1..=ROUNDS {
        for (manner, took) in [(Manner::AtOnce, &mut alone), (Manner::Never, &mut beside)] {
            let (other, id) = world.endpoint(organization, manner).await?;
            let latencies = run(&world, organization, &healthy).await?;
            took.extend(latencies);
            world
                .stack
                .webhooks()
                .delete_endpoint(DeleteEndpointRequest {
                    organization_id: organization.to_string(),
                    endpoint_id: id,
                })
                .await?;
            drop(other);
        }
        say(&format!("round {round} of {ROUNDS}"));
    }
    let (alone, beside) = (Latencies::new(alone), Latencies::new(beside));
    let of = |took: &Latencies, percent| milliseconds(took.percentile(percent));
    let growth = of(&beside, 99) / of(&alone, 99);
    Ok(vec![
        Figure::new(
            "beside a healthy endpoint, p50",
            of(&alone, 50),
            "ms",
            Limit::None,
        ),
        Figure::new("  p99", of(&alone, 99), "ms", Limit::None),
        Figure::new(
            "beside one that hangs, p50",
            of(&beside, 50),
            "ms",
            Limit::None,
        ),
        Figure::new("  p99", of(&beside, 99), "ms", Limit::None),
        Figure::new(
            "  p99, of the p99 above",
            growth,
            "",
            Limit::Below(MOST_GROWTH),
        ),
    ])
}

/// How long each event took to the healthy endpoint, from its publication.
async fn run(
    world: &World,
    organization: Uuid,
    healthy: &[Endpoint; 1],
) -> anyhow::Result<Vec<Duration>> {
    let published = world.feed.publish_at(RATE, organization, LASTING).await?;
    wait_for(healthy, published.len(), PATIENCE).await?;
    let [healthy] = healthy;
    let arrived = healthy.take().into_iter();
    let arrived: HashMap<String, Instant> = arrived.map(|one| (one.event, one.at)).collect();
    let took = |one: &Published| {
        let at = arrived.get(&one.event).context("an event is missing")?;
        Ok(at.saturating_duration_since(one.at))
    };
    published.iter().map(took).collect()
}
