//! How long gateways still let a key in that was revoked.
//!
//! Counted from the answer to whoever revokes to the first refusal that somebody sees who asks that
//! gateway again and again, while others use their keys at every gateway. The services are
//! processes of their own, on the servers for tests.

use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use contracts::v1::{MintKeyRequest, RevokeKeyRequest};
use domain::scope::Scope;
use futures::future::try_join_all;
use futures::{StreamExt, TryStreamExt, stream};
use system_tests::{Ask, Connection, Service, Stack};
use uuid::Uuid;

use crate::latency::Latencies;
use crate::progress::say;

/// What a gateway may take, of 99 in a hundred keys.
const MOST: Duration = Duration::from_millis(100);
/// Between an answer and the next question about a key that is being revoked.
const GRAIN: Duration = Duration::from_millis(1);
/// Between an answer to a reader and the reader's next question.
const PAUSE: Duration = Duration::from_millis(2);
/// A gateway that takes longer has not heard of it.
const PATIENCE: Duration = Duration::from_secs(20);

#[derive(clap::Args, Clone, Copy)]
pub struct Options {
    #[arg(long, default_value_t = 1_000)]
    keys: usize,
    #[arg(long, default_value_t = 3)]
    gateways: usize,
    /// Partners whose keys live, at each gateway.
    #[arg(long, default_value_t = 4)]
    readers: usize,
    /// Keys revoked at the same time.
    #[arg(long, default_value_t = 4)]
    at_once: usize,
}

/// A key and a question that it may ask.
struct Key {
    id: String,
    organization_id: String,
    ask: Ask,
}

pub async fn measure(options: Options) -> anyhow::Result<(String, anyhow::Result<()>)> {
    say(&format!("starting {} gateways", options.gateways));
    let stack = Stack::builder("bench-revocation")
        .only(&[Service::Keys, Service::ReadModel, Service::ApiGateway])
        .gateways(options.gateways)
        .set(Service::ApiGateway, "GA_LOG__FILTER", "warn")
        .start()
        .await;
    say("starting those who read meanwhile");
    let load = Load::begin(&stack, options.readers).await?;
    let began = Instant::now();
    let done = AtomicUsize::new(0);
    let took: Vec<Vec<Duration>> = stream::iter(0..options.keys)
        .map(|_| revoke_one(&stack))
        .buffer_unordered(options.at_once)
        .inspect_ok(|_| tell(&done, options.keys))
        .try_collect()
        .await?;
    let lasted = began.elapsed();
    let answered = load.end().await?;
    Ok(report(&took, options, answered, lasted))
}

/// Says how far it is, ten times in all.
fn tell(done: &AtomicUsize, of: usize) {
    let done = done.fetch_add(1, Ordering::Relaxed) + 1;
    if done.is_multiple_of(of.div_ceil(10)) {
        say(&format!("{done} of {of} keys revoked"));
    }
}

async fn mint(stack: &Stack) -> anyhow::Result<Key> {
    let organization_id = Uuid::new_v4().to_string();
    let request = MintKeyRequest {
        organization_id: organization_id.clone(),
        surface: "ga".to_owned(),
        name: "bench".to_owned(),
        scopes: vec![Scope::Flights.as_str().to_owned()],
        ..Default::default()
    };
    let minted = stack.keys().mint(request).await?;
    let ask = Ask::get("/api/v1/public/flights").bearer(&minted.token);
    Ok(Key {
        id: minted.key.context("a key without its data")?.id,
        ask: ask.organization(&organization_id),
        organization_id,
    })
}

