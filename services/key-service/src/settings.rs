//! The settings of this service; the kit reads its own.

use std::num::NonZeroUsize;

use serde::Deserialize;

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    pub database: store::Settings,
    pub broker: bus::Settings,
    pub rpc: Rpc,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rpc {
    /// Requests worked on at the same time.
    pub concurrency: NonZeroUsize,
}
