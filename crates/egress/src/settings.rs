//! What may be said about requests that leave the house.

use std::path::PathBuf;
use std::time::Duration;

use serde::Deserialize;

use crate::networks::RefusedNetworks;

/// The `[egress]` table of a service's settings. Everything has a default.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Lets `http://` and loopback addresses through, for development and tests.
    pub allow_loopback: bool,
    /// Networks that nothing is sent to, besides those of [`crate::reserved_blocks`].
    pub refused_networks: RefusedNetworks,
    /// For name resolution, TCP and TLS together, in milliseconds.
    pub connect_timeout_ms: u64,
    /// For everything: connecting, sending, and reading the answer to its end, in milliseconds.
    pub total_timeout_ms: u64,
    /// At most so many bytes of an answer's body are read.
    pub max_read_bytes: usize,
    /// At most so many of them are kept.
    pub max_kept_bytes: usize,
    pub user_agent: String,
    /// A PEM file of certificate authorities to trust besides the system's.
    pub extra_roots: Option<PathBuf>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            allow_loopback: false,
            refused_networks: RefusedNetworks::default(),
            connect_timeout_ms: 5_000,
            total_timeout_ms: 15_000,
            max_read_bytes: 64 << 10,
            max_kept_bytes: 16 << 10,
            user_agent: concat!("GA-Flight-Webhooks/", env!("CARGO_PKG_VERSION")).to_owned(),
            extra_roots: None,
        }
    }
}

impl Settings {
    pub(crate) fn connect_timeout(&self) -> Duration {
        Duration::from_millis(self.connect_timeout_ms)
    }

    /// The deadline of one request.
    pub(crate) fn total_timeout(&self) -> Duration {
        Duration::from_millis(self.total_timeout_ms)
    }
}
