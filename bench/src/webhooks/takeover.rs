//! Two replicas, of which one is killed: how long what it held waits for the other.

use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use diesel::sql_types::Uuid as SqlUuid;
use diesel::{QueryableByName, sql_query};
use diesel_async::RunQueryDsl;
use system_tests::Service;
use uuid::Uuid;

use super::figure::{Figure, Limit, milliseconds, number};
use super::receiver::{Arrival, Endpoint, Manner, wait_for};
use super::world::{PATIENCE, World};
use crate::latency::Latencies;
use crate::progress::say;

const ENDPOINTS: usize = 8;
const EVENTS: usize = 400;
/// Slow enough that much is under way at the kill.
const ANSWERS_AFTER: Duration = Duration::from_millis(250);
/// Milliseconds; svix takes 45 s.
const MOST: f64 = 10_000.0;

#[derive(QueryableByName)]
struct Held {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    lease_owner: Uuid,
}

pub async fn measure() -> anyhow::Result<Vec<Figure>> {
    let mut world = World::start("takeover", 2).await?;
    let organization = Uuid::new_v4();
    let mut endpoints = Vec::new();
    for _ in 0..ENDPOINTS {
        let manner = Manner::After(ANSWERS_AFTER);
        endpoints.push(world.endpoint(organization, manner).await?.0);
    }
    world.feed.publish(&[organization], EVENTS).await?;
    wait_for(&endpoints, ENDPOINTS * EVENTS / 4, PATIENCE).await?;
    world.stack.kill(Service::WebhookDispatcher, 0).await;
    let killed = Instant::now();
    let before: usize = endpoints.iter().map(Endpoint::count).sum();
    let lost = lost(&world).await?;
    ensure!(!lost.is_empty(), "the replica held nothing");
    let all = ENDPOINTS * EVENTS;
    wait_until_all_came(&endpoints, all).await?;
    let again = first_after(&endpoints, killed);
    let took: Option<Vec<Duration>> = lost.iter().map(|id| again.get(id).copied()).collect();
    let took = Latencies::new(took.context("something was not sent again")?);
    say(&format!(
        "{before} of {all} had come; {} were held",
        lost.len()
    ));
    let of = |percent| milliseconds(took.percentile(percent));
    Ok(vec![
        Figure::new(
            "held by a replica that was killed",
            number(took.count()),
            "",
            Limit::None,
        ),
        Figure::new("  sent again after, p50", of(50), "ms", Limit::None),
        Figure::new("  the last", of(100), "ms", Limit::Below(MOST)),
    ])
}

/// What the dead replica held at its end. It is the one whose lease is not prolonged.
async fn lost(world: &World) -> anyhow::Result<Vec<String>> {
    let (_, database) = world.stack.databases().next().context("no database")?;
    let mut conn = database.connect().await;
    tokio::time::sleep(Duration::from_secs(3)).await;
    let held: Vec<Held> = sql_query(
        "SELECT id, lease_owner FROM pending
         WHERE lease_owner = (SELECT id FROM replicas ORDER BY alive_until LIMIT 1)",
    )
    .load(&mut conn)
    .await?;
    let owners: HashSet<Uuid> = held.iter().map(|row| row.lease_owner).collect();
    ensure!(owners.len() <= 1, "several replicas are gone");
    Ok(held.into_iter().map(|row| row.id.to_string()).collect())
}

async fn wait_until_all_came(endpoints: &[Endpoint], all: usize) -> anyhow::Result<()> {
    // What was under way at the kill comes twice, so that a number alone does not tell.
    wait_for(endpoints, all, PATIENCE).await?;
    let (mut before, mut quiet_since) = (0, Instant::now());
    while quiet_since.elapsed() < Duration::from_secs(3) {
        let came = endpoints.iter().map(Endpoint::count).sum();
        if came != before {
            (before, quiet_since) = (came, Instant::now());
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Ok(())
}

/// After the kill, by delivery.
fn first_after(endpoints: &[Endpoint], killed: Instant) -> HashMap<String, Duration> {
    let arrivals = endpoints.iter().flat_map(Endpoint::take);
    let mut first = HashMap::new();
    for Arrival { at, delivery, .. } in arrivals {
        if let Some(after) = at.checked_duration_since(killed) {
            let known = first.entry(delivery).or_insert(after);
            *known = after.min(*known);
        }
    }
    first
}
