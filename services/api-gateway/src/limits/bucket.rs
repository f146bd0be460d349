//! One token bucket.
//!
//! It is the generic cell rate algorithm (ITU-T I.371): all that is kept is the time at which the
//! bucket will be full. A token taken moves it one interval on; time that passes does the rest.

use std::sync::atomic::{AtomicU64, Ordering::SeqCst};

use super::pace::Pace;

/// Nanoseconds on the replica's own monotonic clock.
pub(super) type Nanos = u64;

#[derive(Debug, Default)]
pub(super) struct Bucket {
    /// When it is full; in the past, it is.
    full_at: AtomicU64,
}

impl Bucket {
    /// One token.
    ///
    /// # Errors
    /// The time until there is one.
    pub(super) fn take(&self, now: Nanos, pace: Pace) -> Result<(), Nanos> {
        let taken = self.full_at.try_update(SeqCst, SeqCst, |full_at| {
            let next = full_at.max(now) + pace.interval;
            (next <= now + pace.window).then_some(next)
        });
        taken.map(drop).map_err(|_| self.wait(now, pace))
    }

    /// Gives tokens back that were taken here or elsewhere.
    pub(super) fn give_back(&self, tokens: u32, pace: Pace) {
        self.change(|full_at| full_at.saturating_sub(pace.cost(tokens)));
    }

    /// Takes tokens that were given out elsewhere, whether they are there or not. The bucket owes
    /// at most what it holds.
    pub(super) fn charge(&self, now: Nanos, tokens: u32, pace: Pace) {
        let debt = now + 2 * pace.window;
        self.change(|full_at| {
            let charged = full_at.max(now).saturating_add(pace.cost(tokens));
            charged.min(debt.max(full_at))
        });
    }

    /// The bucket is full no sooner than at `full_at`.
    pub(super) fn at_least(&self, full_at: Nanos) {
        self.full_at.fetch_max(full_at, SeqCst);
    }

    /// The time until there is a token; zero where there is one.
    pub(super) fn wait(&self, now: Nanos, pace: Pace) -> Nanos {
        let next = self.full_at.load(SeqCst).max(now) + pace.interval;
        next.saturating_sub(now + pace.window)
    }

    /// The time until it is full; zero where it is.
    pub(super) fn full_in(&self, now: Nanos) -> Nanos {
        self.full_at.load(SeqCst).saturating_sub(now)
    }

    fn change(&self, change: impl Fn(Nanos) -> Nanos) {
        self.full_at.update(SeqCst, SeqCst, change);
    }
}
