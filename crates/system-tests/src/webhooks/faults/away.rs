//! The servers end, and come back after a while.

use std::time::{Duration, Instant};

use super::{AMID, EACH_TICK, HELD};
use crate::servers;
use crate::stack::Server;
use crate::webhooks::world::Plan;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fall {
    /// They are told to stop, and do.
    Stopped,
    /// As by a crash.
    Killed,
}

/// Nothing is lost; and where only the broker was away, nothing is sent twice.
pub async fn away(label: &str, of: &[Server], fall: Fall, pause: Duration) {
    let world = Plan::new(label, 2).await.start().await;
    let load = world.load(EACH_TICK);
    for replica in 0..2 {
        world.wait_for_sender(replica, Instant::now()).await;
    }
    world.wait_for_more(AMID).await;
    for server in of {
        match fall {
            Fall::Stopped => servers::stop(*server).await,
            Fall::Killed => servers::kill(*server).await,
        }
    }
    tokio::time::sleep(pause).await;
    for server in of {
        servers::start(*server).await;
    }
    let started = Instant::now();
    for replica in 0..2 {
        world.wait_for_sender(replica, started).await;
    }
    let back = started.elapsed();
    world.wait_for_more(AMID).await;
    let tally = world.settle(load).await;
    eprintln!(
        "{label}: all at work again after {back:?}; {} events, {} deliveries, {} repeated",
        tally.events, tally.deliveries, tally.repeated
    );
    if of.contains(&Server::PostgreSql) {
        assert!(tally.repeated <= 2 * 2 * HELD);
    } else {
        assert_eq!(tally.repeated, 0, "sent twice: {:?}", tally.twice);
    }
}
