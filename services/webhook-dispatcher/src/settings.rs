//! The settings of this service; the kit reads its own.

use std::num::{NonZeroU16, NonZeroUsize};
use std::time::Duration;

use serde::Deserialize;

use crate::secrets::KeyRing;

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

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Delivery {
    pub retry_after_ms: Vec<u64>,
    pub jitter_percent: u8,
    pub longest_retry_after_ms: u64,
    pub in_flight_per_endpoint: NonZeroUsize,
    pub in_flight: NonZeroUsize,
    pub held: NonZeroUsize,
    pub record_batch: NonZeroUsize,
    pub claim_every_ms: u64,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeaseSettings {
    pub duration_ms: u64,
    pub renew_every_ms: u64,
    pub reap_every_ms: u64,
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
            jitter_percent: 20,
            longest_retry_after_ms: 3_600_000,
            in_flight_per_endpoint: one.saturating_add(31),
            in_flight: one.saturating_add(1_023),
            held: one.saturating_add(4_095),
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
        Self { duration_ms: 5_000, renew_every_ms: 1_000, reap_every_ms: 500 }
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
