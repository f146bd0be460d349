//! What this replica may send, and until when.
//!
//! A replica leases deliveries under an id of its own and keeps saying that it lives. When it
//! stops, the others free what it held. Its own view of the time is monotonic and counts from
//! before each renewal, so that it stops beginning attempts before anybody else may begin them.
//!
//! A lease that ended, or under which something may have been written that memory does not know
//! of (a commit whose answer was lost), is given up for a new one: what is under the old one is
//! then freed like that of any dead replica.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use service_kit::Clock;
use tokio::sync::Notify;
use tokio::time::{Instant, timeout};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::db::leases::REAP_BATCH;
use crate::entropy::{Entropy, time_ordered_id};
use crate::error::DispatcherError;
use crate::ledger::{Ledger, may_be_done};
use crate::settings::LeaseSettings;

/// The right to send what is written under its id, for a time.
pub struct Lease {
    id: Uuid,
    born: Instant,
    /// Milliseconds after `born`.
    until: AtomicU64,
    in_doubt: AtomicBool,
}

impl Lease {
    /// A lease on `id` that was asked for at `asked`, before the database set its end.
    pub(crate) fn new(id: Uuid, asked: Instant, duration: Duration) -> Self {
        let until = AtomicU64::new(milliseconds(duration));
        Self {
            id,
            born: asked,
            until,
            in_doubt: AtomicBool::new(false),
        }
    }

    pub fn id(&self) -> Uuid {
        self.id
    }

    /// Whether an attempt under it may begin now.
    pub fn is_alive(&self) -> bool {
        milliseconds(self.born.elapsed()) < self.until.load(Ordering::Relaxed)
    }

    /// Notes that something under it will not be sent from here, or may not be. From then on it is
    /// not prolonged, so that another lease can take over what it covers.
    pub fn give_up(&self) {
        self.in_doubt.store(true, Ordering::Relaxed);
    }

    /// Whether it must not be prolonged.
    pub fn is_given_up(&self) -> bool {
        self.in_doubt.load(Ordering::Relaxed)
    }

    fn extend(&self, asked: Instant, duration: Duration) {
        let until = milliseconds(asked.duration_since(self.born) + duration);
        self.until.store(until, Ordering::Relaxed);
    }
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// Something is being written under a lease. Dropped before it is dispelled, nobody here knows whether
/// it was: the lease is given up.
pub struct Doubt<'a> {
    leases: &'a Leases,
    lease: Option<&'a Lease>,
}

impl<'a> Doubt<'a> {
    pub fn of(leases: &'a Leases, lease: Option<&'a Lease>) -> Self {
        Self { leases, lease }
    }

    /// Hears the answer. One that tells that nothing was written leaves no doubt.
    pub fn hear<T>(&mut self, answer: Result<T, DispatcherError>) -> Result<T, DispatcherError> {
        answer.inspect_err(|error| {
            if !may_be_done(error) {
                self.lease = None;
            }
        })
    }

    /// It is known, whatever it is.
    pub fn dispel(mut self) {
        self.lease = None;
    }
}

impl Drop for Doubt<'_> {
    fn drop(&mut self) {
        if let Some(lease) = self.lease {
            self.leases.doubt(lease);
        }
    }
}

/// What a beat of the heart did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Beat {
    Renewed,
    /// The old lease was given up.
    Replaced,
}

/// The leases of this replica, one after another.
pub struct Leases {
    ledger: Arc<dyn Ledger>,
    clock: Clock,
    entropy: Arc<dyn Entropy>,
    settings: LeaseSettings,
    current: RwLock<Arc<Lease>>,
    doubted: Notify,
    /// The last lease was handed back: none is taken any more.
    is_retired: AtomicBool,
}

/// A replica that was cut off from the database waits so long before it declares others dead: they
/// may have been cut off as well, and still have outcomes to write.
const PATIENCE: Duration = Duration::from_secs(2);
const FORGET_EVERY: Duration = Duration::from_secs(600);

impl Leases {
    /// Takes the first lease.
    pub async fn take(
        ledger: Arc<dyn Ledger>,
        clock: Clock,
        entropy: Arc<dyn Entropy>,
        settings: LeaseSettings,
    ) -> Result<Arc<Self>, DispatcherError> {
        let lease = register(ledger.as_ref(), &clock, entropy.as_ref(), settings).await?;
        let (current, doubted) = (RwLock::new(Arc::new(lease)), Notify::new());
        Ok(Arc::new(Self {
            ledger,
            clock,
            entropy,
            settings,
            current,
            doubted,
            is_retired: AtomicBool::new(false),
        }))
    }

