//! What the other replicas bring about in this one's buckets.

use std::sync::atomic::Ordering::SeqCst;
use std::sync::{Arc, PoisonError};

use domain::api_key::RateLimit;

use super::Limits;
use super::bucket::Nanos;
use super::buckets::Entry;
use super::pace::Pace;
use super::subject::Subject;

impl Limits {
    /// Whether this replica keeps the limits together with the others, or may soon again.
    pub(crate) fn is_shared(&self) -> bool {
        self.replicas.load(SeqCst) > 0 && !self.is_away.load(SeqCst)
    }

    /// Those of which something is to be told.
    pub(super) fn changed(&self) -> Vec<Arc<Entry>> {
        let mut changed = self.changed.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *changed)
    }

    /// Buckets that are not full, and the time until they are.
    pub(super) fn levels(&self, now: Nanos) -> Vec<(Subject, RateLimit, Nanos)> {
        let level = |entry: Arc<Entry>| match entry.bucket.full_in(now) {
            0 => None,
            full_in => Some((entry.subject, entry.limit, full_in)),
        };
        self.buckets.all().filter_map(level).collect()
    }

    /// Another replica gave out so many tokens; below zero, they came back.
    pub(super) fn spent_elsewhere(
        &self,
        now: Nanos,
        subject: Subject,
        limit: RateLimit,
        tokens: i32,
    ) {
        let entry = self.buckets.entry(subject, limit);
        let count = tokens.unsigned_abs();
        match tokens {
            0.. => entry.bucket.charge(now, count, limit.into()),
            _ => entry.bucket.give_back(count, limit.into()),
        }
    }

    /// The others know the bucket to be full at this time, but for what they have not heard of.
    pub(super) fn raise(&self, now: Nanos, subject: Subject, limit: RateLimit, full_at: Nanos) {
        let pace = Pace::from(limit);
        let entry = self.buckets.entry(subject, limit);
        let unheard = pace.cost(entry.account.unheard());
        let most = now.saturating_add(2 * pace.window);
        entry
            .bucket
            .at_least(full_at.saturating_add(unheard).min(most));
    }

    pub(super) fn set_replicas(&self, replicas: u32) {
        if self.replicas.swap(replicas, SeqCst) == 0 {
            // Nothing was allowed before.
            for entry in self.buckets.all() {
                entry.room.notify_waiters();
            }
        }
    }

    /// Whether nothing can be told at this moment.
    pub(super) fn set_away(&self, is_away: bool) {
        self.is_away.store(is_away, SeqCst);
    }
}
