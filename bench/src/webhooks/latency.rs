//! From the commit of a command to the receiver, at 200 a second.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use anyhow::Context;
use chrono::{DateTime, Utc};
use serde_json::Value;
use service_kit::Clock;
use uuid::Uuid;

use super::figure::{Figure, Limit, milliseconds, number};
use super::processes::Mark;
use super::receiver::{Arrival, wait_for};
use super::school::Flights;
use super::world::PATIENCE;
use crate::latency::Latencies;
use crate::progress::say;

/// A second.
const RATE: u32 = 200;
const WARM_UP: usize = 600;
const FLIGHTS: usize = 6_000;
/// What svix takes there from its API to the receiver, in milliseconds.
const P50: f64 = 3.0;
const P99: f64 = 13.0;

/// Both clocks at one moment: PostgreSQL tells the time of day, arrivals are counted from a start.
struct Clocks {
    instant: Instant,
    time: DateTime<Utc>,
}

impl Clocks {
    fn now() -> Self {
        Self {
            instant: Instant::now(),
            time: Clock::system().now(),
        }
    }

    fn time_of(&self, instant: Instant) -> anyhow::Result<DateTime<Utc>> {
        let since = instant.duration_since(self.instant);
        Ok(self.time + chrono::Duration::from_std(since)?)
    }
}

pub async fn measure() -> anyhow::Result<Vec<Figure>> {
    let mut flights = Flights::drafted("latency", WARM_UP + FLIGHTS).await?;
    submit(&mut flights, WARM_UP).await?;
    flights.endpoint.take();
    let (clocks, before) = (Clocks::now(), Mark::set(&flights.stack).await?);
    submit(&mut flights, FLIGHTS).await?;
    let spent = before.since(&flights.stack).await?;
    let each = spent.each(number(FLIGHTS));
    say(&format!("ms of processor time at this rate: {each}"));
    let arrivals = flights.endpoint.take();
    let committed = flights.committed().await?;
    let committed = committed.into_iter().map(|row| (row.flight, row.at));
    let took = latencies(&arrivals, &committed.collect(), &clocks)?;
    let took = Latencies::new(took);
    let of = |percent| milliseconds(took.percentile(percent));
    Ok(vec![
        Figure::new(
            "from commit to receiver at 200/s, p50",
            of(50),
            "ms",
            Limit::Below(P50),
        ),
        Figure::new("  p90", of(90), "ms", Limit::None),
        Figure::new("  p99", of(99), "ms", Limit::Below(P99)),
        Figure::new("  the slowest", of(100), "ms", Limit::None),
    ])
}

/// Submits so many, each when its turn has come, however long the ones before take.
async fn submit(flights: &mut Flights, count: usize) -> anyhow::Result<()> {
    let client = flights.stack.flight_ops();
    let mut due = tokio::time::Instant::now();
    let mut answers = Vec::with_capacity(count);
    for command in flights.take(count) {
        tokio::time::sleep_until(due).await;
        due += Duration::from_secs(1) / RATE;
        let client = client.clone();
        answers.push(tokio::spawn(
            async move { client.submit_flight(command).await },
        ));
    }
    for answer in answers {
        answer.await??;
    }
    wait_for(std::slice::from_ref(&flights.endpoint), count, PATIENCE).await
}

fn latencies(
    arrivals: &[Arrival],
    committed: &HashMap<Uuid, DateTime<Utc>>,
    clocks: &Clocks,
) -> anyhow::Result<Vec<Duration>> {
    let took = |arrival: &Arrival| {
        let body: Value = serde_json::from_slice(&arrival.body)?;
        let flight = body.pointer("/data/flight/id").and_then(Value::as_str);
        let flight: Uuid = flight.context("no flight in the body")?.parse()?;
        let committed = committed.get(&flight).context("it was not committed")?;
        let took = clocks.time_of(arrival.at)? - *committed;
        took.to_std().context("it came before it was committed")
    };
    arrivals.iter().map(took).collect()
}
