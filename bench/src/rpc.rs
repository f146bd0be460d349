//! What gathering requests gains, and what it costs a client that is alone.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use anyhow::Context;
use bus::{Bus, RpcClient, RpcOptions, ServeOptions, Settings, serve};
use bytes::Bytes;
use contracts::rpc::{Call, Handler, Method, Transport};
use contracts::v1::Fault;
use futures::future::try_join_all;
use tokio_util::sync::CancellationToken;

use crate::latency::Latencies;

#[derive(clap::Args, Clone, Copy)]
pub struct Options {
    /// Clients that each have one request under way.
    #[arg(long, default_value_t = 64)]
    clients: u32,
    /// Seconds a run lasts; each arrangement runs `rounds` times, taking turns.
    #[arg(long, default_value_t = 3.0)]
    seconds: f64,
    #[arg(long, default_value_t = 3)]
    rounds: u32,
    /// Bytes of a request and of its answer.
    #[arg(long, default_value_t = 256)]
    bytes: usize,
}

const QUEUE: &str = "rpc.Bench";
static ECHO: Method = Method {
    queue: QUEUE,
    name: "Bench/Echo",
    read_only: false,
};
const TIMEOUT: Duration = Duration::from_secs(10);

struct Echo;

impl Handler for Echo {
    const QUEUE: &'static str = QUEUE;

    async fn handle(&self, _: Call, _: &str, body: Bytes) -> Result<Vec<u8>, Fault> {
        Ok(body.to_vec())
    }
}

/// How requests and answers travel.
#[derive(Clone, Copy)]
struct Arrangement {
    name: &'static str,
    client: RpcOptions,
    server: ServeOptions,
}

fn arrangements() -> [Arrangement; 2] {
    let (client, server) = (RpcOptions::default(), ServeOptions::default());
    let single = usize::from(u16::MAX);
    [
        Arrangement {
            name: "one a message",
            client: RpcOptions {
                batch: 1,
                unconfirmed: single,
                ..client
            },
            server: ServeOptions {
                batch: 1,
                unconfirmed: single,
                prefetch: 256,
                ..server
            },
        },
        Arrangement {
            name: "in bulk",
            client,
            server,
        },
    ]
}

/// Latencies of one arrangement, with many clients and with one.
#[derive(Default)]
struct Measured {
    many: Vec<Duration>,
    alone: Vec<Duration>,
}

pub async fn measure(amqp_url: &str, options: Options) -> anyhow::Result<String> {
    let mut measured = [Measured::default(), Measured::default()];
    for _ in 0..options.rounds {
        for (arrangement, results) in arrangements().into_iter().zip(&mut measured) {
            results
                .many
                .extend(run(amqp_url, arrangement, options.clients, options).await?);
            results
                .alone
                .extend(run(amqp_url, arrangement, 1, options).await?);
        }
    }
    Ok(report(options, measured))
}

async fn run(
    amqp_url: &str,
    arrangement: Arrangement,
    clients: u32,
    options: Options,
) -> anyhow::Result<Vec<Duration>> {
    // Two connections, as two processes have.
    let settings = Settings::new(amqp_url.to_owned());
    let (here, there) = (
        Bus::connect(&settings, "bench client").await?,
        Bus::connect(&settings, "bench server").await?,
    );
    let token = CancellationToken::new();
    let (stop, server) = (token.clone(), arrangement.server);
    let serving = tokio::spawn(async move { serve(&there, Echo, server, stop).await });
    let client = RpcClient::with_options(&here, arrangement.client);
    wait_until_served(&client).await?;
    let until = Instant::now() + Duration::from_secs_f64(options.seconds);
    let body = Bytes::from(vec![7; options.bytes]);
    let callers = (0..clients).map(|_| call_until(client.clone(), body.clone(), until));
    let latencies = try_join_all(callers.map(tokio::spawn)).await?;
    token.cancel();
    serving.await?;
    Ok(latencies
        .into_iter()
        .collect::<anyhow::Result<Vec<_>>>()?
        .concat())
}

async fn wait_until_served(client: &RpcClient) -> anyhow::Result<()> {
    let patience = Instant::now() + TIMEOUT;
    while let Err(error) = client.call(&ECHO, TIMEOUT, Bytes::new()).await {
        anyhow::ensure!(
            Instant::now() < patience,
            "the broker does not serve: {error}"
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    Ok(())
}

async fn call_until(
    client: RpcClient,
    body: Bytes,
    until: Instant,
) -> anyhow::Result<Vec<Duration>> {
    let mut latencies = Vec::new();
    while Instant::now() < until {
        let began = Instant::now();
        client
            .call(&ECHO, TIMEOUT, body.clone())
            .await
            .context("a request failed")?;
        latencies.push(began.elapsed());
    }
    Ok(latencies)
}

fn report(options: Options, measured: [Measured; 2]) -> String {
    let seconds = options.seconds * f64::from(options.rounds);
    let mut out = String::new();
    let mut rates = Vec::new();
    let mut medians = Vec::new();
    for (arrangement, results) in arrangements().into_iter().zip(measured) {
        let (many, alone) = (Latencies::new(results.many), Latencies::new(results.alone));
        let count = u32::try_from(many.count()).unwrap_or(u32::MAX);
        let rate = f64::from(count) / seconds;
        let _ = writeln!(
            out,
            "{:14} {:>3} clients: {rate:>8.0}/s  p50 {:?}  p99 {:?}   one client: p50 {:?}  p99 {:?}",
            arrangement.name,
            options.clients,
            many.percentile(50),
            many.percentile(99),
            alone.percentile(50),
            alone.percentile(99),
        );
        rates.push(rate);
        medians.push(alone.percentile(50).as_secs_f64());
    }
    if let ([single, bulk], [single_median, bulk_median]) = (rates.as_slice(), medians.as_slice()) {
        let _ = writeln!(out, "rate, in bulk to one a message: {:.2}", bulk / single);
        let _ = writeln!(
            out,
            "latency of one client, in bulk to one a message: {:.2}",
            bulk_median / single_median
        );
    }
    out
}
