//! What key-service has not heard of yet.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use domain::ApiKeyId;
use domain::api_key::KeyUse;

/// The latest use of each key, of a bounded number of keys.
pub(super) struct Pending {
    capacity: usize,
    by_key: HashMap<ApiKeyId, KeyUse>,
    /// The same keys, those used longest ago first.
    by_time: BTreeSet<(DateTime<Utc>, ApiKeyId)>,
}

impl Pending {
    pub(super) fn new(capacity: usize) -> Self {
        Self {
            capacity,
            by_key: HashMap::new(),
            by_time: BTreeSet::new(),
        }
    }

    /// Keeps the use where no later one of its key is there. Answers how many keys had to be
    /// dropped for it: those used longest ago.
    pub(super) fn add(&mut self, used: KeyUse) -> usize {
        if let Some(known) = self.by_key.get(&used.key_id) {
            if known.at >= used.at {
                return 0;
            }
            self.by_time.remove(&(known.at, known.key_id));
        }
        self.by_time.insert((used.at, used.key_id));
        self.by_key.insert(used.key_id, used);

        let mut dropped = 0;
        while self.by_key.len() > self.capacity && self.take_first().is_some() {
            dropped += 1;
        }
        dropped
    }

    /// Takes out at most `most` uses, the oldest first.
    pub(super) fn take(&mut self, most: usize) -> Vec<KeyUse> {
        std::iter::from_fn(|| self.take_first())
            .take(most)
            .collect()
    }

    fn take_first(&mut self) -> Option<KeyUse> {
        let (_, key) = self.by_time.pop_first()?;
        self.by_key.remove(&key)
    }
}