/// How long each gateway took to refuse a new key that was used there and then revoked.
async fn revoke_one(stack: &Stack) -> anyhow::Result<Vec<Duration>> {
    let key = mint(stack).await?;
    let mut watchers = Vec::new();
    for url in &stack.gateway_urls {
        let mut connection = Connection::to(url);
        let status = connection.status(&key.ask).await;
        ensure!(status == 200, "a new key is answered with {status}");
        watchers.push(tokio::spawn(first_refusal(connection, key.ask.clone())));
    }
    let request = RevokeKeyRequest {
        organization_id: key.organization_id,
        key_id: key.id,
        ..Default::default()
    };
    stack.keys().revoke(request).await?;
    let revoked = Instant::now();
    let refused = try_join_all(watchers).await?;
    let refused = refused.into_iter().collect::<anyhow::Result<Vec<_>>>()?;
    let took = refused.iter();
    Ok(took
        .map(|at| at.saturating_duration_since(revoked))
        .collect())
}

async fn first_refusal(mut connection: Connection, ask: Ask) -> anyhow::Result<Instant> {
    let began = Instant::now();
    loop {
        let reply = connection.send(&ask).await;
        match reply.status {
            200 => ensure!(began.elapsed() < PATIENCE, "never refused"),
            401 => return Ok(Instant::now()),
            other => anyhow::bail!("a revoked key is answered with {other}"),
        }
        tokio::time::sleep(GRAIN).await;
    }
}

/// Partners who read on and on.
struct Load {
    end: Arc<AtomicBool>,
    answered: Arc<AtomicU64>,
    readers: Vec<tokio::task::JoinHandle<anyhow::Result<()>>>,
}

impl Load {
    async fn begin(stack: &Stack, readers: usize) -> anyhow::Result<Self> {
        let mut load = Self {
            end: Arc::default(),
            answered: Arc::default(),
            readers: Vec::new(),
        };
        for url in &stack.gateway_urls {
            for _ in 0..readers {
                let (connection, ask) = (Connection::to(url), mint(stack).await?.ask);
                let reader = read(connection, ask, load.end.clone(), load.answered.clone());
                load.readers.push(tokio::spawn(reader));
            }
        }
        Ok(load)
    }

    /// Returns how often they were answered.
    async fn end(self) -> anyhow::Result<u64> {
        self.end.store(true, Ordering::Relaxed);
        for reader in try_join_all(self.readers).await? {
            reader?;
        }
        Ok(self.answered.load(Ordering::Relaxed))
    }
}

async fn read(
    mut connection: Connection,
    ask: Ask,
    end: Arc<AtomicBool>,
    answered: Arc<AtomicU64>,
) -> anyhow::Result<()> {
    while !end.load(Ordering::Relaxed) {
        let status = connection.status(&ask).await;
        ensure!(status == 200, "a living key is answered with {status}");
        answered.fetch_add(1, Ordering::Relaxed);
        tokio::time::sleep(PAUSE).await;
    }
    Ok(())
}

fn report(
    took: &[Vec<Duration>],
    options: Options,
    answered: u64,
    lasted: Duration,
) -> (String, anyhow::Result<()>) {
    let mut out = String::new();
    for gateway in 0..options.gateways {
        let of_it = took.iter().filter_map(|took| took.get(gateway));
        let of_it = Latencies::new(of_it.copied().collect());
        line(&mut out, &format!("gateway {}", gateway + 1), &of_it);
    }
    let slowest = took.iter().filter_map(|took| took.iter().max());
    line(
        &mut out,
        "the slowest",
        &Latencies::new(slowest.copied().collect()),
    );
    let all = Latencies::new(took.concat());
    line(&mut out, "all", &all);
    let _ = writeln!(
        out,
        "{} keys revoked in {lasted:.1?}, {answered} other requests answered meanwhile",
        took.len()
    );
    let ratio = all.percentile(99).as_secs_f64() / MOST.as_secs_f64();
    let _ = writeln!(out, "p99 to the {MOST:?} it may be: {ratio:.2}");
    let outcome = if ratio <= 1.0 {
        Ok(())
    } else {
        Err(anyhow::anyhow!("revoked keys were let in for too long"))
    };
    (out, outcome)
}

fn line(out: &mut String, name: &str, took: &Latencies) {
    let _ = writeln!(
        out,
        "{name:12} p50 {:>9.2?}  p99 {:>9.2?}  max {:>9.2?}",
        took.percentile(50),
        took.percentile(99),
        took.percentile(100),
    );
}
