//! What a command needs besides its connection: the time, chance, and the trace it belongs to.

use std::sync::Arc;

use chrono::{DateTime, SubsecRound, Utc};
use domain::EventId;
use service_kit::Clock;

use crate::error::OpsError;
use crate::vault::Vault;

/// A source of numbers that nobody can guess.
pub type Entropy = Arc<dyn Fn() -> u128 + Send + Sync>;

#[derive(Clone)]
pub struct Context {
    pub clock: Clock,
    pub entropy: Entropy,
    /// Signs for the schools; none where nothing is ever signed.
    pub vault: Option<Vault>,
    /// W3C Trace Context of the request.
    pub traceparent: Option<String>,
}

impl Context {
    /// The time, as precise as PostgreSQL keeps it: what is stored equals what was decided.
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now().trunc_subsecs(6)
    }

    /// What signs for the schools.
    ///
    /// # Errors
    /// [`OpsError::Signing`] where nothing is ever signed.
    pub fn vault(&self) -> Result<&Vault, OpsError> {
        let vault = self.vault.as_ref();
        vault.ok_or_else(|| OpsError::signing("there is no vault here"))
    }

    /// An id for something that happened at `at`.
    pub fn event_id(&self, at: DateTime<Utc>) -> EventId {
        let unix_ms = u64::try_from(at.timestamp_millis()).unwrap_or_default();
        EventId::from_parts(unix_ms, (self.entropy)())
    }
}

/// The operating system's chance, stretched by a generator that is reseeded from it.
pub fn entropy() -> Entropy {
    Arc::new(rand::random)
}