    /// The present lease, if it lasts.
    pub fn current(&self) -> Option<Arc<Lease>> {
        Some(self.latest()).filter(|lease| lease.is_alive())
    }

    /// How long ago the present lease ended; zero while it lasts.
    pub fn lost_for(&self) -> Duration {
        let lease = self.latest();
        let until = Duration::from_millis(lease.until.load(Ordering::Relaxed));
        lease.born.elapsed().saturating_sub(until)
    }

    /// Notes that something may have been written under `lease` that memory does not know of.
    pub fn doubt(&self, lease: &Lease) {
        tracing::warn!(lease = %lease.id, "a write under this lease may have been lost: it is given up");
        lease.give_up();
        self.doubted.notify_one();
    }

    /// Keeps a lease until the token is cancelled.
    pub async fn keep(&self, token: &CancellationToken) {
        let mut wait = self.settings.renew_every();
        loop {
            tokio::select! {
                biased;
                () = token.cancelled() => return,
                () = self.doubted.notified() => {}
                () = tokio::time::sleep(wait) => {}
            }
            wait = match timeout(self.settings.duration() / 2, self.beat()).await {
                Ok(Ok(Beat::Renewed)) => self.settings.renew_every(),
                Ok(Ok(Beat::Replaced)) => {
                    tracing::warn!(lease = %self.latest().id, "took a new lease");
                    self.settings.renew_every()
                }
                Ok(Err(error)) => {
                    tracing::warn!(%error, "the lease could not be renewed");
                    self.settings.renew_every() / 4
                }
                Err(_) => Duration::ZERO,
            };
        }
    }

    /// Renews the lease, or takes a new one where the old one has ended or is in doubt. Who has retired
    /// needs none.
    pub async fn beat(&self) -> Result<Beat, DispatcherError> {
        let lease = self.latest();
        if lease.is_alive() && !lease.is_given_up() {
            let asked = Instant::now();
            let duration = self.settings.duration();
            if self.ledger.renew(lease.id, duration).await? {
                lease.extend(asked, duration);
                return Ok(Beat::Renewed);
            }
        }
        if self.is_retired.load(Ordering::Relaxed) {
            return Ok(Beat::Renewed);
        }
        let fresh = register(
            self.ledger.as_ref(),
            &self.clock,
            self.entropy.as_ref(),
            self.settings,
        )
        .await?;
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(fresh);
        Ok(Beat::Replaced)
    }

    /// Frees what the dead hold, until the token is cancelled.
    pub async fn keep_reaping(&self, token: &CancellationToken) {
        let mut forgotten = Instant::now();
        loop {
            match self.reap().await {
                // Whole batches: there is more.
                Ok(freed) if freed >= REAP_BATCH => continue,
                Ok(_) => {}
                Err(error) => tracing::warn!(%error, "what dead replicas hold was not freed"),
            }
            if forgotten.elapsed() > FORGET_EVERY {
                forgotten = Instant::now();
                if let Err(error) = self.ledger.forget_the_dead().await {
                    tracing::warn!(%error, "dead replicas were not forgotten");
                }
            }
            tokio::select! {
                biased;
                () = token.cancelled() => return,
                () = tokio::time::sleep(self.settings.reap_every()) => {}
            }
        }
    }

    /// Frees one batch. Answers how many there were.
    pub async fn reap(&self) -> Result<i64, DispatcherError> {
        let patience = PATIENCE.min(self.settings.duration() / 2);
        if self
            .current()
            .is_none_or(|lease| lease.born.elapsed() < patience)
        {
            return Ok(0);
        }
        let freed = self.ledger.reap().await?;
        if freed > 0 {
            tracing::warn!(deliveries = freed, "took over from a replica that is gone");
        }
        Ok(i64::try_from(freed).unwrap_or(i64::MAX))
    }

    /// Hands back whatever is left under the present lease, and ends it.
    pub async fn retire(&self) -> Result<usize, DispatcherError> {
        let lease = self.latest();
        self.is_retired.store(true, Ordering::Relaxed);
        lease.until.store(0, Ordering::Relaxed);
        self.ledger.retire(lease.id).await
    }

    fn latest(&self) -> Arc<Lease> {
        Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner))
    }
}

async fn register(
    ledger: &dyn Ledger,
    clock: &Clock,
    entropy: &dyn Entropy,
    settings: LeaseSettings,
) -> Result<Lease, DispatcherError> {
    let id = time_ordered_id(entropy, clock.now())?;
    let asked = Instant::now();
    ledger.register(id, settings.duration()).await?;
    Ok(Lease::new(id, asked, settings.duration()))
}

#[cfg(test)]
mod tests;
