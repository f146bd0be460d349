//! What the log grows by, on disk and with its indexes: for an event, and for each delivery of it.

use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use diesel::sql_types::{BigInt, Double};
use diesel::{QueryableByName, sql_query};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::figure::{Figure, Limit, number};
use super::world::{PATIENCE, World};

const EVENTS: usize = 10_000;
/// Endpoints that every event of the second organisation goes to.
const ENDPOINTS: usize = 5;
/// Bytes for each delivery, its one attempt among them. Most are the headers of the attempt, and the
/// indexes.
const MOST: f64 = 1_536.0;
/// Times its body, for an event that goes to one endpoint.
const MOST_TIMES: f64 = 3.0;

#[derive(QueryableByName)]
struct Log {
    /// Bytes, with indexes.
    #[diesel(sql_type = BigInt)]
    size: i64,
    /// Deliveries whose end is written.
    #[diesel(sql_type = BigInt)]
    ended: i64,
    /// Bytes of an event's body, on average.
    #[diesel(sql_type = Double)]
    body: f64,
}

const LOOK: &str = "
SELECT (SELECT coalesce(sum(pg_total_relation_size(inhrelid)), 0)::bigint FROM pg_inherits
        WHERE inhparent IN ('events'::regclass, 'ended'::regclass, 'attempts'::regclass)) AS size,
       (SELECT count(*) FROM ended) AS ended,
       (SELECT coalesce(avg(octet_length(body)), 0)::float8 FROM events) AS body";

pub async fn measure() -> anyhow::Result<Vec<Figure>> {
    let world = World::start("growth", 1).await?;
    let (one, _) = grown(&world, 1).await?;
    let (many, body) = grown(&world, ENDPOINTS).await?;
    let delivery = (many - one) / number(ENDPOINTS - 1);
    Ok(vec![
        Figure::new("an event's body", body, "B", Limit::None),
        Figure::new(
            "the log, by an event to one endpoint",
            one,
            "B",
            Limit::None,
        ),
        Figure::new("  times its body", one / body, "", Limit::Below(MOST_TIMES)),
        Figure::new(
            "the log, by each further delivery",
            delivery,
            "B",
            Limit::Below(MOST),
        ),
    ])
}

/// By how many bytes the log grew for each event of a new organisation with so many endpoints, and
/// how large the bodies were.
async fn grown(world: &World, endpoints: usize) -> anyhow::Result<(f64, f64)> {
    let organization = Uuid::new_v4();
    let _endpoints = world.endpoints(organization, endpoints).await?;
    let before = look(world).await?;
    let expected = before.ended + i64::try_from(EVENTS * endpoints)?;
    world.feed.publish(&[organization], EVENTS).await?;
    let began = Instant::now();
    let after = loop {
        let now = look(world).await?;
        if now.ended >= expected {
            break now;
        }
        ensure!(began.elapsed() < PATIENCE, "not all were delivered");
        tokio::time::sleep(Duration::from_millis(100)).await;
    };
    let bytes = usize::try_from(after.size - before.size)?;
    Ok((number(bytes) / number(EVENTS), after.body))
}

async fn look(world: &World) -> anyhow::Result<Log> {
    let (_, database) = world.stack.databases().next().context("no database")?;
    let mut conn = database.connect().await;
    Ok(sql_query(LOOK).get_result(&mut conn).await?)
}
