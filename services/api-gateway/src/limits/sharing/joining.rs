//! A replica that does not know what the others gave out: it has just begun, or missed something.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use domain::api_key::RateLimit;

use super::super::bucket::Nanos;
use super::super::subject::Subject;
use super::nanos;

/// Longest wait for the answers of replicas that are known to be there.
const ANSWERS: Duration = Duration::from_secs(2);
/// Wait for replicas that nothing is known of: so long, or so many times what the broker takes.
const STRANGERS: Duration = Duration::from_millis(250);
const STRANGERS_TIMES: u64 = 10;

/// A bucket as others know it.
pub(super) struct Known {
    pub(super) full_at: Nanos,
    pub(super) limit: RateLimit,
}

pub(super) struct Joining {
    /// The sequence of the first hello. An answer to it, or to a later one, tells all that was said
    /// before anything could be heard here.
    pub(super) hello: u64,
    began: Nanos,
    /// When the hello came back: from then on nothing can be missed.
    echoed_at: Option<Nanos>,
    awaited: HashSet<u64>,
    answered: HashSet<u64>,
    /// Each bucket as the others know it.
    pub(super) levels: HashMap<Subject, Known>,
    /// Nanoseconds that each bucket was charged with since the hello. An answer may have been
    /// written before.
    pub(super) charged: HashMap<Subject, Nanos>,
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
    pub(super) fn learn(&mut self, subject: Subject, limit: RateLimit, full_at: Nanos) {
        let known = self.levels.entry(subject);
        let known = known.or_insert(Known { full_at, limit });
        known.full_at = known.full_at.max(full_at);
    }

    pub(super) fn charge(&mut self, subject: Subject, cost: Nanos) {
        let charged = self.charged.entry(subject).or_default();
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
