//! Queries, beside the rows they read and write. They take and give domain types: what a table
//! looks like is known here and nowhere else.
//!
//! Rows that a transaction locks, it locks in this order: organisation, flight, aircraft, and what
//! hangs on the aircraft. Locks
//! are `FOR NO KEY UPDATE`, which lets others insert rows that refer to the locked one.

pub mod aggregates;
pub mod aircraft;
pub mod audit_chain;
pub mod flights;
pub mod ground_training;
pub mod invoices;
mod json;
pub mod locations;
pub mod maintenance;
pub mod meter_readings;
pub mod numbers;
pub mod occupancies;
pub mod organizations;
pub mod people;
pub mod signing_keys;
pub mod training;
mod versioned;

use diesel::result::Error as QueryError;
use domain::UnknownTerm;

/// A row that holds what the domain does not know, written by a later version or by hand.
#[derive(Debug, thiserror::Error)]
#[error("column {column}: {reason}")]
struct UnreadableRow {
    column: &'static str,
    reason: String,
}

impl From<UnreadableRow> for QueryError {
    fn from(row: UnreadableRow) -> Self {
        Self::DeserializationError(Box::new(row))
    }
}

/// For rows that hold nothing that could be unknown.
impl From<std::convert::Infallible> for UnreadableRow {
    fn from(never: std::convert::Infallible) -> Self {
        match never {}
    }
}

/// Reads a term of a vocabulary.
fn term<T: std::str::FromStr<Err = UnknownTerm>>(
    column: &'static str,
    text: &str,
) -> Result<T, UnreadableRow> {
    text.parse().map_err(|unknown: UnknownTerm| UnreadableRow {
        column,
        reason: unknown.to_string(),
    })
}
