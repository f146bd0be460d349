//! What a seed decides before anything runs.

use std::time::Duration;

use super::link::Reach;
use super::receivers::Temper;
use test_support::Chance;

/// Times count from the beginning.
#[derive(Debug, Clone)]
pub(super) struct Plan {
    pub(super) replicas: usize,
    pub(super) endpoints: Vec<EndpointPlan>,
    /// What is done, in the order of its times.
    pub(super) acts: Vec<(Duration, Act)>,
    /// Of a hundred statements, those whose connection breaks, on each way.
    pub(super) lossy_percent: u64,
    /// Of a hundred acknowledgements, those that are lost.
    pub(super) unheard_percent: u64,
    /// How far a replica's clock is from the database's.
    pub(super) skews: Vec<Duration>,
    /// Of a hundred times that a replica could go on, those at which others go on first.
    pub(super) shaken_percent: u64,
    pub(super) held: usize,
    pub(super) in_flight: usize,
    pub(super) in_flight_per_endpoint: usize,
    pub(super) batch: usize,
}

#[derive(Debug, Clone)]
pub(super) struct EndpointPlan {
    pub(super) organization: usize,
    /// Requests in so many seconds.
    pub(super) rate: Option<(u32, u32)>,
    pub(super) in_order: bool,
    /// How it answers, from when on.
    pub(super) tempers: Vec<(Duration, Temper)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Act {
    /// So many events happen.
    Publish(usize),
    /// The replica is gone after so many more steps; another begins in its place after a time.
    Kill(usize, u32, Duration),
    /// It is asked to stop; another begins in its place after a time.
    Stop(usize, Duration),
    /// It is told to stop at once.
    Force(usize),
    /// It does not run for a time, and does not know.
    Freeze(usize),
    Thaw(usize),
    /// From now on it reaches the database like that.
    Reach(usize, Reach),
    /// The broker hands out once more whatever is not acknowledged, though its handlers go on.
    Redeliver,
    /// Somebody changes an endpoint, and replicas hear of it, or do not.
    Change(usize, Status),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Status {
    Enabled,
    Paused,
    Deleted,
}

/// What goes wrong begins before this.
const LAST: u64 = 2_000;
/// What the database usually takes, each way.
pub(super) const USUAL: Reach = Reach::Within(Duration::from_millis(8));

impl Plan {
    pub(super) fn new(seed: u64) -> Self {
        let chance = &mut Chance::new(seed);
        let replicas = 2 + chance.below(2);
        let endpoints = 1 + chance.below(4);
        let is_calm = chance.is(10);
        let mut acts = publications(chance);
        if !is_calm {
            for _ in 0..chance.between(1, 7) {
                acts.extend(misfortune(chance, replicas));
            }
            for _ in 0..chance.between(0, 3) {
                acts.push((time(chance), change(chance, endpoints)));
            }
        }
        acts.sort_by_key(|(at, _)| *at);
        Self {
            replicas,
            endpoints: (0..endpoints).map(|_| EndpointPlan::new(chance)).collect(),
            acts,
            lossy_percent: if is_calm { 0 } else { chance.of(&[0, 0, 1, 5]) },
            unheard_percent: if is_calm { 0 } else { chance.of(&[0, 0, 10]) },
            skews: (0..replicas).map(|_| skew(chance)).collect(),
            shaken_percent: chance.of(&[0, 10, 40]),
            held: chance.of(&[6, 12, 40, 400]),
            in_flight: chance.of(&[2, 4, 32]),
            in_flight_per_endpoint: chance.of(&[1, 3, 16]),
            batch: chance.of(&[1, 4, 100]),
        }
    }

    /// Whether nothing but the receivers goes wrong.
    pub(super) fn is_calm(&self) -> bool {
        let expected = |act: &Act| matches!(act, Act::Publish(_));
        self.acts.iter().all(|(_, act)| expected(act))
            && (self.lossy_percent, self.unheard_percent) == (0, 0)
    }
}

impl EndpointPlan {
    fn new(chance: &mut Chance) -> Self {
        let mut tempers = vec![(Duration::ZERO, Temper::any(chance))];
        for _ in 0..chance.between(0, 3) {
            tempers.push((time(chance), Temper::any(chance)));
        }
        tempers.sort_by_key(|(at, _)| *at);
        // At last it is well, or it is a lost cause.
        if chance.is(85) {
            tempers.push((Duration::from_millis(LAST), Temper::Well));
        }
        Self {
            organization: chance.below(2),
            rate: chance.of(&[None, None, None, Some((10, 1)), Some((3, 1)), Some((40, 2))]),
            in_order: chance.is(25),
            tempers,
        }
    }
}

fn publications(chance: &mut Chance) -> Vec<(Duration, Act)> {
    let bursts = chance.between(1, 5);
    (0..bursts)
        .map(|_| (time(chance), Act::Publish(1 + chance.below(7))))
        .collect()
}

fn time(chance: &mut Chance) -> Duration {
    chance.milliseconds(LAST)
}

/// Milliseconds, or half a second.
fn skew(chance: &mut Chance) -> Duration {
    let end = chance.of(&[1, 10, 500]);
    chance.milliseconds(end)
}

/// What goes wrong, and is well again later.
fn misfortune(chance: &mut Chance, replicas: usize) -> Vec<(Duration, Act)> {
    let (replica, begin) = (chance.below(replicas), time(chance));
    let end = begin + chance.milliseconds(3_000);
    let pause = chance.milliseconds(2_000);
    match chance.between(0, 13) {
        0..=3 => {
            let steps = u32::try_from(chance.below(40)).unwrap();
            vec![(begin, Act::Kill(replica, steps, pause))]
        }
        4 => vec![(begin, Act::Stop(replica, pause))],
        5 => vec![
            (begin, Act::Stop(replica, pause)),
            (end, Act::Force(replica)),
        ],
        6 | 7 => vec![(begin, Act::Freeze(replica)), (end, Act::Thaw(replica))],
        8 | 9 => vec![
            (begin, Act::Reach(replica, reach(chance))),
            (end, Act::Reach(replica, USUAL)),
        ],
        10 | 11 => {
            let reach = reach(chance);
            let ends = [(begin, reach), (end, USUAL)];
            let all = |(at, reach)| (0..replicas).map(move |one| (at, Act::Reach(one, reach)));
            ends.into_iter().flat_map(all).collect()
        }
        _ => vec![(begin, Act::Redeliver)],
    }
}

fn reach(chance: &mut Chance) -> Reach {
    match chance.between(0, 3) {
        0 => Reach::Refusing,
        1 => Reach::Hanging(Duration::from_millis(100) + chance.milliseconds(1_500)),
        _ => Reach::Within(Duration::from_millis(200) + chance.milliseconds(1_500)),
    }
}

fn change(chance: &mut Chance, endpoints: usize) -> Act {
    let status = match chance.between(0, 7) {
        0..=2 => Status::Paused,
        3..=5 => Status::Enabled,
        _ => Status::Deleted,
    };
    Act::Change(chance.below(endpoints), status)
}
