//! The settings of this service; the kit reads its own.

mod health;
mod recovery;
mod retention;

use std::num::{NonZeroU16, NonZeroUsize, ParseIntError};
use std::time::Duration;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

use crate::secrets::KeyRing;

pub use health::HealthSettings;
pub use recovery::RecoverySettings;
pub use retention::RetentionSettings;

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    pub database: store::Settings,
    pub broker: bus::Settings,
    pub secrets: Secrets,
    #[serde(default)]
    pub egress: egress::Settings,
    pub events: Events,
    pub delivery: Delivery,
    pub lease: LeaseSettings,
    pub health: HealthSettings,
    pub recovery: RecoverySettings,
    pub retention: RetentionSettings,
    pub rpc: Rpc,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Secrets {
    /// `id:base64 of 32 bytes`, several separated by commas.
    pub key_ring: KeyRing,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Events {
    pub prefetch: NonZeroU16,
    pub batch: NonZeroUsize,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Delivery {
    #[serde(deserialize_with = "waits")]
    pub retry_after_ms: Vec<u64>,
    #[serde(deserialize_with = "waits")]
    pub long_retry_after_ms: Vec<u64>,
    pub jitter_percent: u8,
    pub longest_retry_after_ms: u64,
    pub in_flight_per_endpoint: NonZeroUsize,
    pub in_flight: NonZeroUsize,
    pub held: NonZeroUsize,
    pub record_batch: NonZeroUsize,
    pub claim_every_ms: u64,
}

/// A list, or its numbers with commas between them: the environment has nothing but text.
fn waits<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u64>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Waits {
        List(Vec<u64>),
        Text(String),
    }
    match Waits::deserialize(deserializer)? {
        Waits::List(all) => Ok(all),
        Waits::Text(text) => {
            let numbers = text.split(',').map(|number| number.trim().parse());
            let numbers: Result<_, ParseIntError> = numbers.collect();
            numbers.map_err(|_| D::Error::custom("write milliseconds with commas between them"))
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "UncheckedLease")]
pub struct LeaseSettings {
    pub duration_ms: u64,
    pub renew_every_ms: u64,
    pub reap_every_ms: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct UncheckedLease {
    duration_ms: u64,
    renew_every_ms: u64,
    reap_every_ms: u64,
}

impl TryFrom<UncheckedLease> for LeaseSettings {
    type Error = &'static str;

    fn try_from(given: UncheckedLease) -> Result<Self, Self::Error> {
        let UncheckedLease {
            duration_ms,
            renew_every_ms,
            reap_every_ms,
        } = given;
        if renew_every_ms == 0 || renew_every_ms > duration_ms / 2 {
            return Err("renew_every_ms must be positive and at most half of duration_ms");
        }
        if reap_every_ms == 0 {
            return Err("reap_every_ms must be positive");
        }
        Ok(Self {
            duration_ms,
            renew_every_ms,
            reap_every_ms,
        })
    }
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rpc {
    /// Requests worked on at the same time.
    pub concurrency: NonZeroUsize,
}

impl Default for Delivery {
    /// What is committed in `settings.toml`.
    fn default() -> Self {
        let one = NonZeroUsize::MIN;
        Self {
            retry_after_ms: vec![1_000, 5_000, 25_000, 125_000, 625_000],
            long_retry_after_ms: vec![
                5_000, 300_000, 1_800_000, 7_200_000, 18_000_000, 36_000_000, 50_400_000,
                64_800_000, 72_000_000,
            ],
            jitter_percent: 20,
            longest_retry_after_ms: 3_600_000,
            in_flight_per_endpoint: one.saturating_add(31),
            in_flight: one.saturating_add(1_023),
            held: one.saturating_add(8_191),
            record_batch: one.saturating_add(511),
            claim_every_ms: 200,
        }
    }
}

impl Delivery {
    pub(crate) fn claim_every(&self) -> Duration {
        Duration::from_millis(self.claim_every_ms)
    }
}

impl Default for LeaseSettings {
    /// What is committed in `settings.toml`.
    fn default() -> Self {
        Self {
            duration_ms: 5_000,
            renew_every_ms: 1_000,
            reap_every_ms: 500,
        }
    }
}

impl LeaseSettings {
    pub(crate) fn duration(&self) -> Duration {
        Duration::from_millis(self.duration_ms)
    }

    pub(crate) fn renew_every(&self) -> Duration {
        Duration::from_millis(self.renew_every_ms)
    }

    pub(crate) fn reap_every(&self) -> Duration {
        Duration::from_millis(self.reap_every_ms)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    fn load(variables: &[(&str, &str)]) -> Result<Settings, String> {
        let key_ring = format!("a:{}=", "A".repeat(43));
        let required = [
            ("GA_DATABASE__URL", "postgres://localhost/x"),
            ("GA_BROKER__URL", "amqp://localhost"),
            ("GA_SECRETS__KEY_RING", key_ring.as_str()),
        ];
        let all = required
            .iter()
            .chain(variables)
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let all: HashMap<String, String> = all.collect();
        let loaded = service_kit::settings::load(include_str!("../settings.toml"), &all);
        loaded
            .map(|loaded| loaded.own)
            .map_err(|problem| problem.to_string())
    }

    #[test]
    fn the_committed_file_says_what_the_code_takes_for_default() {
        let settings = load(&[]).unwrap();
        assert_eq!(settings.delivery, Delivery::default());
        assert_eq!(settings.lease, LeaseSettings::default());
        assert_eq!(settings.health, HealthSettings::default());
        assert_eq!(settings.recovery, RecoverySettings::default());
        assert_eq!(settings.retention, RetentionSettings::default());
        assert!(!settings.egress.allow_loopback);
        assert!(
            load(&[("GA_EGRESS__ALLOW_LOOPBACK", "true")])
                .unwrap()
                .egress
                .allow_loopback
        );
    }

    #[test]
    fn the_environment_writes_lists_with_commas() {
        let retries = |text: &str| {
            let loaded = load(&[("GA_DELIVERY__RETRY_AFTER_MS", text)]);
            loaded.map(|settings| settings.delivery.retry_after_ms)
        };
        assert_eq!(retries("1000, 5000"), Ok(vec![1_000, 5_000]));
        assert_eq!(retries("1000"), Ok(vec![1_000]));
        let problem = retries("soon").unwrap_err();
        assert!(problem.contains("with commas"), "{problem}");
    }

    #[test]
    fn a_wrong_setting_names_itself_and_keeps_its_secret() {
        let problem = load(&[("GA_LEASE__RENEW_EVERY_MS", "4000")]).unwrap_err();
        assert!(
            problem.contains("lease") && problem.contains("half of duration_ms"),
            "{problem}"
        );
        let problem = load(&[("GA_SECRETS__KEY_RING", "a:c2VjcmV0")]).unwrap_err();
        assert!(
            problem.contains("key_ring") && !problem.contains("c2VjcmV0"),
            "{problem}"
        );
    }
}
