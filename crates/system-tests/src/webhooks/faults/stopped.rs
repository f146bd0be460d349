//! SIGTERM to one of two replicas.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use super::{AMID, EACH_TICK, STOPPED_WITHIN};
use crate::webhooks::witness::Arrival;
use crate::webhooks::world::{DISPATCHER, PATIENCE, Plan, sender};

/// For leases, so that what the other one takes over was handed back to it; and for attempts, so that
/// none of its own ends meanwhile.
const LONG: Duration = Duration::from_secs(60);
const TAKEN_WITHIN: Duration = Duration::from_secs(10);
/// Attempts under way that nobody answers, of both replicas.
const SILENT: usize = 12;
const ANSWER: Duration = Duration::from_millis(200);

/// Receivers answer: what is under way is finished, so nothing is sent twice.
pub async fn stopped_amid_answers(label: &str) {
    let plan = Plan::new(label, 2).await.answering_after(ANSWER);
    let mut world = plan.start().await;
    let load = world.load(EACH_TICK);
    for (round, replica) in [0, 1, 0].into_iter().enumerate() {
        let since = Instant::now();
        for replica in 0..2 {
            world.wait_for_sender(replica, since).await;
        }
        world.wait_for_more(AMID).await;
        let took = world.stack.stop_replica(DISPATCHER, replica).await;
        eprintln!("{label}: stop {round} took {took:?}");
        assert!(took < STOPPED_WITHIN, "{took:?}");
        world.stack.start_replica(DISPATCHER, replica);
    }
    let tally = world.settle(load).await;
    eprintln!("{label}: {} deliveries", tally.deliveries);
    assert_eq!(tally.repeated, 0, "sent twice: {:?}", tally.twice);
}

/// Nobody answers: what is under way is handed back in time, and sent by the other one at once.
pub async fn stopped_amid_silence(label: &str) {
    let long = LONG.as_millis().to_string();
    let mut world = Plan::new(label, 2)
        .await
        .set("GA_LEASE__DURATION_MS", &long)
        .set("GA_EGRESS__TOTAL_TIMEOUT_MS", &long)
        .start()
        .await;
    let load = world.load(EACH_TICK);
    for replica in 0..2 {
        world.wait_for_sender(replica, Instant::now()).await;
    }
    // Answers give both replicas room for more than a few attempts.
    world.wait_for_more(AMID).await;
    let name = sender(0);
    let by_it = |it: &&Arrival| it.sender == name && it.hangs;
    world.witness.hang();
    world
        .witness
        .wait_until("what is under way hangs", PATIENCE, |all| {
            let silent = all.iter().filter(|it| it.hangs).count();
            silent >= SILENT && all.iter().any(|it| by_it(&it))
        })
        .await;
    let took = world.stack.stop_replica(DISPATCHER, 0).await;
    eprintln!("{label}: the stop took {took:?}");
    assert!(took < STOPPED_WITHIN, "{took:?}");

    // The pause is for what hangs, so the other one has room as soon as there are answers.
    world.witness.answer_after(Duration::ZERO);
    let stopped = Instant::now();
    let handed_back: BTreeSet<String> = world.witness.look(|all| {
        let under_way = all.iter().filter(by_it);
        under_way.map(|arrival| arrival.delivery.clone()).collect()
    });
    assert!(!handed_back.is_empty());
    world
        .witness
        .wait_until("it is sent by the other one", TAKEN_WITHIN, |all| {
            let of_it = |it: &&Arrival| it.sender != name && handed_back.contains(&it.delivery);
            let taken: BTreeSet<_> = all.iter().filter(of_it).map(|it| &it.delivery).collect();
            taken.len() == handed_back.len()
        })
        .await;
    let took = stopped.elapsed();
    eprintln!("{label}: {} taken over in {took:?}", handed_back.len());
    let tally = world.settle(load).await;
    let other: Vec<_> = tally.twice.difference(&handed_back).collect();
    assert!(other.is_empty(), "sent twice: {other:?}");
}
