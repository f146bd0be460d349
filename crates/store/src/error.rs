//! What can go wrong between a service and its database.

use diesel::ConnectionError;
use diesel::result::{DatabaseErrorKind, Error as QueryError};
use diesel_async::pooled_connection::{PoolError as ManagerError, deadpool};

/// A failure of the database or of the way to it. Its text is for logs and operators: it may name
/// tables and constraints, never a password.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Neither a free nor a new connection was to be had within `connect_timeout_ms`.
    #[error("no database connection became free in time")]
    Busy,
    /// Nobody answers, or the server is starting, stopping or full.
    #[error("the database cannot be reached: {0}")]
    Unreachable(String),
    /// The server answers, and will give the same answer next time: wrong password, no such
    /// database, an address that is none.
    #[error("the database refuses the connection: {0}")]
    Refused(String),
    #[error("query failed: {0}")]
    Query(#[from] QueryError),
    #[error("migration failed: {0}")]
    Migration(String),
}

impl StoreError {
    /// Whether the same work may succeed when it is tried again a little later.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Busy | Self::Unreachable(_) => true,
            Self::Refused(_) | Self::Migration(_) => false,
            Self::Query(error) => is_conflict(error) || is_lost_connection(error),
        }
    }

    /// Whether the server itself said that it did not carry out the statement, nor what came before
    /// it in its transaction. False says nothing: where it is not known to be so, it may be done.
    pub fn is_refusal(&self) -> bool {
        match self {
            Self::Query(error) => is_conflict(error) || is_given_up(error),
            Self::Busy | Self::Unreachable(_) | Self::Refused(_) | Self::Migration(_) => false,
        }
    }
}

impl From<deadpool::PoolError> for StoreError {
    fn from(error: deadpool::PoolError) -> Self {
        match error {
            deadpool::PoolError::Timeout(_) => Self::Busy,
            deadpool::PoolError::Backend(ManagerError::ConnectionError(error)) => error.into(),
            deadpool::PoolError::Backend(ManagerError::QueryError(error)) => Self::Query(error),
            other => Self::Unreachable(other.to_string()),
        }
    }
}

impl From<ConnectionError> for StoreError {
    fn from(error: ConnectionError) -> Self {
        match error {
            // `connect` files what may pass under `BadConnection`.
            ConnectionError::BadConnection(why) => Self::Unreachable(why),
            ConnectionError::CouldntSetupConfiguration(error) => Self::Query(error),
            other => Self::Refused(other.to_string()),
        }
    }
}

/// The constraint that a write ran into (unique, exclusion, check or foreign key), by the name
/// that its migration gave it.
pub fn violated_constraint(error: &QueryError) -> Option<&str> {
    use DatabaseErrorKind as Kind;
    match error {
        QueryError::DatabaseError(
            Kind::UniqueViolation
            | Kind::ExclusionViolation
            | Kind::CheckViolation
            | Kind::ForeignKeyViolation
            | Kind::RestrictViolation,
            information,
        ) => information.constraint_name(),
        _ => None,
    }
}

/// Whether PostgreSQL ended the transaction only because of what another one did at the same time
/// (40001 serialization failure, 40P01 deadlock).
pub(crate) fn is_conflict(error: &QueryError) -> bool {
    match error {
        QueryError::DatabaseError(DatabaseErrorKind::SerializationFailure, _) => true,
        // Diesel has no kind for a deadlock and hides the SQLSTATE.
        QueryError::DatabaseError(_, information) => information.message() == "deadlock detected",
        _ => false,
    }
}

/// Whether the row itself was refused: by any constraint, that of a column to hold a value among them.
pub fn is_violation(error: &QueryError) -> bool {
    use DatabaseErrorKind as Kind;
    matches!(
        error,
        QueryError::DatabaseError(
            Kind::UniqueViolation
                | Kind::ForeignKeyViolation
                | Kind::NotNullViolation
                | Kind::CheckViolation
                | Kind::RestrictViolation
                | Kind::ExclusionViolation,
            _,
        )
    )
}

/// A constraint that is violated, a limit of time that is over.
fn is_given_up(error: &QueryError) -> bool {
    use DatabaseErrorKind as Kind;
    /// Of 57014 and 55P03 (`src/backend/tcop/postgres.c`). Not every error without a kind of its own
    /// is the server's word: poolers answer with errors like it, too, when they have lost it.
    const TIMEOUTS: [&str; 2] = [
        "canceling statement due to statement timeout",
        "canceling statement due to lock timeout",
    ];
    match error {
        QueryError::DatabaseError(Kind::ReadOnlyTransaction, _) => true,
        QueryError::DatabaseError(Kind::Unknown, information) => {
            TIMEOUTS.contains(&information.message())
        }
        error => is_violation(error),
    }
}

fn is_lost_connection(error: &QueryError) -> bool {
    /// The texts of 57P01 to 57P03 (`src/backend/tcop/postgres.c`, `postmaster.c`), since diesel
    /// hides the SQLSTATE. In another language than English the connection is seen as lost one
    /// statement later, when the socket is closed.
    const SHUTDOWN: [&str; 4] = [
        "terminating connection due to administrator command",
        "terminating connection because of crash of another server process",
        "the database system is shutting down",
        "the database system is starting up",
    ];
    match error {
        QueryError::DatabaseError(
            DatabaseErrorKind::UnableToSendCommand | DatabaseErrorKind::ClosedConnection,
            _,
        ) => true,
        QueryError::DatabaseError(_, information) => SHUTDOWN.contains(&information.message()),
        // The connection broke inside a transaction, so there was nothing left to roll back.
        QueryError::BrokenTransactionManager => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(kind: DatabaseErrorKind, message: &str) -> StoreError {
        QueryError::DatabaseError(kind, Box::new(message.to_owned())).into()
    }

    #[test]
    fn only_what_the_server_refused_is_surely_not_done() {
        use DatabaseErrorKind as Kind;
        for (kind, message) in [
            (Kind::UniqueViolation, "duplicate key"),
            (Kind::SerializationFailure, "could not serialize"),
            (Kind::Unknown, "deadlock detected"),
            (
                Kind::Unknown,
                "canceling statement due to statement timeout",
            ),
            (Kind::Unknown, "canceling statement due to lock timeout"),
        ] {
            assert!(error(kind, message).is_refusal(), "{message}");
        }
        for (kind, message) in [
            (Kind::ClosedConnection, "closed"),
            (Kind::UnableToSendCommand, "deadlock or not"),
            (
                Kind::Unknown,
                "terminating connection due to administrator command",
            ),
            // As a pooler says it.
            (Kind::Unknown, "server conn crashed?"),
        ] {
            assert!(!error(kind, message).is_refusal(), "{message}");
        }
        assert!(!StoreError::Query(QueryError::BrokenTransactionManager).is_refusal());
        assert!(!StoreError::Busy.is_refusal());
    }
}
