//! A wrong setting, said so that an operator can right it.

use std::fmt;

use config::{Config, ConfigError};

/// Names one setting, what was found and what is allowed. Values that may be secret are left out.
#[derive(Debug, PartialEq, Eq)]
pub struct SettingsProblem(String);

impl fmt::Display for SettingsProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for SettingsProblem {}

impl SettingsProblem {
    /// A file or variable that could not be read at all.
    pub(super) fn of_source(error: ConfigError) -> Self {
        // The TOML parser quotes the offending line, which may hold a password. Its quotation is
        // what has a bar in it.
        let text = error.to_string();
        let lines: Vec<&str> = text.lines().filter(|line| !line.contains('|')).collect();
        Self(format!("settings cannot be read: {}", lines.join(" ")))
    }

    /// A value that is wrong, missing or unknown.
    pub(super) fn of_value(error: &ConfigError, merged: &Config) -> Self {
        Self(match error {
            ConfigError::NotFound(path) => missing(path),
            ConfigError::Type {
                origin,
                unexpected,
                expected,
                key,
            } => {
                let path = key.as_deref().unwrap_or_default();
                let found = if is_secret(path) {
                    "something else".to_owned()
                } else {
                    unexpected.to_string()
                };
                let place = origin.as_deref().unwrap_or("the defaults");
                format!(
                    "{} is wrong: found {found} in {place}, expected {expected}",
                    name(path)
                )
            }
            ConfigError::At { error, key, .. } => {
                let path = key.as_deref().unwrap_or_default();
                of_message(path, &error.to_string(), merged)
            }
            other => of_message("", &other.to_string(), merged),
        })
    }
}

/// Messages come from serde (an unknown field) or from a type of ours that refused a value.
fn of_message(path: &str, message: &str, merged: &Config) -> String {
    if let Some((field, allowed)) = unknown_field(message) {
        let path = if path.is_empty() {
            field.to_owned()
        } else {
            format!("{path}.{field}")
        };
        return format!("{} is unknown; allowed there: {allowed}", name(&path));
    }
    let mut message = message.to_owned();
    if is_secret(path)
        && let Ok(value) = merged.get_string(path)
        && !value.is_empty()
    {
        message = message.replace(&value, "(hidden)");
    }
    format!("{} is wrong: {message}", name(path))
}

fn unknown_field(message: &str) -> Option<(&str, String)> {
    let rest = message.strip_prefix("unknown field `")?;
    let (field, allowed) = rest.split_once("`, ")?;
    let allowed = allowed
        .trim_start_matches("expected one of ")
        .trim_start_matches("expected ")
        .replace("` or `", "`, `")
        .replace('`', "");
    Some((field, allowed))
}

fn missing(path: &str) -> String {
    format!("{} is missing", name(path))
}

/// The path, and the variable that would set it.
fn name(path: &str) -> String {
    let variable = path.to_uppercase().replace('.', "__");
    format!("setting `{path}` (environment variable GA_{variable})")
}

/// Whether the last part of the path tells of a credential. Addresses count: they carry passwords.
fn is_secret(path: &str) -> bool {
    const SIGNS: [&str; 5] = ["url", "secret", "password", "token", "key"];
    let last = path.rsplit('.').next().unwrap_or(path);
    SIGNS.iter().any(|sign| last.contains(sign))
}
