//! Settings: the kit's defaults, the service's committed defaults, a file, the environment.
//! Each overrides those before it.
//!
//! The file is a TOML file named by `GA_CONFIG`. In the environment `GA_` is the prefix and `__`
//! leads into a table: `GA_DATABASE__URL` is `url` in `[database]`. An empty variable counts as
//! unset.

mod common;
mod problem;

use std::collections::HashMap;

use config::{Config, ConfigError, Environment, File, FileFormat, Value, ValueKind};
use serde::de::DeserializeOwned;

pub use common::{
    AdminSettings, Common, Log, LogFilter, LogFormat, SampleRatio, ShutdownSettings,
    TelemetrySettings,
};
pub use problem::SettingsProblem;

/// The variable that names a settings file.
const FILE: &str = "GA_CONFIG";
const DEFAULTS: &str = include_str!("settings/defaults.toml");

/// The kit's settings and the service's own.
#[derive(Debug)]
pub struct Loaded<S> {
    pub common: Common,
    pub own: S,
}

/// The variables of the process that can be settings.
pub fn environment() -> HashMap<String, String> {
    #[expect(clippy::disallowed_methods, reason = "this is the one place")]
    let variables = std::env::vars_os();
    variables
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .filter(|(name, _)| name.starts_with("GA_"))
        .collect()
}

/// Reads and checks all settings. Nothing that may be secret is in the error's text.
///
/// # Errors
/// The first setting that is wrong, missing or unknown, by name.
pub fn load<S: DeserializeOwned>(
    defaults: &str,
    environment: &HashMap<String, String>,
) -> Result<Loaded<S>, SettingsProblem> {
    let merged = merge(defaults, environment).map_err(SettingsProblem::of_source)?;
    let problem = |error| SettingsProblem::of_value(&error, &merged);
    let common = merged.clone().try_deserialize().map_err(problem)?;
    let own = without_common(&merged)
        .and_then(|own| S::deserialize(own))
        .map_err(problem)?;
    Ok(Loaded { common, own })
}

fn merge(defaults: &str, environment: &HashMap<String, String>) -> Result<Config, ConfigError> {
    let mut sources = Config::builder()
        .add_source(File::from_str(DEFAULTS, FileFormat::Toml))
        .add_source(File::from_str(defaults, FileFormat::Toml));
    if let Some(path) = environment.get(FILE).filter(|path| !path.is_empty()) {
        sources = sources.add_source(File::new(path, FileFormat::Toml));
    }
    let mut variables = environment.clone();
    variables.remove(FILE);
    sources
        .add_source(
            Environment::with_prefix("GA")
                .prefix_separator("_")
                .separator("__")
                .ignore_empty(true)
                .source(Some(variables)),
        )
        .build()
}

/// The service's part, so that it can deny what it does not know.
fn without_common(merged: &Config) -> Result<Value, ConfigError> {
    let mut tables = merged.cache.clone().into_table()?;
    for table in common::TABLES {
        tables.remove(table);
    }
    Ok(Value::new(None, ValueKind::Table(tables)))
}
