//! What can go wrong here, and what callers hear of it.

use contracts::convert::InvalidMessage;
use contracts::v1::Fault;
use diesel::result::{DatabaseErrorKind, Error as QueryError};
use store::StoreError;

use crate::query::InvalidQuery;

#[derive(Debug, thiserror::Error)]
pub enum ReadModelError {
    #[error(transparent)]
    Query(#[from] InvalidQuery),
    /// A message in the replica, so one that was read before.
    #[error("a record of the replica cannot be read: {0}")]
    Replica(#[from] InvalidMessage),
    #[error("a document cannot be written: {0}")]
    Render(#[from] serde_json::Error),
    /// Documents of a view were to be written by somebody who does not hold it.
    #[error("the view {0} is written without its lock")]
    NotHeld(&'static str),
    /// Somebody else took the step, or it is not wanted any more.
    #[error("the rebuild went on without this step")]
    Overtaken,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<QueryError> for ReadModelError {
    fn from(error: QueryError) -> Self {
        Self::Store(error.into())
    }
}

/// Where a failure lies, as far as can be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Blame {
    /// With the database or the way to it: every message would fail now, and none later.
    Database,
    /// With the message: it would fail every time.
    Message,
    /// With either.
    Unclear,
}

impl ReadModelError {
    pub fn blame(&self) -> Blame {
        match self {
            Self::Query(_)
            | Self::Replica(_)
            | Self::Render(_)
            | Self::NotHeld(_)
            | Self::Overtaken => Blame::Message,
            Self::Store(error) if error.is_transient() => Blame::Database,
            Self::Store(StoreError::Query(error)) => blame(error),
            Self::Store(_) => Blame::Database,
        }
    }
}

fn blame(error: &QueryError) -> Blame {
    match error {
        QueryError::SerializationError(_) => Blame::Message,
        error if store::is_violation(error) => Blame::Message,
        QueryError::DatabaseError(DatabaseErrorKind::ReadOnlyTransaction, _) => Blame::Database,
        // Diesel hides the SQLSTATE, which would tell a full disk from a value out of range.
        _ => Blame::Unclear,
    }
}

impl From<ReadModelError> for Fault {
    fn from(error: ReadModelError) -> Self {
        match error {
            ReadModelError::Query(invalid) => {
                let reason = invalid.to_string();
                Self::invalid(invalid.code(), reason.as_str()).with_field(
                    invalid.field(),
                    invalid.code(),
                    reason,
                )
            }
            ReadModelError::Store(error) if error.is_transient() => {
                tracing::warn!(%error, "the database is not available");
                Self::unavailable("the documents cannot be reached; try again")
            }
            inside => {
                tracing::error!(error = %inside, "request failed");
                Self::internal()
            }
        }
    }
}
