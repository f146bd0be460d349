//! When an endpoint counts as failing, and what becomes of it then.

use std::num::{NonZeroU32, NonZeroU64};
use std::time::Duration;

use domain::webhook::RetryProfile;
use serde::Deserialize;

use crate::endpoint::Bounds;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HealthSettings {
    pub failures: NonZeroU32,
    pub over_ms: u64,
    pub probe_after_ms: NonZeroU64,
    pub longest_probe_after_ms: NonZeroU64,
    pub first_pace: NonZeroU32,
    pub disable_after_s: u64,
    pub disable_long_after_s: u64,
}

impl Default for HealthSettings {
    /// What is committed in `settings.toml`.
    fn default() -> Self {
        let (few, one) = (NonZeroU32::MIN.saturating_add(9), NonZeroU64::MIN);
        Self {
            failures: few,
            over_ms: 60_000,
            probe_after_ms: one.saturating_add(9_999),
            longest_probe_after_ms: one.saturating_add(599_999),
            first_pace: few,
            disable_after_s: 259_200,
            disable_long_after_s: 432_000,
        }
    }
}

impl HealthSettings {
    pub(crate) fn bounds(&self) -> Bounds {
        Bounds {
            failures: self.failures.get(),
            over: Duration::from_millis(self.over_ms),
            probe_after: Duration::from_millis(self.probe_after_ms.get()),
            longest_probe_after: Duration::from_millis(self.longest_probe_after_ms.get()),
            first_pace: self.first_pace.get(),
        }
    }

    /// How long an endpoint may fail before it is disabled: longer than its deliveries are tried.
    pub(crate) fn patience(&self, retries: RetryProfile) -> Duration {
        Duration::from_secs(match retries {
            RetryProfile::Short => self.disable_after_s,
            RetryProfile::Long => self.disable_long_after_s,
        })
    }
}
