//! How long the log is kept.

use std::num::NonZeroU64;
use std::time::Duration;

use serde::Deserialize;

use crate::retention::Days;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RetentionSettings {
    /// For organisations that chose nothing.
    pub days: Days,
    /// Between two rounds.
    pub every_s: NonZeroU64,
}

impl Default for RetentionSettings {
    /// What is committed in `settings.toml`.
    fn default() -> Self {
        Self {
            days: Days::default(),
            every_s: NonZeroU64::MIN.saturating_add(3_599),
        }
    }
}

impl RetentionSettings {
    pub(crate) fn every(&self) -> Duration {
        Duration::from_secs(self.every_s.get())
    }
}
