//! Everything outside the program, passed in: where it stands, what it was told, where it writes.

use std::collections::HashMap;
use std::io::{IsTerminal, Read, Write};
use std::path::PathBuf;

use chrono::{DateTime, Utc};
use uuid::Uuid;

/// The world as the program sees it.
pub struct Host {
    pub environment: HashMap<String, String>,
    /// The directory that relative file names start from, and `.dev/env` is searched upwards from.
    pub directory: PathBuf,
    /// For what is better not said on the command line.
    pub input: Box<dyn Read + Send>,
    /// For answers.
    pub out: Box<dyn Write + Send>,
    /// For progress, remarks and errors.
    pub err: Box<dyn Write + Send>,
    /// Whether `err` can be drawn on.
    pub err_is_terminal: bool,
    pub now: fn() -> DateTime<Utc>,
    /// Makes an id that nothing else has.
    pub new_id: fn() -> Uuid,
}

impl Host {
    /// The process's own.
    pub fn of_process() -> Self {
        Self {
            environment: variables(),
            directory: std::env::current_dir().unwrap_or_default(),
            input: Box::new(std::io::stdin()),
            out: Box::new(std::io::stdout()),
            err: Box::new(std::io::stderr()),
            err_is_terminal: std::io::stderr().is_terminal(),
            now,
            new_id: Uuid::new_v4,
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the one place where this program reads them"
)]
fn variables() -> HashMap<String, String> {
    std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect()
}

#[expect(
    clippy::disallowed_methods,
    reason = "the one place where this program asks for the time"
)]
fn now() -> DateTime<Utc> {
    Utc::now()
}
