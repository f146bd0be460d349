//! The last use of each key, noted in memory and told to key-service from time to time.
//!
//! A request only notes: for a key that this replica has noted within the last minute, that is a
//! look into a table. What is noted goes through a channel to a task of its own, which tells
//! key-service in batches. It is worth less than an answer: what cannot be kept is dropped, and
//! counted.

mod metrics;
mod pending;
mod report;
#[cfg(test)]
mod tests;

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use actix_web::http::header::{HeaderMap, USER_AGENT};
use chrono::{DateTime, SubsecRound, Utc};
use contracts::rpc::Transport;
use contracts::v1::KeyServiceClient;
use domain::ApiKeyId;
use domain::api_key::{KeyUse, UserAgent};
use moka::policy::EvictionPolicy;
use moka::sync::Cache;
use tokio::sync::mpsc;

use crate::settings::LastUseSettings;

pub(crate) use metrics::LastUseMetrics;
pub(crate) use report::{Reporter, Reporting};

/// Milliseconds from a use that was noted to the next of the same key.
const EVERY: u64 = 60_000;
/// Before every clock's time.
const NEVER: i64 = i64::MIN;

/// Where requests note that a key was used.
pub(crate) struct LastUses {
    /// When each key was last noted, in milliseconds since 1970.
    noted: Cache<ApiKeyId, Arc<AtomicI64>>,
    told: mpsc::Sender<KeyUse>,
    metrics: LastUseMetrics,
}

impl LastUses {
    /// And the task that tells `client` what is noted.
    pub(crate) fn new<T: Transport + 'static>(
        settings: &LastUseSettings,
        client: KeyServiceClient<T>,
        metrics: LastUseMetrics,
    ) -> (Self, Reporter<T>) {
        let capacity = settings.capacity.get();
        // A channel takes no room before it is used.
        let (told, heard) = mpsc::channel(capacity);
        let noted = Cache::builder()
            .max_capacity(u64::try_from(capacity).unwrap_or(u64::MAX))
            // A new key takes the place of the one that was used longest ago.
            .eviction_policy(EvictionPolicy::lru())
            .build();
        let reporter = Reporter::new(settings, client, heard, metrics.clone());
        let uses = Self {
            noted,
            told,
            metrics,
        };
        (uses, reporter)
    }

    /// Notes that a request with these headers has used the key, unless one was noted less than a
    /// minute ago. Never waits.
    pub(crate) fn note(
        &self,
        key: ApiKeyId,
        address: Option<IpAddr>,
        headers: &HeaderMap,
        now: DateTime<Utc>,
    ) {
        let Some(address) = address else { return };
        let noted = self.noted.get_with(key, || Arc::new(AtomicI64::new(NEVER)));
        let (before, at) = (noted.load(Ordering::Relaxed), now.timestamp_millis());
        // A clock that was set back counts as one that has gone on.
        let is_due = at.abs_diff(before) >= EVERY;
        let claimed = || noted.compare_exchange(before, at, Ordering::Relaxed, Ordering::Relaxed);
        if !is_due || claimed().is_err() {
            return;
        }
        let used = KeyUse {
            key_id: key,
            at: now.trunc_subsecs(6),
            address,
            user_agent: user_agent(headers),
        };
        if self.told.try_send(used).is_err() {
            // The next request tries again.
            noted.store(before, Ordering::Relaxed);
            self.metrics.dropped(1);
        }
    }
}

fn user_agent(headers: &HeaderMap) -> Option<UserAgent> {
    let header = headers.get(USER_AGENT)?;
    UserAgent::cut(&String::from_utf8_lossy(header.as_bytes()))
}
