//! The settings of this service; the kit reads its own.

mod last_use;
mod limits;
mod trusted_proxies;

use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::time::Duration;

use public_api::cursor::CursorKey;
use serde::Deserialize;

pub use last_use::LastUseSettings;
pub use limits::LimitSettings;
pub use trusted_proxies::TrustedProxies;

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    pub http: HttpSettings,
    pub broker: bus::Settings,
    pub cursors: CursorSettings,
    pub keys: KeySettings,
    pub last_use: LastUseSettings,
    pub limits: LimitSettings,
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
    /// What partners call this gateway; then the `type` of problems is absolute.
    #[serde(default)]
    pub origin: Origin,
    /// The proxies in front, who tell where a request comes from.
    #[serde(default)]
    pub trusted_proxies: TrustedProxies,
}

/// `https://api.example.org`, without a path; nothing where it is not known.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Origin(String);

impl Origin {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Origin {
    type Error = &'static str;

    fn try_from(given: String) -> Result<Self, Self::Error> {
        let given = given.trim_end_matches('/');
        let host = given
            .strip_prefix("https://")
            .or(given.strip_prefix("http://"));
        match host {
            Some(host) if !host.is_empty() && !host.contains(['/', '?', '#', ' ']) => {
                Ok(Self(given.to_owned()))
            }
            _ => Err("expected an address without a path, such as https://api.example.org"),
        }
    }
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

    use domain::api_key::RateLimit;

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
    fn limits_are_read_as_people_write_them_and_cannot_be_switched_off() {
        let key = "7f".repeat(32);
        let load = |name, value| {
            let broker = ("GA_BROKER__URL", "amqp://127.0.0.1");
            load(&[broker, ("GA_CURSORS__KEY", &key), (name, value)]).map(|read| read.limits)
        };
        let limits = load("GA_LIMITS__FAILURES", "100/15s").unwrap();
        assert_eq!(limits.failures, RateLimit::new(100, 15).unwrap());
        for (name, value) in [
            ("GA_LIMITS__CAPACITY", "0"),
            ("GA_LIMITS__KEY", "0/min"),
            ("GA_LIMITS__ORGANIZATION", "plenty"),
        ] {
            let error = load(name, value).unwrap_err();
            assert!(error.contains(name), "{error}");
        }
    }

    #[test]
    fn the_origin_is_an_address_without_a_path() {
        let origin = |text: &str| Origin::try_from(text.to_owned());
        let read = origin("https://api.example.org:8443/").unwrap();
        assert_eq!(read.as_str(), "https://api.example.org:8443");
        for wrong in [
            "",
            "/",
            "api.example.org",
            "https://",
            "https://a/b",
            "ftp://a",
        ] {
            assert!(origin(wrong).is_err(), "{wrong}");
        }
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
