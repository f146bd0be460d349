//! One look-up and, later, its answer.

use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt;
use futures::future::{BoxFuture, Shared};
use tokio::time::Instant;

use super::KnownKey;
use crate::error::GatewayError;
use crate::settings::KeySettings;

/// `None`: there is no such key.
pub(super) type Answer = Result<Option<Arc<KnownKey>>, GatewayError>;

/// How long answers hold, counted from the beginning of their look-up.
#[derive(Debug, Clone, Copy)]
pub(super) struct Leases {
    known: Duration,
    unknown: Duration,
}

impl Leases {
    pub(super) fn new(settings: &KeySettings) -> Self {
        let lease = |ms| Duration::from_millis(ms);
        Self {
            known: lease(settings.lease_ms),
            unknown: lease(settings.unknown_lease_ms),
        }
    }

    pub(super) fn longest(self) -> Duration {
        self.known.max(self.unknown)
    }
}

pub(super) struct Slot {
    epoch: u64,
    begun: Instant,
    look_up: Shared<BoxFuture<'static, Answer>>,
}

impl Slot {
    pub(super) fn begin(
        epoch: u64,
        look_up: impl Future<Output = Answer> + Send + 'static,
    ) -> Self {
        Self {
            epoch,
            begun: Instant::now(),
            look_up: look_up.boxed().shared(),
        }
    }

    pub(super) fn is_answered(&self) -> bool {
        self.look_up.peek().is_some()
    }

    /// The key, once the look-up has found one.
    pub(super) fn key(&self) -> Option<Arc<KnownKey>> {
        match self.look_up.peek() {
            Some(Ok(key)) => key.clone(),
            Some(Err(_)) | None => None,
        }
    }

    /// A look-up under way can be joined; a failed one is not kept.
    pub(super) fn is_usable(&self, epoch: u64, now: Instant, leases: Leases) -> bool {
        let age = now.saturating_duration_since(self.begun);
        self.epoch == epoch
            && match self.look_up.peek() {
                None => true,
                Some(Ok(Some(_))) => age < leases.known,
                Some(Ok(None)) => age < leases.unknown,
                Some(Err(_)) => false,
            }
    }

    pub(super) async fn answer(&self) -> Answer {
        self.look_up.clone().await
    }
}
