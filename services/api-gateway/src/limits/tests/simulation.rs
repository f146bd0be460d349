//! Replicas in a world where messages are late, lost and overtake each other, by the seed.
//!
//! Their limits and what they say to each other are the real ones; the broker, the time and the
//! requests are not.

mod faults;
mod node;
mod world;

use domain::api_key::RateLimit;

use super::super::SHARES;
use super::super::bucket::Nanos;
use super::super::pace::Pace;
use faults::Fault;
use test_support::Chance;
use world::{Event, World};

const MILLISECOND: Nanos = 1_000_000;
const END: Nanos = 4_000 * MILLISECOND;

/// What is decided before it begins.
#[derive(Debug, Clone)]
struct Schedule {
    replicas: usize,
    limit: RateLimit,
    /// Whether all queues have all messages in the same order.
    is_total_order: bool,
    /// Where they have not: from whom to whose queue everything takes longer, and how much.
    slow_way: (usize, usize, Nanos),
    longest_delay: Nanos,
    /// Of a hundred requests, those whose tokens come back.
    free_percent: u64,
    traffic: Traffic,
}

/// Where requests arrive.
#[derive(Debug, Clone, Copy)]
enum Traffic {
    One,
    Spread,
    /// At one, then at the next.
    Alternating,
}

impl Schedule {
    fn new(chance: &mut Chance, replicas: usize, is_total_order: bool) -> Self {
        const LIMITS: [(u32, u32); 6] =
            [(1_000, 60), (100, 10), (10, 1), (60, 60), (3, 1), (400, 5)];
        let pick = |chance: &mut Chance, of: usize| {
            usize::try_from(chance.number() % u64::try_from(of).unwrap()).unwrap()
        };
        let (requests, seconds) = LIMITS[pick(chance, LIMITS.len())];
        let traffic = [Traffic::One, Traffic::Spread, Traffic::Alternating][pick(chance, 3)];
        Self {
            replicas,
            limit: RateLimit::new(requests, seconds).unwrap(),
            is_total_order,
            slow_way: (
                pick(chance, replicas),
                pick(chance, replicas),
                [0, 50, 500][pick(chance, 3)] * MILLISECOND,
            ),
            longest_delay: [5, 50, 1_000][pick(chance, 3)] * MILLISECOND,
            free_percent: [0, 20][pick(chance, 2)],
            traffic,
        }
    }

    /// Tokens of one replica that the others may not know of.
    fn allowance(&self) -> u32 {
        let others = u32::try_from(self.replicas.max(2) - 1).unwrap();
        (self.limit.requests() / (SHARES * others)).max(1)
    }

    fn others(&self) -> u32 {
        u32::try_from(self.replicas - 1).unwrap()
    }
}

impl World {
    /// More requests than the limit lets in, from now until `end`: at first many at once.
    fn plan_requests(&mut self, end: Nanos) {
        let rate = u64::from(self.schedule.limit.requests()) * 1_000 * MILLISECOND;
        let mean = Pace::from(self.schedule.limit).interval.min(rate) / 2;
        let replicas = u64::try_from(self.nodes.len()).unwrap();
        let mut at = self.chance.between(0, 500 * MILLISECOND);
        let mut burst = 2 * u64::from(self.schedule.limit.requests());
        let mut count = 0;
        while self.now + at < end {
            let node = match self.schedule.traffic {
                Traffic::One => 0,
                Traffic::Spread => self.chance.between(0, replicas),
                Traffic::Alternating => count / 20 % replicas,
            };
            self.after(at, Event::Request(usize::try_from(node).unwrap(), 0));
            count += 1;
            burst = burst.saturating_sub(1);
            at += match burst {
                0 => self.chance.between(0, 2 * mean),
                _ => self.chance.between(0, MILLISECOND / 2),
            };
        }
    }
}

/// What goes wrong, and whether one queue may have messages in another order than the next.
#[derive(Debug, Clone, Copy)]
struct Conditions {
    is_total_order: bool,
    has_faults: bool,
}

fn run(seed: u64, replicas: usize, conditions: Conditions) -> (World, Option<Fault>) {
    let mut chance = Chance::new(seed);
    let schedule = Schedule::new(&mut chance, replicas, conditions.is_total_order);
    let mut world = World::new(chance, schedule);
    world.plan_requests(END);
    let fault = conditions.has_faults.then(|| world.plan_fault());
    world.run_until(END);
    (world, fault)
}

/// Tokens that may be let in too much. What a replica gave out that others did not know of counts
/// once, and twice where it told of it while another told of something else and the broker did not
/// have one order for all. A replica that dies takes with it what it has not told.
fn bound(schedule: &Schedule, conditions: Conditions, fault: Option<Fault>) -> u32 {
    let times = match (conditions.is_total_order, conditions.has_faults) {
        (true, false) => 1,
        _ => 2,
    };
    let dead = u32::from(matches!(fault, Some(Fault::Dead(_))));
    (schedule.others() * times + dead) * schedule.allowance()
}

fn check(conditions: Conditions) {
    for (replicas, seeds) in [(1, 20), (3, 100), (5, 20)] {
        for seed in 0..seeds {
            let (world, fault) = run(seed, replicas, conditions);
            let told = format!(
                "seed {seed}: {:?}, {conditions:?}, {fault:?}",
                world.schedule
            );
            let bound = i128::from(bound(&world.schedule, conditions, fault));
            let excess = world.excess.tokens();
            assert!(
                excess <= bound,
                "{excess} more than the limit, at most {bound}: {told}"
            );
            // There is demand for twice the limit.
            let least = u64::from(world.schedule.limit.requests()) * 4 / 5;
            let schedule = &world.schedule;
            let quiet = schedule.is_total_order && schedule.longest_delay < 100 * MILLISECOND;
            let missed = !conditions.has_faults && quiet && world.let_in < least;
            assert!(!missed, "only {} were let in: {told}", world.let_in);
        }
    }
}

#[test]
fn replicas_keep_the_limit_together() {
    check(Conditions {
        is_total_order: true,
        has_faults: false,
    });
}

#[test]
fn they_keep_it_while_messages_overtake_each_other() {
    check(Conditions {
        is_total_order: false,
        has_faults: false,
    });
}

#[test]
fn they_keep_it_while_one_is_cut_off_or_dies_and_when_the_broker_does() {
    check(Conditions {
        is_total_order: true,
        has_faults: true,
    });
}

#[test]
fn they_keep_it_through_all_of_that_at_once() {
    check(Conditions {
        is_total_order: false,
        has_faults: true,
    });
}
