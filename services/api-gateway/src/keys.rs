//! What is known of keys, in memory.
//!
//! An answer of key-service holds for its lease and not a moment longer. A change of the key ends
//! it at once: what was remembered is dropped, and a look-up that began before the change can no
//! longer be found, so its answer never takes the place of a newer one.

mod known;
mod listen;
mod slot;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use contracts::rpc::Transport;
use contracts::v1::{KeyServiceClient, LookUpKeyRequest};
use moka::future::Cache;
use tokio::time::Instant;

use crate::error::GatewayError;
use crate::metrics::GatewayMetrics;
use crate::settings::KeySettings;

pub(crate) use known::KnownKey;
pub(crate) use listen::listen;
use slot::{Answer, Leases, Slot};

/// SHA-256 of a token.
pub(crate) type Digest = [u8; 32];

/// Look-ups of one key for one request, at most. A second is needed where the key changed during
/// the first, which hardly happens twice.
const MAX_LOOK_UPS: usize = 4;

/// How long it is remembered that there is a key of a token, whatever becomes of the key.
const EXISTENCE: Duration = Duration::from_secs(3_600);

/// What is in memory about a token.
#[derive(Debug)]
pub(crate) enum Remembered {
    /// Its key, within its lease.
    Key(Arc<KnownKey>),
    /// That there is a key, or that there is none, or somebody is asking just now: to ask once more
    /// costs key-service at most what the keys cost that there are.
    Token,
    Nothing,
}

pub(crate) struct KeyCache<T> {
    client: KeyServiceClient<T>,
    slots: Cache<Digest, Arc<Slot>>,
    /// Tokens that there was a key of.
    existing: Cache<Digest, ()>,
    leases: Leases,
    /// Rises when everything is to be forgotten; slots of an earlier epoch are not used.
    epoch: AtomicU64,
    /// Rises after each dropped slot.
    changes: AtomicU64,
    /// Whether changes are heard of at this moment.
    hearing: AtomicBool,
    metrics: GatewayMetrics,
}

impl<T: Transport + Clone + 'static> KeyCache<T> {
    /// `client` must not share reads: a look-up after a change would join one before it.
    pub(crate) fn new(
        client: KeyServiceClient<T>,
        settings: &KeySettings,
        metrics: GatewayMetrics,
    ) -> Self {
        let leases = Leases::new(settings);
        let slots = Cache::builder()
            .max_capacity(settings.capacity)
            .time_to_live(leases.longest());
        let existing = Cache::builder()
            .max_capacity(settings.capacity)
            .time_to_live(EXISTENCE);
        Self {
            client,
            slots: slots.build(),
            existing: existing.build(),
            leases,
            epoch: AtomicU64::new(0),
            changes: AtomicU64::new(0),
            hearing: AtomicBool::new(false),
            metrics,
        }
    }

    /// What is in memory about the token of this digest; nobody is asked.
    ///
    /// A key is one whose slot was in its place after this was called, with an answer within its
    /// lease: whatever ends it is heard of later.
    pub(crate) async fn remembered(&self, digest: &Digest) -> Remembered {
        let epoch = self.epoch.load(Ordering::SeqCst);
        if let Some(slot) = self.slots.get(digest).await
            && slot.is_usable(epoch, Instant::now(), self.leases)
        {
            return match slot.key() {
                Some(key) => {
                    self.metrics.key_asked(true);
                    Remembered::Key(key)
                }
                None => Remembered::Token,
            };
        }
        if self.existing.contains_key(digest) {
            Remembered::Token
        } else {
            Remembered::Nothing
        }
    }

    /// What key-service says about the token of this digest: `None` where there is no such key.
    /// Requests with the same token share one look-up.
    ///
    /// # Errors
    /// When nothing is known and key-service does not answer.
    pub(crate) async fn find(&self, digest: Digest) -> Answer {
        for _ in 0..MAX_LOOK_UPS {
            let changes = self.changes.load(Ordering::SeqCst);
            let slot = self.slot(digest).await;
            self.metrics.key_asked(slot.is_answered());
            let answer = slot.answer().await?;
            if self.still_holds(&digest, &slot, changes).await {
                return Ok(answer);
            }
        }
        Err(GatewayError::UnsettledKey)
    }

    /// Forgets one key. Given anything but a digest, forgets all: the safe reading.
    pub(crate) async fn forget(&self, digest: &[u8]) {
        match Digest::try_from(digest) {
            Ok(digest) => {
                self.slots.invalidate(&digest).await;
                // After the slot has gone: whoever took it before sees the counter move.
                self.changes.fetch_add(1, Ordering::SeqCst);
            }
            Err(_) => self.forget_all(),
        }
    }

    /// Forgets everything that was asked for before now.
    pub(crate) fn forget_all(&self) {
        self.epoch.fetch_add(1, Ordering::SeqCst);
    }

    pub(crate) fn is_hearing(&self) -> bool {
        self.hearing.load(Ordering::SeqCst)
    }

    fn set_hearing(&self, hearing: bool) {
        self.hearing.store(hearing, Ordering::SeqCst);
    }

    /// The key's slot, a new one unless the present one can be used.
    async fn slot(&self, digest: Digest) -> Arc<Slot> {
        let epoch = self.epoch.load(Ordering::SeqCst);
        let now = Instant::now();
        let begin = async { Arc::new(Slot::begin(epoch, self.look_up(digest))) };
        let spent = |slot: &Arc<Slot>| !slot.is_usable(epoch, now, self.leases);
        self.slots
            .entry(digest)
            .or_insert_with_if(begin, spent)
            .await
            .into_value()
    }

    fn look_up(&self, digest: Digest) -> impl Future<Output = Answer> + Send + use<T> {
        let (client, existing) = (self.client.clone(), self.existing.clone());
        async move {
            let request = LookUpKeyRequest {
                token_sha256: digest.to_vec().into(),
            };
            let key = client.look_up(request).await?.key;
            match key {
                Some(_) => existing.insert(digest, ()).await,
                None => existing.invalidate(&digest).await,
            }
            Ok(key.map(KnownKey::try_from).transpose()?.map(Arc::new))
        }
    }

    /// Whether the answer of `slot`, taken when `changes` was read, is still to be believed: its
    /// lease has not ended while it was waited for, and it was not dropped.
    async fn still_holds(&self, digest: &Digest, slot: &Arc<Slot>, changes: u64) -> bool {
        let usable = slot.is_usable(
            self.epoch.load(Ordering::SeqCst),
            Instant::now(),
            self.leases,
        );
        if !usable {
            return false;
        }
        if self.changes.load(Ordering::SeqCst) == changes {
            return true;
        }
        let present = self.slots.get(digest).await;
        present.is_some_and(|present| Arc::ptr_eq(&present, slot))
    }
}
