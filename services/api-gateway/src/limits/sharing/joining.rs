//! A replica that does not know what the others gave out: it has just begun, or missed something.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use super::super::Wanted;
use super::super::bucket::Nanos;
use super::nanos;

/// Longest wait for the answers of replicas that are known to be there.
const ANSWERS: Duration = Duration::from_secs(2);
/// Wait for replicas that nothing is known of: so long, or so many times what the broker takes.
const STRANGERS: Duration = Duration::from_millis(250);
const STRANGERS_TIMES: u64 = 10;

pub(super) struct Joining {
    /// The sequence of the first hello. An answer to it, or to a later one, tells all that was said
    /// before anything could be heard here.
    pub(super) hello: u64,
    began: Nanos,
    /// When the hello came back: from then on nothing can be missed.
    echoed_at: Option<Nanos>,
    awaited: HashSet<u64>,
    answered: HashSet<u64>,
    /// When each bucket is full, as the others know it.
    pub(super) levels: HashMap<Wanted, Nanos>,
    /// Nanoseconds that each bucket was charged with since the hello. An answer may have been
    /// written before.
    pub(super) charged: HashMap<Wanted, Nanos>,
}

impl Joining {
    pub(super) fn new(hello: u64, now: Nanos, awaited: HashSet<u64>) -> Self {
        Self {
            hello,
            began: now,
            echoed_at: None,
            awaited,
            answered: HashSet::new(),
            levels: HashMap::new(),
            charged: HashMap::new(),
        }
    }

    pub(super) fn echoed(&mut self, now: Nanos) {
        self.echoed_at.get_or_insert(now);
    }

    /// The replica is there, and will answer once it has heard a hello. True where that is news: it
    /// may have begun to listen after the last one.
    pub(super) fn await_answer(&mut self, replica: u64) -> bool {
        self.awaited.insert(replica)
    }

    pub(super) fn answered(&mut self, replica: u64) {
        self.answered.insert(replica);
        self.awaited.insert(replica);
    }

    /// A bucket is full no sooner than at `full_at`, says an answer.
    pub(super) fn learn(&mut self, wanted: Wanted, full_at: Nanos) {
        let known = self.levels.entry(wanted).or_insert(full_at);
        *known = (*known).max(full_at);
    }

    pub(super) fn charge(&mut self, wanted: Wanted, cost: Nanos) {
        let charged = self.charged.entry(wanted).or_default();
        *charged = charged.saturating_add(cost);
    }

    pub(super) fn gone(&mut self, replica: u64) {
        self.awaited.remove(&replica);
    }

    pub(super) fn is_complete(&self, now: Nanos) -> bool {
        let Some(echoed_at) = self.echoed_at else {
            return false;
        };
        let waited = now.saturating_sub(echoed_at);
        if self.awaited.is_empty() {
            let trip = STRANGERS_TIMES * echoed_at.saturating_sub(self.began);
            return waited >= nanos(STRANGERS).max(trip);
        }
        self.awaited.is_subset(&self.answered) || waited >= nanos(ANSWERS)
    }
}

#[cfg(test)]
mod tests {
    use contracts::v1::usage::Said;
    use contracts::v1::{Hello, Level, Levels, Spending, Spent, Usage};
    use domain::api_key::RateLimit;
    use uuid::Uuid;

    use super::super::super::Limits;
    use super::super::super::pace::Pace;
    use super::super::super::subject::Subject;
    use super::super::Sharing;

    const THIS: u64 = 7;
    const OTHER: u64 = 8;

    fn said(replica: u64, sequence: u64, said: Said) -> Usage {
        Usage {
            replica,
            sequence,
            said: Some(said),
        }
    }

    #[test]
    fn of_a_subject_with_two_limits_each_bucket_is_as_the_others_know_it() {
        let subject = Subject::Key(Uuid::from_u128(1).into());
        let [before, after] = [(10, 60), (1_000, 60)].map(|(n, s)| RateLimit::new(n, s).unwrap());
        let limits = Limits::new(10);
        let mut sharing = Sharing::new(limits.clone(), THIS);
        sharing.connected(0);
        // Nine of the one and five of the other are gone, and then one more of the other.
        let level = |limit: RateLimit, tokens| Level {
            subject: Some(subject.into()),
            limit: Some(limit.into()),
            full_in_nanoseconds: Pace::from(limit).cost(tokens),
        };
        let levels = Levels {
            to: THIS,
            hello: 1,
            levels: vec![level(before, 9), level(after, 5)],
            last: true,
            peers: Vec::new(),
        };
        let spent = Spent {
            subject: Some(subject.into()),
            limit: Some(after.into()),
            tokens: 1,
        };
        let spending = Spending { spent: vec![spent] };
        sharing.hear(0, said(OTHER, 1, Said::Spending(spending)));
        sharing.hear(0, said(OTHER, 2, Said::Levels(levels)));
        sharing.hear(0, said(THIS, 1, Said::Hello(Hello {})));
        sharing.tick(0);
        assert!(sharing.is_joined());
        for (limit, gone) in [(before, 9), (after, 6)] {
            let known = limits.levels(0).into_iter().find(|known| known.1 == limit);
            assert_eq!(known, Some((subject, limit, Pace::from(limit).cost(gone))));
        }
    }
}
