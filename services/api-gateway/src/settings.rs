//! The settings of this service; the kit reads its own.

use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::time::Duration;

use public_api::cursor::CursorKey;
use serde::Deserialize;

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    pub http: HttpSettings,
    pub broker: bus::Settings,
    pub cursors: CursorSettings,
    pub keys: KeySettings,
    pub backend: BackendSettings,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HttpSettings {
    /// Port 0 takes a free one, which the log names.
    pub address: SocketAddr,
    /// Threads that serve; one a core when absent.
    pub workers: Option<NonZeroUsize>,
    /// Connections each worker holds at most.
    pub max_connections: NonZeroUsize,
    /// Requests answered at the same time.
    pub max_in_flight: NonZeroUsize,
    pub head_timeout_ms: u64,
    pub keep_alive_seconds: u64,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CursorSettings {
    /// Signs cursors; the same in every replica.
    pub key: SecretKey,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeySettings {
    /// How long an answer about a key holds.
    pub lease_ms: u64,
    /// How long it holds that there is no such key.
    pub unknown_lease_ms: u64,
    /// Keys remembered.
    pub capacity: u64,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BackendSettings {
    pub timeout_ms: u64,
    pub summary_timeout_ms: u64,
}

impl BackendSettings {
    pub fn timeout(&self) -> Duration {
        Duration::from_millis(self.timeout_ms)
    }

    pub fn summary_timeout(&self) -> Duration {
        Duration::from_millis(self.summary_timeout_ms)
    }
}

/// 32 bytes, written as 64 hexadecimal digits.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "String")]
pub struct SecretKey(pub CursorKey);

impl TryFrom<String> for SecretKey {
    type Error = &'static str;

    fn try_from(given: String) -> Result<Self, Self::Error> {
        let mut key = [0; 32];
        hex::decode_to_slice(given.trim(), &mut key)
            .map(|()| Self(CursorKey::new(key)))
            .map_err(|_| "expected 64 hexadecimal digits; `openssl rand -hex 32` makes them")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    fn load(variables: &[(&str, &str)]) -> Result<Settings, String> {
        let environment: HashMap<String, String> = variables
            .iter()
            .map(|(name, value)| ((*name).into(), (*value).into()))
            .collect();
        service_kit::settings::load(include_str!("../settings.toml"), &environment)
            .map(|loaded| loaded.own)
            .map_err(|problem| problem.to_string())
    }

    #[test]
    fn only_the_broker_and_the_cursor_key_have_no_default() {
        let broker = ("GA_BROKER__URL", "amqp://127.0.0.1");
        let key = "7f".repeat(32);
        let settings = load(&[broker, ("GA_CURSORS__KEY", &key)]).unwrap();
        assert_eq!(
            (settings.keys.lease_ms, settings.http.workers),
            (30_000, None)
        );
        assert!(!format!("{settings:?}").contains("7f7f"));

        assert!(
            load(&[("GA_CURSORS__KEY", &key)])
                .unwrap_err()
                .contains("GA_BROKER")
        );
        assert!(load(&[broker]).unwrap_err().contains("GA_CURSORS"));
    }

    #[test]
    fn a_wrong_cursor_key_is_named_and_not_shown() {
        let wrong = load(&[
            ("GA_BROKER__URL", "amqp://127.0.0.1"),
            ("GA_CURSORS__KEY", "7f7f"),
        ]);
        let wrong = wrong.unwrap_err();
        assert!(
            wrong.contains("GA_CURSORS__KEY") && wrong.contains("64 hexadecimal digits"),
            "{wrong}"
        );
        assert!(!wrong.contains("7f7f"), "{wrong}");
    }
}
