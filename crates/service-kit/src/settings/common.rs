//! The settings that every service has.

use std::fmt::Display;
use std::net::SocketAddr;
use std::time::Duration;

use serde::Deserialize;
use tracing_subscriber::EnvFilter;
use url::Url;

/// The tables in [`Common`]. A service has no tables of these names.
pub(super) const TABLES: [&str; 4] = ["admin", "log", "telemetry", "shutdown"];

#[derive(Clone, Debug, Deserialize)]
pub struct Common {
    pub admin: AdminSettings,
    pub log: Log,
    pub telemetry: TelemetrySettings,
    pub shutdown: ShutdownSettings,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AdminSettings {
    /// Port 0 takes a free one, which the log names.
    pub address: SocketAddr,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Log {
    pub format: LogFormat,
    pub filter: LogFilter,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum LogFormat {
    /// Lines for people.
    Human,
    /// One JSON object a line.
    Json,
}

impl TryFrom<String> for LogFormat {
    type Error = String;

    fn try_from(given: String) -> Result<Self, String> {
        match given.as_str() {
            "human" => Ok(Self::Human),
            "json" => Ok(Self::Json),
            _ => Err(wrong(&given, "\"human\" or \"json\"")),
        }
    }
}

/// Directives of [`EnvFilter`], known to parse.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "String")]
pub struct LogFilter(String);

impl LogFilter {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for LogFilter {
    type Error = String;

    fn try_from(given: String) -> Result<Self, String> {
        match EnvFilter::try_new(&given) {
            Ok(_) => Ok(Self(given)),
            Err(error) => Err(format!(
                "{}: {error}",
                wrong(&given, "directives such as \"info,bus=debug\"")
            )),
        }
    }
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TelemetrySettings {
    /// The collector's address, without the path of a signal. `None` exports nothing.
    pub otlp_endpoint: Option<Url>,
    pub sample_ratio: SampleRatio,
}

/// A share between 0 and 1.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(try_from = "f64")]
pub struct SampleRatio(f64);

impl SampleRatio {
    pub fn get(self) -> f64 {
        self.0
    }
}

impl TryFrom<f64> for SampleRatio {
    type Error = String;

    fn try_from(given: f64) -> Result<Self, String> {
        if (0.0..=1.0).contains(&given) {
            Ok(Self(given))
        } else {
            Err(wrong(&given, "a number from 0 to 1"))
        }
    }
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShutdownSettings {
    /// How long the soft step may take, in milliseconds.
    pub soft_ms: u64,
    /// How long the hard step may take before the process ends anyway, in milliseconds.
    pub hard_ms: u64,
}

impl ShutdownSettings {
    pub fn soft(&self) -> Duration {
        Duration::from_millis(self.soft_ms)
    }

    pub fn hard(&self) -> Duration {
        Duration::from_millis(self.hard_ms)
    }
}

/// The words of the other messages about settings.
fn wrong(found: &(impl Display + ?Sized), expected: &str) -> String {
    format!("found `{found}`, expected {expected}")
}
