//! The buckets of all subjects, in bounded room.

use std::sync::Arc;
use std::time::{Duration, Instant};

use domain::api_key::RateLimit;
use moka::Expiry;
use moka::policy::EvictionPolicy;
use moka::sync::Cache;
use tokio::sync::Notify;

use super::Wanted;
use super::account::Account;
use super::bucket::Bucket;
use super::pace::Pace;
use super::subject::Subject;

/// A bucket, and who waits for it.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) subject: Subject,
    pub(super) bucket: Bucket,
    pub(super) account: Account,
    /// Told when there is room in the account.
    pub(super) room: Notify,
    pub(super) limit: RateLimit,
}

/// Keys and organisations are as many as key-service knows, addresses as many as anybody likes:
/// the one kind never takes the other's place.
///
/// A subject has a bucket for each limit it is asked with: one that is given another limit begins
/// with it anew, and pays nothing off at a pace that was never meant for what it owes.
pub(super) struct Buckets {
    known: Cache<Wanted, Arc<Entry>>,
    addresses: Cache<Wanted, Arc<Entry>>,
}

impl Buckets {
    /// `capacity` of keys and organisations, and as many of addresses.
    pub(super) fn new(capacity: u64) -> Self {
        let cache = || {
            Cache::builder()
                .max_capacity(capacity)
                // Who comes gets a bucket; the one that was not used for longest goes.
                .eviction_policy(EvictionPolicy::lru())
                .expire_after(WhenFull)
                .build()
        };
        Self {
            known: cache(),
            addresses: cache(),
        }
    }

    pub(super) fn entry(&self, subject: Subject, limit: RateLimit) -> Arc<Entry> {
        let (cache, wanted) = (self.cache(subject), (subject, limit));
        if let Some(entry) = cache.get(&wanted) {
            return entry;
        }
        let fresh = || {
            Arc::new(Entry {
                subject,
                bucket: Bucket::default(),
                account: Account::default(),
                room: Notify::new(),
                limit,
            })
        };
        cache.get_with(wanted, fresh)
    }

    pub(super) fn all(&self) -> impl Iterator<Item = Arc<Entry>> {
        let all = self.known.iter().chain(self.addresses.iter());
        all.map(|(_, entry)| entry)
    }

    fn cache(&self, subject: Subject) -> &Cache<Wanted, Arc<Entry>> {
        match subject {
            Subject::Key(_) | Subject::Organization(_) => &self.known,
            Subject::Address(_) => &self.addresses,
        }
    }
}

impl Entry {
    /// The time after its last use in which it is full again, whatever it owes.
    fn full_within(&self) -> Duration {
        Duration::from_nanos(2 * Pace::from(self.limit).window)
    }
}

/// A bucket that nobody asked for until it was full again is as good as a new one.
struct WhenFull;

impl Expiry<Wanted, Arc<Entry>> for WhenFull {
    fn expire_after_create(&self, _: &Wanted, entry: &Arc<Entry>, _: Instant) -> Option<Duration> {
        Some(entry.full_within())
    }

    fn expire_after_read(
        &self,
        _: &Wanted,
        entry: &Arc<Entry>,
        _: Instant,
        _: Option<Duration>,
        _: Instant,
    ) -> Option<Duration> {
        Some(entry.full_within())
    }
}
