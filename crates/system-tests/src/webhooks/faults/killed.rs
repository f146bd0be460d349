//! `kill -9` of one of two replicas, at random moments.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use test_support::eventually;

use super::{AGAIN_WITHIN, EACH_TICK};
use crate::webhooks::moments::Moments;
use crate::webhooks::world::{DISPATCHER, Plan, World, sender};

/// So that some deliveries are under way at every moment.
const ANSWER: Duration = Duration::from_millis(150);
/// The longest time between a replica at work and its end.
const LONGEST: Duration = Duration::from_secs(2);

struct Kill {
    at: Instant,
    /// When it was looked at what was sent before.
    seen: Instant,
    /// Sent by the victim, and not written down: what may be sent twice.
    in_flight: BTreeSet<String>,
    /// Owed, and not sent by the other one: what somebody has to send now.
    left: BTreeSet<String>,
}

/// Nothing is lost, and nothing is sent twice but what was under way; what the victim held is sent
/// by the other one in time.
pub async fn killed(label: &str, times: usize) {
    let mut moments = Moments::new(label);
    let plan = Plan::new(label, 2).await.answering_after(ANSWER);
    let mut world = plan.start().await;
    let load = world.load(EACH_TICK);
    let (mut since, mut in_flight, mut most) = (Instant::now(), BTreeSet::new(), 0);
    for _ in 0..times {
        for replica in 0..2 {
            world.wait_for_sender(replica, since).await;
        }
        moments.come(LONGEST).await;
        let victim = usize::from(moments.below(2) == 1);
        let kill = kill(&mut world, victim).await;
        world.stack.start_replica(DISPATCHER, victim);
        let again = sent_again(&world, &kill).await;
        eprintln!(
            "{label}: {} in flight, {} left, sent again after {again:?}",
            kill.in_flight.len(),
            kill.left.len()
        );
        most += kill.in_flight.len();
        in_flight.extend(kill.in_flight);
        since = kill.at;
    }
    let tally = world.settle(load).await;
    eprintln!(
        "{label}: {times} kills, {} events, {} deliveries, {most} in flight, {} sent again",
        tally.events, tally.deliveries, tally.repeated
    );
    let other: Vec<_> = tally.twice.difference(&in_flight).collect();
    assert!(other.is_empty(), "sent twice after it was done: {other:?}");
    // One that was under way at two kills may be sent a third time.
    assert!(tally.repeated <= most, "{}", tally.repeated);
}

async fn kill(world: &mut World, victim: usize) -> Kill {
    world.stack.kill(DISPATCHER, victim).await;
    let at = Instant::now();
    let owed = world.owed().await;
    // By now, what the victim sent last has been read.
    let seen = Instant::now();
    let last = world.witness.look(|all| -> BTreeMap<String, String> {
        let sent = all.iter().filter(|arrival| arrival.at <= seen);
        sent.map(|arrival| (arrival.delivery.clone(), arrival.sender.clone()))
            .collect()
    });
    // What was sent several times, because of kills before, is with whoever sent it last.
    let sent_by = |replica: usize| {
        let (owed, last, name) = (owed.iter(), &last, sender(replica));
        owed.filter(move |id| last.get(*id) == Some(&name))
            .cloned()
            .collect()
    };
    let with_the_other: BTreeSet<String> = sent_by(1 - victim);
    Kill {
        at,
        seen,
        in_flight: sent_by(victim),
        left: owed.difference(&with_the_other).cloned().collect(),
    }
}

/// Waits for it. Answers how long it took.
async fn sent_again(world: &World, kill: &Kill) -> Duration {
    let mut left = kill.left.clone();
    let limit = AGAIN_WITHIN.saturating_sub(kill.at.elapsed());
    eventually("what it held is sent again", limit, async || {
        world.witness.look(|all| {
            for arrival in all.iter().rev().take_while(|it| it.at > kill.seen) {
                left.remove(&arrival.delivery);
            }
        });
        // What the victim wrote down with its last breath is done.
        let done = left.is_empty() || left.is_disjoint(&world.owed().await);
        done.then_some(())
    })
    .await;
    kill.at.elapsed()
}
