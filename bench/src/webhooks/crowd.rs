//! A thousand endpoints of which three in ten hang: what that takes from the rest.

use std::time::Duration;

use anyhow::Context;
use futures::{StreamExt, TryStreamExt, stream};
use uuid::Uuid;

use super::figure::{Figure, Limit, median, number};
use super::receiver::{Arrival, Endpoint, Manner, wait_for};
use super::world::{PATIENCE, World};
use crate::progress::say;

const ORGANIZATIONS: usize = 100;
/// Of each organisation: seven that answer, and three that answer or hang.
const HEALTHY: usize = 7;
const OTHERS: usize = 3;
/// Events of each organisation, in a run.
const EVENTS: usize = 40;
const ROUNDS: usize = 3;
const LEAST: f64 = 0.9;

/// A thousand endpoints, of which the healthy are looked at.
struct Crowd {
    world: World,
    organizations: Vec<Uuid>,
    healthy: Vec<Endpoint>,
    _others: Vec<Endpoint>,
}

pub async fn measure() -> anyhow::Result<Vec<Figure>> {
    let all_well = Crowd::gather("crowd-well", Manner::AtOnce).await?;
    let some_hang = Crowd::gather("crowd-hanging", Manner::Never).await?;
    let (mut well, mut hanging) = (Vec::new(), Vec::new());
    for round in 1..=ROUNDS {
        well.push(all_well.rate().await?);
        hanging.push(some_hang.rate().await?);
        say(&format!(
            "round {round}: {well:.0?} and {hanging:.0?} a second"
        ));
    }
    let (well, hanging) = (median(&mut well), median(&mut hanging));
    Ok(vec![
        Figure::new(
            "700 endpoints beside 300 that answer",
            well,
            "/s",
            Limit::None,
        ),
        Figure::new(
            "700 endpoints beside 300 that hang",
            hanging,
            "/s",
            Limit::None,
        ),
        Figure::new("  of the former", hanging / well, "", Limit::AtLeast(LEAST)),
    ])
}

impl Crowd {
    async fn gather(label: &str, others: Manner) -> anyhow::Result<Self> {
        let world = World::start(label, 1).await?;
        let organizations: Vec<Uuid> = (0..ORGANIZATIONS).map(|_| Uuid::new_v4()).collect();
        let world_ref = &world;
        let all = |manner, each| {
            let wanted = organizations
                .iter()
                .flat_map(move |organization| std::iter::repeat_n(*organization, each));
            stream::iter(wanted)
                .map(move |organization| world_ref.endpoint(organization, manner))
                .buffer_unordered(8)
                .map_ok(|(endpoint, _)| endpoint)
                .try_collect::<Vec<Endpoint>>()
        };
        let (healthy, others) = (
            all(Manner::AtOnce, HEALTHY).await?,
            all(others, OTHERS).await?,
        );
        let crowd = Self {
            organizations: organizations.clone(),
            healthy,
            _others: others,
            world,
        };
        // Those that hang are known for it by then.
        crowd.rate().await?;
        tokio::time::sleep(Duration::from_secs(15)).await;
        Ok(crowd)
    }

    /// Deliveries a second to the healthy ones, until nine in ten have arrived.
    async fn rate(&self) -> anyhow::Result<f64> {
        let began = std::time::Instant::now();
        self.world.feed.publish(&self.organizations, EVENTS).await?;
        wait_for(&self.healthy, EVENTS * self.healthy.len(), PATIENCE).await?;
        let arrivals = self.healthy.iter().flat_map(Endpoint::take);
        let mut at: Vec<_> = arrivals.map(|Arrival { at, .. }| at).collect();
        at.sort_unstable();
        let most = at.len() * 9 / 10;
        let last = at.get(most).context("too few came")?;
        Ok(number(most) / last.duration_since(began).as_secs_f64())
    }
}
