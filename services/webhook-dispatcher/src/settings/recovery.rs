//! How recoveries go.

use serde::Deserialize;

use crate::recovery::Pace;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecoverySettings {
    /// Deliveries a second that one makes, where the request does not say.
    pub per_second: Pace,
    /// It adds nothing to so many deliveries that wait for its endpoint already.
    pub most_waiting: u32,
}

impl Default for RecoverySettings {
    /// What is committed in `settings.toml`.
    fn default() -> Self {
        Self {
            per_second: Pace::default(),
            most_waiting: 1_000,
        }
    }
}
