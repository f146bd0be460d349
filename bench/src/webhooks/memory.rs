//! Memory of a replica that owes 20,000 deliveries, as many of them under way as may be.

use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use diesel::sql_types::BigInt;
use diesel::{QueryableByName, sql_query};
use diesel_async::RunQueryDsl;
use system_tests::Service;
use uuid::Uuid;

use super::figure::{Figure, Limit};
use super::processes::most_memory;
use super::receiver::Manner;
use super::world::{PATIENCE, World};

const ENDPOINTS: usize = 40;
const EVENTS: usize = 500;
const OWED: i64 = 20_000;
/// Long enough for a round of time-outs.
const LASTING: Duration = Duration::from_secs(15);
/// MiB.
const MOST: f64 = 60.0;

pub async fn measure() -> anyhow::Result<Vec<Figure>> {
    let world = World::start("memory", 1).await?;
    let ids = world.stack.process_ids(Service::WebhookDispatcher);
    let replica = ids.into_iter().next().context("no dispatcher runs")?;
    let idle = most_memory(replica)?;
    let organization = Uuid::new_v4();
    let mut endpoints = Vec::new();
    for _ in 0..ENDPOINTS {
        endpoints.push(world.endpoint(organization, Manner::Never).await?.0);
    }
    world.feed.publish(&[organization], EVENTS).await?;
    let began = Instant::now();
    while owed(&world).await? < OWED {
        ensure!(began.elapsed() < PATIENCE, "not all were taken");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    tokio::time::sleep(LASTING).await;
    let most = most_memory(replica)?;
    Ok(vec![
        Figure::new("a replica that has just started", idle, "MiB", Limit::None),
        Figure::new(
            "with 20,000 deliveries owed",
            most,
            "MiB",
            Limit::Below(MOST),
        ),
    ])
}

async fn owed(world: &World) -> anyhow::Result<i64> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = BigInt)]
        owed: i64,
    }
    let (_, database) = world.stack.databases().next().context("no database")?;
    let count = sql_query("SELECT count(*) AS owed FROM pending");
    let Row { owed } = count.get_result(&mut database.connect().await).await?;
    Ok(owed)
}
