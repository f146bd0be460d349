//! Deliveries a second to one endpoint, fed from the broker, beside a bare sender's.

use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use uuid::Uuid;

use super::figure::{Figure, Limit, median, number};
use super::receiver::{Arrival, Endpoint, Manner, wait_for};
use super::world::{PATIENCE, World};
use crate::progress::say;

/// What either sends in a round: enough for some seconds.
const EVENTS: usize = 60_000;
/// Requests under way to one endpoint: as the dispatcher's settings have it.
const AT_ONCE: usize = 32;
/// Of those that came, the first are not counted: connections are made, programs are loaded.
const WARM_UP: usize = EVENTS / 10;
/// Runs of each, taking turns.
const ROUNDS: usize = 3;

pub async fn measure() -> anyhow::Result<Vec<Figure>> {
    let mut world = World::start("one-endpoint", 1).await?;
    let organization = Uuid::new_v4();
    let (endpoint, _) = world.endpoint(organization, Manner::AtOnce).await?;
    world.feed.publish(&[organization], 1).await?;
    let endpoint = [endpoint];
    wait_for(&endpoint, 1, PATIENCE).await?;
    let [endpoint] = &endpoint;
    let body = endpoint.take().pop().context("nothing came")?.body;
    let (mut bare, mut ours) = (Vec::new(), Vec::new());
    for round in 1..=ROUNDS {
        bare.push(bare_rate(endpoint, &body).await?);
        let mark = world.start_with_backlog(organization, EVENTS).await?;
        ours.push(drained(endpoint).await?);
        let spent = mark.since(&world.stack).await?.each(number(EVENTS));
        say(&format!(
            "round {round}: {bare:.0?} and {ours:.0?} a second; ms a delivery: {spent}"
        ));
    }
    let (bare, ours) = (median(&mut bare), median(&mut ours));
    Ok(vec![
        Figure::new("a bare sender", bare, "/s", Limit::None),
        Figure::new("the dispatcher to one endpoint", ours, "/s", Limit::None),
        Figure::new(
            "  of the bare sender's",
            ours / bare,
            "",
            Limit::AtLeast(0.4),
        ),
    ])
}

async fn bare_rate(endpoint: &Endpoint, body: &[u8]) -> anyhow::Result<f64> {
    let this = std::env::current_exe()?;
    let status = tokio::process::Command::new(this)
        .arg("bare-sender")
        .args([endpoint.url.as_str(), &EVENTS.to_string()])
        .args([&AT_ONCE.to_string(), std::str::from_utf8(body)?])
        .status()
        .await?;
    ensure!(status.success(), "the bare sender failed");
    rate(&endpoint.take())
}

async fn drained(endpoint: &Endpoint) -> anyhow::Result<f64> {
    let began = Instant::now();
    while endpoint.count() < EVENTS {
        ensure!(began.elapsed() < PATIENCE, "it stands still");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    rate(&endpoint.take())
}

/// A second, once warm.
fn rate(arrivals: &[Arrival]) -> anyhow::Result<f64> {
    let warm = arrivals.get(WARM_UP..).unwrap_or_default();
    let (first, last) = (warm.first(), warm.last());
    let (first, last) = first.zip(last).context("too few came")?;
    Ok(number(warm.len()) / last.at.duration_since(first.at).as_secs_f64())
}
