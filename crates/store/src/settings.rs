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
    /// A connection counts as lost when the answer to a question has been silent for so many
    /// milliseconds: longer than any statement may take. Without it that is left to TCP.
    pub answer_timeout_ms: Option<u64>,
    /// PostgreSQL's `plan_cache_mode`. A plan that is kept was made for the tables as they were then:
    /// where they are empty at one moment and long at the next, `force_custom_plan` is safer.
    #[serde(default)]
    pub plan_cache_mode: PlanCacheMode,
}

/// How prepared statements are planned.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlanCacheMode {
    /// As the server sees fit.
    #[default]
    Auto,
    /// Anew for every execution.
    ForceCustomPlan,
    /// Once, whatever the values are: for statements whose best plan is always the same.
    ForceGenericPlan,
}

impl Settings {
    /// The defaults for the database at `url`.
    pub fn new(url: impl Into<SecretString>) -> Self {
        Self {
            url: url.into(),
            pool_size: default_pool_size(),
            connect_timeout_ms: default_connect_timeout_ms(),
            statement_timeout_ms: default_statement_timeout_ms(),
            answer_timeout_ms: None,
            plan_cache_mode: PlanCacheMode::Auto,
        }
    }

    /// What every connection is told as it is opened: it costs no round trip then.
    pub(crate) fn options(&self) -> String {
        let limit_ms = self.statement_timeout_ms;
        let plans = match self.plan_cache_mode {
            PlanCacheMode::Auto => "",
            PlanCacheMode::ForceCustomPlan => " -c plan_cache_mode=force_custom_plan",
            PlanCacheMode::ForceGenericPlan => " -c plan_cache_mode=force_generic_plan",
        };
        // A transaction that nobody works on any more must not hold its locks for ever. A statement
        // over many partitions takes milliseconds and is planned to look dear: compiling it takes
        // a second.
        format!(
            "-c statement_timeout={limit_ms} -c idle_in_transaction_session_timeout={limit_ms} -c jit=off{plans}"
        )
    }

    pub(crate) fn answer_timeout(&self) -> Option<Duration> {
        self.answer_timeout_ms.map(Duration::from_millis)
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
