//! How much a key, an organisation or an address may ask.
//!
//! Each has a token bucket, and every replica a picture of each bucket: what it gave out itself,
//! and what it heard that others gave out.

mod account;
mod bucket;
mod buckets;
mod counts;
mod pace;
mod share;
mod shared;
mod sharing;
mod subject;
#[cfg(test)]
mod tests;

use std::pin::pin;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::SeqCst};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use domain::api_key::RateLimit;
use tokio::sync::Notify;
use tokio::time::{Instant, timeout_at};

use bucket::Nanos;
use buckets::{Buckets, Entry};
use counts::Counts;
use pace::Pace;
pub(crate) use share::Share;
pub(crate) use subject::{AddressBlock, Subject};

/// Longest wait of a request until the others can know what this replica gave out before.
const LONGEST_WAIT: Duration = Duration::from_secs(1);

/// The part of a limit that the replicas may give out without hearing of each other: a twentieth
/// each way makes a tenth (`docs/adr/0013`).
const SHARES: u32 = 20;

/// A subject and its limit.
pub(crate) type Wanted = (Subject, RateLimit);

/// What a subject's tokens are taken from. A request looks for it once, and uses it until it is
/// answered.
#[derive(Debug, Clone)]
pub(crate) struct Purse(Arc<Entry>);

impl Purse {
    pub(crate) fn limit(&self) -> RateLimit {
        self.0.limit
    }
}

/// Why a request is not let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotTaken {
    /// There is no token.
    Exhausted {
        /// Which of those asked for; the one that takes longest where there are several.
        index: usize,
        /// Until it has one.
        retry_after: Duration,
    },
    /// There may be tokens, but the replica has given out as many as it may without the others
    /// hearing of it, and they do not. A 503: the client has done nothing wrong.
    Unheard,
}

/// What is in a bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Level {
    /// Whole tokens.
    pub(crate) remaining: u32,
    pub(crate) full_in: Duration,
}

/// All buckets of a replica.
pub(crate) struct Limits {
    buckets: Buckets,
    began: Instant,
    /// Those of which something is to be told to the others.
    changed: Mutex<Vec<Arc<Entry>>>,
    /// Told when that should not wait.
    urgent: Notify,
    /// Replicas that keep the limits together, with this one; 0 before this one is of them.
    replicas: AtomicU32,
    /// Whether the others cannot be told anything at this moment.
    is_away: AtomicBool,
    counts: Counts,
}

impl Limits {
    /// `capacity`: buckets of keys and organisations at most, and as many of addresses.
    pub(crate) fn new(capacity: u64) -> Arc<Self> {
        Arc::new(Self {
            buckets: Buckets::new(capacity),
            began: Instant::now(),
            changed: Mutex::default(),
            urgent: Notify::new(),
            replicas: AtomicU32::new(0),
            is_away: AtomicBool::new(true),
            counts: Counts::default(),
        })
    }

    pub(crate) fn purse(&self, (subject, limit): Wanted) -> Purse {
        Purse(self.buckets.entry(subject, limit))
    }

    /// One token of each, or none of any.
    ///
    /// # Errors
    /// When one has none, or after a bounded wait when the other replicas cannot be told.
    pub(crate) async fn take(&self, purses: &[Purse]) -> Result<(), NotTaken> {
        let mut deadline = None;
        loop {
            let entry = match self.try_take(self.now(), purses) {
                Ok(()) => break,
                Err(Missed::Exhausted { index, wait }) => {
                    let refused = purses.get(index).map(|purse| purse.0.subject);
                    refused.inspect(|subject| self.counts.refused(*subject));
                    let retry_after = Duration::from_nanos(wait);
                    return Err(NotTaken::Exhausted { index, retry_after });
                }
                Err(Missed::NoRoom { entry }) => entry,
            };
            let begun = || {
                self.counts.waited();
                Instant::now() + LONGEST_WAIT
            };
            let deadline = *deadline.get_or_insert_with(begun);
            self.wait_for_room(&entry, deadline).await?;
        }
        for Purse(entry) in purses {
            self.counts.admitted(entry.subject);
        }
        Ok(())
    }

    async fn wait_for_room(&self, entry: &Entry, deadline: Instant) -> Result<(), NotTaken> {
        let unheard = || {
            self.counts.unheard();
            NotTaken::Unheard
        };
        let mut room = pin!(entry.room.notified());
        room.as_mut().enable();
        // There may have been some before anybody listened.
        if entry.account.unheard() < self.allowance(entry.subject, entry.limit.into()) {
            return Ok(());
        }
        if self.is_away.load(SeqCst) {
            return Err(unheard());
        }
        timeout_at(deadline, room).await.map_err(|_| unheard())
    }

