//! One replica, three, and one again, which is not the first.

use std::time::Instant;

use super::{AMID, EACH_TICK, STOPPED_WITHIN};
use crate::webhooks::world::{DISPATCHER, Plan};

const ADDED: [usize; 2] = [1, 2];
const LEAVING: [usize; 2] = [0, 1];

/// Those that join take part, those that leave do so in time, and nothing is lost or sent twice.
pub async fn scaled(label: &str) {
    let mut world = Plan::new(label, 3).await.start().await;
    for replica in ADDED {
        world.stack.stop_replica(DISPATCHER, replica).await;
    }
    let load = world.load(EACH_TICK);
    world.wait_for_sender(0, Instant::now()).await;
    world.wait_for_more(AMID).await;

    let grown = Instant::now();
    for replica in ADDED {
        world.stack.start_replica(DISPATCHER, replica);
    }
    for replica in 0..3 {
        world.wait_for_sender(replica, grown).await;
    }
    eprintln!("{label}: three at work after {:?}", grown.elapsed());
    world.wait_for_more(AMID).await;
    for replica in LEAVING {
        let took = world.stack.stop_replica(DISPATCHER, replica).await;
        eprintln!("{label}: replica {replica} left in {took:?}");
        assert!(took < STOPPED_WITHIN, "{took:?}");
    }
    world.wait_for_sender(2, Instant::now()).await;
    world.wait_for_more(AMID).await;
    let tally = world.settle(load).await;
    eprintln!("{label}: {} deliveries", tally.deliveries);
    assert_eq!(tally.repeated, 0, "sent twice: {:?}", tally.twice);
}
