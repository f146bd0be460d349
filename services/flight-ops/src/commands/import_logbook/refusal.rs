//! Rows that do not go in.

use contracts::convert::InvalidMessage;
use domain::Violation;

/// Why one row was refused. One refusal a row: the first thing wrong is named, the others stand
/// in the detail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    pub line: u64,
    pub pointer: String,
    pub code: String,
    pub detail: String,
}

impl Refusal {
    pub fn new(line: u64, pointer: &str, code: &str, detail: impl Into<String>) -> Self {
        Self {
            line,
            pointer: pointer.to_owned(),
            code: code.to_owned(),
            detail: detail.into(),
        }
    }

    pub fn unreadable(line: u64, invalid: &InvalidMessage) -> Self {
        Self::new(line, invalid.field, "invalid", invalid.reason.as_str())
    }

    /// `None` when nothing was violated.
    pub fn of(line: u64, violations: &[Violation]) -> Option<Self> {
        let first = violations.first()?;
        let details: Vec<&str> = violations.iter().map(|v| v.detail.as_str()).collect();
        Some(Self::new(
            line,
            first.pointer,
            first.code,
            details.join("; "),
        ))
    }
}

/// The rows that can be read; the others are added to `refused`.
pub fn readable<W, R>(
    rows: Vec<W>,
    refused: &mut Vec<Refusal>,
    mut read: impl FnMut(W) -> Result<R, Refusal>,
) -> Vec<R> {
    let mut kept = Vec::with_capacity(rows.len());
    for row in rows {
        match read(row) {
            Ok(row) => kept.push(row),
            Err(refusal) => refused.push(refusal),
        }
    }
    kept
}