    /// Gives back what was taken for an answer that costs nothing.
    pub(crate) fn give_back(&self, purses: &[Purse]) {
        for Purse(entry) in purses {
            self.return_one(entry);
        }
    }

    pub(crate) fn level(&self, Purse(entry): &Purse) -> Level {
        let full_in = entry.bucket.full_in(self.now());
        Level {
            remaining: Pace::from(entry.limit).left(full_in),
            full_in: Duration::from_nanos(full_in),
        }
    }

    /// Nanoseconds since the replica began.
    fn now(&self) -> Nanos {
        u64::try_from(self.began.elapsed().as_nanos()).unwrap_or(u64::MAX)
    }

    fn try_take(&self, now: Nanos, purses: &[Purse]) -> Result<(), Missed> {
        for (index, Purse(entry)) in purses.iter().enumerate() {
            if let Err(missed) = self.take_one(now, entry) {
                self.give_back(purses.get(..index).unwrap_or_default());
                return Err(match missed {
                    Missed::Exhausted { .. } => longest_wait(now, purses, missed),
                    room @ Missed::NoRoom { .. } => room,
                });
            }
        }
        Ok(())
    }

    fn take_one(&self, now: Nanos, entry: &Arc<Entry>) -> Result<(), Missed> {
        let pace = Pace::from(entry.limit);
        let exhausted = |wait| Missed::Exhausted { index: 0, wait };
        // An empty bucket is said to be empty at once, whether there is room or not.
        match entry.bucket.wait(now, pace) {
            0 => {}
            wait => return Err(exhausted(wait)),
        }
        let Some(added) = entry.account.add(self.allowance(entry.subject, pace)) else {
            let entry = entry.clone();
            return Err(Missed::NoRoom { entry });
        };
        if added.to_be_listed {
            self.list(entry);
        }
        self.take_noted(now, entry).map_err(exhausted)?;
        if added.is_urgent {
            self.urgent.notify_one();
        }
        Ok(())
    }

    /// Takes a token that is in the account already. By now it may be gone, and the others may have
    /// been told of it: then they are told that it came back.
    fn take_noted(&self, now: Nanos, entry: &Arc<Entry>) -> Result<(), Nanos> {
        let taken = entry.bucket.take(now, entry.limit.into());
        taken.inspect_err(|_| self.take_back(entry))
    }

    fn return_one(&self, entry: &Arc<Entry>) {
        entry.bucket.give_back(1, entry.limit.into());
        self.take_back(entry);
    }

    fn take_back(&self, entry: &Arc<Entry>) {
        if entry.account.take_back() {
            self.list(entry);
        }
        entry.room.notify_waiters();
    }

    fn list(&self, entry: &Arc<Entry>) {
        let mut changed = self.changed.lock().unwrap_or_else(PoisonError::into_inner);
        changed.push(entry.clone());
    }

    /// Tokens of one bucket that this replica may give out before the others hear of it: with all
    /// of them together, a twentieth of the limit, but one each at least.
    ///
    /// Of failures as many as there are: nobody who has no key is worth a wait, and what a flood of
    /// guesses gains at several replicas is gone with the next message.
    fn allowance(&self, subject: Subject, pace: Pace) -> u32 {
        if matches!(subject, Subject::Address(_)) {
            return u32::MAX;
        }
        match self.replicas.load(SeqCst) {
            // What the others gave out is not known yet.
            0 => 0,
            replicas => {
                let others = replicas.saturating_sub(1).max(1);
                (pace.requests / others.saturating_mul(SHARES)).max(1)
            }
        }
    }
}

/// Why no tokens were taken at this moment.
enum Missed {
    Exhausted { index: usize, wait: Nanos },
    NoRoom { entry: Arc<Entry> },
}

/// Of those that have none, the one that takes longest.
fn longest_wait(now: Nanos, purses: &[Purse], missed: Missed) -> Missed {
    let waits = purses.iter().enumerate().map(|(index, Purse(entry))| {
        let wait = entry.bucket.wait(now, entry.limit.into());
        (wait, index)
    });
    match waits.max() {
        Some((wait, index)) if wait > 0 => Missed::Exhausted { index, wait },
        // There is one again, for the next request.
        _ => missed,
    }
}
