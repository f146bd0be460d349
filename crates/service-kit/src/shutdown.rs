//! Stopping in two steps.

use std::time::Duration;

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// Tells every part of a service to stop. *Soft*: take no new work, finish what is under way.
/// *Hard*: drop everything; what was not acknowledged will be delivered again.
///
/// Clones share it.
#[derive(Clone, Debug, Default)]
pub struct Shutdown {
    soft: CancellationToken,
    hard: CancellationToken,
}

impl Shutdown {
    pub fn new() -> Self {
        Self::default()
    }

    /// Begins the soft shutdown.
    pub fn begin(&self) {
        self.soft.cancel();
    }

    /// Begins the hard shutdown, and the soft one with it.
    pub fn force(&self) {
        self.soft.cancel();
        self.hard.cancel();
    }

    pub fn has_begun(&self) -> bool {
        self.soft.is_cancelled()
    }

    /// Returns once the soft shutdown has begun.
    pub async fn begun(&self) {
        self.soft.cancelled().await;
    }

    /// Returns once the hard shutdown has begun.
    pub async fn forced(&self) {
        self.hard.cancelled().await;
    }

    /// The soft step, for what wants a token or children of one.
    pub fn soft_token(&self) -> CancellationToken {
        self.soft.clone()
    }

    /// The hard step, likewise.
    pub fn hard_token(&self) -> CancellationToken {
        self.hard.clone()
    }
}

/// SIGTERM and SIGINT.
pub(crate) struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    /// From now on the signals no longer end the process by themselves.
    pub(crate) fn install() -> std::io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }

    /// Turns the first signal into the soft step. The hard one follows after `soft`, or with the
    /// second signal.
    pub(crate) async fn drive(mut self, shutdown: Shutdown, soft: Duration) {
        tokio::select! {
            () = self.next() => tracing::info!("stopping: finishing what is under way"),
            () = shutdown.begun() => {}
        }
        shutdown.begin();
        tokio::select! {
            () = self.next() => tracing::warn!("stopping at once: second signal"),
            () = tokio::time::sleep(soft) => {
                tracing::warn!(after_ms = soft.as_millis(), "stopping at once: time is up");
            }
        }
        shutdown.force();
    }
}
