//! The settings of this service; the kit reads its own.

use std::num::NonZeroUsize;

use secrets::KeyRing;
use serde::Deserialize;

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    pub database: store::Settings,
    pub broker: bus::Settings,
    pub secrets: Secrets,
    pub rpc: Rpc,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Secrets {
    /// Under which the schools' signing keys are stored: `id:base64 of 32 bytes`, several separated
    /// by commas.
    pub key_ring: KeyRing,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rpc {
    /// Requests worked on at the same time.
    pub concurrency: NonZeroUsize,
}
