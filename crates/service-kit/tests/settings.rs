//! What an operator reads when a setting is wrong, and which source wins.
#![allow(clippy::unwrap_used, reason = "a test")]

use std::collections::HashMap;
use std::io::Write;

use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use service_kit::settings::{Loaded, LogFormat, SettingsProblem, load};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Own {
    database: Database,
    relay: Relay,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Database {
    url: SecretString,
    #[serde(default)]
    pool_size: u32,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Relay {
    enabled: bool,
    signing_key: Option<OddKey>,
}

/// A type that repeats a refused value in its message, as serde's own types do.
#[derive(Debug, Deserialize)]
#[serde(try_from = "String")]
struct OddKey;

impl TryFrom<String> for OddKey {
    type Error = String;
    fn try_from(value: String) -> Result<Self, String> {
        Err(format!("`{value}` has no 32 bytes"))
    }
}

const DEFAULTS: &str = "
[database]
pool_size = 10
[relay]
enabled = true
[log]
format = \"json\"
";
const URL: (&str, &str) = ("GA_DATABASE__URL", "postgres://ga:hunter2@db/keys");

fn with(variables: &[(&str, &str)]) -> Result<Loaded<Own>, SettingsProblem> {
    let variables = variables.iter().copied();
    let environment: HashMap<String, String> = variables
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    load(DEFAULTS, &environment)
}

fn problem(variables: &[(&str, &str)]) -> String {
    let text = with(variables).unwrap_err().to_string();
    assert!(!text.contains("hunter2"), "{text}");
    text
}

#[test]
fn the_environment_overrides_the_file_and_the_file_the_defaults() {
    let mut file = tempfile::Builder::new().suffix(".toml").tempfile().unwrap();
    write!(
        file,
        "[database]\npool_size = 20\n[shutdown]\nsoft_ms = 1\n[relay]\nenabled = false"
    )
    .unwrap();
    let file = file.path().to_str().unwrap().to_owned();
    let loaded = with(&[
        URL,
        ("GA_CONFIG", &file),
        ("GA_RELAY__ENABLED", "true"),
        ("GA_ADMIN__ADDRESS", "127.0.0.1:7"),
        ("GA_LOG__FILTER", ""),
    ])
    .unwrap();
    assert_eq!(loaded.own.database.url.expose_secret(), URL.1);
    assert_eq!(loaded.own.database.pool_size, 20);
    assert!(loaded.own.relay.enabled);
    assert!(loaded.own.relay.signing_key.is_none());
    assert_eq!(loaded.common.shutdown.soft_ms, 1);
    assert_eq!(loaded.common.shutdown.hard_ms, 5_000);
    assert_eq!(loaded.common.admin.address.port(), 7);
    assert_eq!(loaded.common.log.format, LogFormat::Json);
    assert_eq!(
        loaded.common.log.filter.as_str(),
        "info,actix_server=warn,actix_http=off"
    );
}

#[test]
fn a_number_as_a_password_stays_text() {
    let loaded = with(&[("GA_DATABASE__URL", "007")]).unwrap();
    assert_eq!(loaded.own.database.url.expose_secret(), "007");
}

#[test]
fn a_missing_setting_names_itself_and_its_variable() {
    assert_eq!(
        problem(&[]),
        "setting `database.url` (environment variable GA_DATABASE__URL) is missing"
    );
}

#[test]
fn a_wrong_setting_says_what_was_found_and_what_is_expected() {
    let text = problem(&[URL, ("GA_DATABASE__POOL_SIZE", "ten")]);
    assert_eq!(
        text,
        "setting `database.pool_size` (environment variable GA_DATABASE__POOL_SIZE) is wrong: \
         found string \"ten\" in the environment, expected an integer"
    );
    let text = problem(&[URL, ("GA_LOG__FORMAT", "xml")]);
    assert_eq!(
        text,
        "setting `log.format` (environment variable GA_LOG__FORMAT) is wrong: found `xml`, \
         expected \"human\" or \"json\""
    );
    for (name, value) in [
        ("GA_ADMIN__ADDRESS", "here"),
        ("GA_TELEMETRY__SAMPLE_RATIO", "1.5"),
        ("GA_TELEMETRY__OTLP_ENDPOINT", "collector"),
        ("GA_LOG__FILTER", "bus=loud"),
        ("GA_SHUTDOWN__SOFT_MS", "-1"),
        ("GA_RELAY__ENABLED", "perhaps"),
    ] {
        let text = problem(&[URL, (name, value)]);
        let expected = format!("(environment variable {name}) is wrong: ");
        assert!(text.contains(&expected), "{text}");
    }
}

#[test]
fn an_unknown_setting_names_itself_and_what_is_allowed() {
    assert_eq!(
        problem(&[URL, ("GA_DATABASE__URLL", "postgres://hunter2")]),
        "setting `database.urll` (environment variable GA_DATABASE__URLL) is unknown; \
         allowed there: url, pool_size"
    );
    let text = problem(&[URL, ("GA_DATABSE__URL", "postgres://hunter2")]);
    assert!(text.starts_with("setting `databse` (environment variable GA_DATABSE) is unknown"));
    let text = problem(&[URL, ("GA_LOG__LEVEL", "info")]);
    assert!(
        text.contains("`log.level`") && text.contains("format, filter"),
        "{text}"
    );
}

#[test]
fn no_secret_is_printed() {
    let text = problem(&[URL, ("GA_RELAY__SIGNING_KEY", "hunter2")]);
    assert!(text.contains("`(hidden)` has no 32 bytes"), "{text}");

    let mut file = tempfile::Builder::new().suffix(".toml").tempfile().unwrap();
    write!(file, "[database]\nurl = \"postgres://ga:hunter2@db").unwrap();
    let path = file.path().to_str().unwrap();
    let text = problem(&[("GA_CONFIG", path)]);
    // The path may be told from where the program stands.
    let name = file.path().file_name().unwrap().to_str().unwrap();
    assert!(text.contains(name) && text.contains("line 2"), "{text}");
    assert!(!text.contains("hunter2"), "{text}");
}

#[test]
fn a_missing_file_is_named() {
    let text = problem(&[URL, ("GA_CONFIG", "/nowhere/ga.toml")]);
    assert!(text.contains("/nowhere/ga.toml"), "{text}");
}
