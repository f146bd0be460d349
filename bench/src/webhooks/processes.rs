//! What processes cost, as Linux counts it.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use diesel::sql_types::Integer;
use diesel::{QueryableByName, sql_query};
use diesel_async::RunQueryDsl;
use reqwest::Method;
use system_tests::{Service, Stack};

use super::world::PATIENCE;

/// Linux counts processor time in hundredths of a second, on every platform that we know.
const TICKS_A_SECOND: f64 = 100.0;

/// The processes of everything that has a part in a delivery.
struct Processes {
    services: Vec<(Service, u32)>,
    postgres: u32,
    rabbitmq: u32,
}

/// Seconds of processor time, by who spent them.
pub struct Cpu(BTreeMap<String, f64>);

impl Processes {
    /// Finds them, on this machine.
    async fn of(stack: &Stack) -> anyhow::Result<Self> {
        let mut services = Vec::new();
        for service in Service::ALL {
            services.extend(
                stack
                    .process_ids(service)
                    .into_iter()
                    .map(|id| (service, id)),
            );
        }
        Ok(Self {
            services,
            postgres: postmaster(stack).await?,
            rabbitmq: rabbitmq(stack).await?,
        })
    }

    fn cpu(&self) -> anyhow::Result<Cpu> {
        let mut all = BTreeMap::new();
        for (service, id) in &self.services {
            *all.entry(format!("{service:?}")).or_default() += spent(*id)?;
        }
        let mut postgres = spent(self.postgres)?;
        for child in children(self.postgres)? {
            // One that has ended meanwhile is counted with its parent.
            postgres += spent(child).unwrap_or_default();
        }
        all.insert("PostgreSQL".to_owned(), postgres);
        all.insert("RabbitMQ".to_owned(), spent(self.rabbitmq)?);
        Ok(Cpu(all))
    }
}

/// What was spent up to a moment. What begins later has spent nothing by then.
pub struct Mark(Cpu);

impl Mark {
    pub async fn set(stack: &Stack) -> anyhow::Result<Self> {
        Ok(Self(Processes::of(stack).await?.cpu()?))
    }

    /// What was spent since then.
    pub async fn since(&self, stack: &Stack) -> anyhow::Result<Cpu> {
        Ok(Processes::of(stack).await?.cpu()?.since(&self.0))
    }
}

impl Cpu {
    fn since(&self, before: &Self) -> Self {
        let since = |(name, now): (&String, &f64)| {
            let then = before.0.get(name).copied().unwrap_or_default();
            (name.clone(), now - then)
        };
        Self(self.0.iter().map(since).collect())
    }

    pub fn seconds(&self) -> f64 {
        self.0.values().sum()
    }

    /// `PostgreSQL 0.312, RabbitMQ 0.224`: milliseconds, of each of so many things.
    pub fn each(&self, things: f64) -> String {
        let parts = self
            .0
            .iter()
            .map(|(name, seconds)| format!("{name} {:.3}", seconds * 1_000.0 / things));
        parts.collect::<Vec<_>>().join(", ")
    }
}

/// The most memory that a process ever held, in MiB.
pub fn most_memory(process: u32) -> anyhow::Result<f64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kibibytes = line.and_then(|line| line.split_whitespace().next());
    let kibibytes: f64 = kibibytes.context("no figure of memory")?.parse()?;
    Ok(kibibytes / 1_024.0)
}

/// Of a process and of its children that have ended.
fn spent(process: u32) -> anyhow::Result<f64> {
    // utime, stime, cutime and cstime: proc_pid_stat(5) counts from 1.
    let fields = stat(process)?;
    let times = fields.get(11..15).context("no figures of time")?;
    let mut ticks = 0.0;
    for time in times {
        ticks += time.parse::<f64>()?;
    }
    Ok(ticks / TICKS_A_SECOND)
}

/// The third field of `/proc/<id>/stat` and those after it: the second is a name in parentheses.
fn stat(process: u32) -> anyhow::Result<Vec<String>> {
    let text = std::fs::read_to_string(format!("/proc/{process}/stat"))?;
    let (_, rest) = text.rsplit_once(')').context("no name")?;
    Ok(rest.split_whitespace().map(str::to_owned).collect())
}

fn parent(process: u32) -> anyhow::Result<u32> {
    Ok(stat(process)?.get(1).context("no parent")?.parse()?)
}

fn children(process: u32) -> anyhow::Result<BTreeSet<u32>> {
    let entries = std::fs::read_dir("/proc")?.filter_map(Result::ok);
    let ids = entries.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    Ok(ids
        .filter(|id| parent(*id).is_ok_and(|own| own == process))
        .collect())
}

/// The parent of the process that serves a connection.
async fn postmaster(stack: &Stack) -> anyhow::Result<u32> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Integer)]
        id: i32,
    }
    let (_, database) = stack.databases().next().context("no database")?;
    let mut conn = database.connect().await;
    let row: Row = sql_query("SELECT pg_backend_pid() AS id")
        .get_result(&mut conn)
        .await?;
    parent(u32::try_from(row.id)?).context("PostgreSQL runs on another machine")
}

/// A broker that has just started tells it a few seconds later.
async fn rabbitmq(stack: &Stack) -> anyhow::Result<u32> {
    let began = Instant::now();
    loop {
        let nodes = stack.broker.management(Method::GET, "nodes").await;
        if let Some(id) = nodes.pointer("/0/os_pid").and_then(|id| id.as_str()) {
            return Ok(id.parse()?);
        }
        ensure!(
            began.elapsed() < PATIENCE,
            "the broker does not tell its process id"
        );
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}
