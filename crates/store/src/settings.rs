//! What a service says about its database.

use std::time::Duration;

use secrecy::SecretString;
use serde::Deserialize;

/// The `[database]` table of a service's settings. Only `url` has no default.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// `postgres://user:password@host:port/database`.
    pub url: SecretString,
    /// The most connections one replica holds.
    #[serde(default = "default_pool_size")]
    pub pool_size: usize,
    /// How long a caller waits for a connection, be it a free one or a new one, in milliseconds.
    #[serde(default = "default_connect_timeout_ms")]
    pub connect_timeout_ms: u64,
    /// After how many milliseconds PostgreSQL stops a statement.
    #[serde(default = "default_statement_timeout_ms")]
    pub statement_timeout_ms: u64,
}

impl Settings {
    /// The defaults for the database at `url`.
    pub fn new(url: impl Into<SecretString>) -> Self {
        Self {
            url: url.into(),
            pool_size: default_pool_size(),
            connect_timeout_ms: default_connect_timeout_ms(),
            statement_timeout_ms: default_statement_timeout_ms(),
        }
    }

    pub(crate) fn connect_timeout(&self) -> Duration {
        Duration::from_millis(self.connect_timeout_ms)
    }
}

fn default_pool_size() -> usize {
    10
}

fn default_connect_timeout_ms() -> u64 {
    5_000
}

fn default_statement_timeout_ms() -> u64 {
    10_000
}
