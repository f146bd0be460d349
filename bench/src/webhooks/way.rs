//! The whole way, from a command to flight-ops to the receiver, as much as goes; and what all
//! processes together spend on it.

use std::time::Duration;

use futures::{StreamExt, TryStreamExt, stream};

use super::figure::{Figure, Limit, number};
use super::processes::Mark;
use super::receiver::wait_for;
use super::school::Flights;
use super::world::PATIENCE;
use crate::progress::say;

const FLIGHTS: usize = 12_000;
const WARM_UP: usize = 2_000;
/// Commands under way at one time.
const AT_ONCE: usize = 64;
/// A second.
const LEAST: f64 = 1_000.0;
/// Milliseconds of processor time, under a third of what svix spends.
const MOST_CPU: f64 = 3.1 / 3.0;

pub async fn measure() -> anyhow::Result<Vec<Figure>> {
    let mut flights = Flights::drafted("way", WARM_UP + FLIGHTS).await?;
    submit(&mut flights, WARM_UP).await?;
    let before = Mark::set(&flights.stack).await?;
    let began = std::time::Instant::now();
    submit(&mut flights, FLIGHTS).await?;
    let lasted = began.elapsed();
    // Outcomes are written after the answer.
    tokio::time::sleep(Duration::from_secs(1)).await;
    let spent = before.since(&flights.stack).await?;
    let deliveries = number(FLIGHTS);
    say(&format!("ms of processor time: {}", spent.each(deliveries)));
    let rate = deliveries / lasted.as_secs_f64();
    let each = spent.seconds() * 1_000.0 / deliveries;
    Ok(vec![
        Figure::new(
            "from command to receiver",
            rate,
            "/s",
            Limit::AtLeast(LEAST),
        ),
        Figure::new(
            "processor time of one, all processes",
            each,
            "ms",
            Limit::Below(MOST_CPU),
        ),
    ])
}

/// Submits so many, and waits until the receiver has heard of each.
async fn submit(flights: &mut Flights, count: usize) -> anyhow::Result<()> {
    let commands = flights.take(count);
    let client = flights.stack.flight_ops();
    stream::iter(commands)
        .map(|command| client.submit_flight(command))
        .buffer_unordered(AT_ONCE)
        .try_for_each(|_| std::future::ready(Ok(())))
        .await?;
    wait_for(std::slice::from_ref(&flights.endpoint), count, PATIENCE).await?;
    flights.endpoint.take();
    Ok(())
}
