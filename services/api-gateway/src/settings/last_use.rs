//! How the last use of keys is told.

use std::num::{NonZeroU64, NonZeroUsize};
use std::time::Duration;

use serde::Deserialize;

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LastUseSettings {
    /// From one report to the next.
    pub interval_ms: NonZeroU64,
    /// Keys whose last use is remembered, until key-service has heard of it, and as long as it is
    /// not to be told again.
    pub capacity: NonZeroUsize,
}

impl LastUseSettings {
    pub fn interval(&self) -> Duration {
        Duration::from_millis(self.interval_ms.get())
    }
}
