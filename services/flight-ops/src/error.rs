//! What can go wrong here, and what callers hear of it.

use contracts::convert::InvalidMessage;
use contracts::v1::Fault;
use diesel::result::Error as QueryError;
use domain::flight::FlightError;
use domain::{Refusal, Violation};
use store::StoreError;

use crate::db::aircraft::REGISTRATION_TAKEN;
use crate::db::occupancies::FLIGHT_TAKEN;
use crate::db::training::ALREADY_ENROLLED;

#[derive(Debug, thiserror::Error)]
pub enum OpsError {
    /// The request does not say what it should.
    #[error(transparent)]
    Message(#[from] InvalidMessage),
    /// It says what cannot stand; every such field at once.
    #[error("{} field(s) cannot stand", .0.len())]
    Invalid(Vec<Violation>),
    #[error(transparent)]
    Flight(#[from] FlightError),
    /// A rule of any other record.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Nothing of this organisation bears that id. `pointer` is the field that named it, where it
    /// was not the subject of the command itself.
    #[error("there is no such {what}")]
    NotFound {
        what: &'static str,
        pointer: Option<&'static str>,
    },
    #[error("it is not at the expected version")]
    VersionMismatch,
    /// The id was given to something with another content.
    #[error("there is another {0} of this id")]
    IdTaken(&'static str),
    #[error("another aircraft bears this registration")]
    RegistrationTaken,
    /// Somebody or something cannot be booked; `pointer` names the field.
    #[error("{detail}")]
    Unbookable {
        pointer: &'static str,
        code: &'static str,
        detail: String,
    },
    /// A school's signing key cannot be made or used.
    #[error("the school's key cannot be used: {0}")]
    Signing(String),
    #[error(transparent)]
    Store(StoreError),
}

impl OpsError {
    /// The subject of a command.
    pub fn no_such(what: &'static str) -> Self {
        Self::NotFound {
            what,
            pointer: None,
        }
    }

    /// What a field of the request refers to.
    pub fn no_such_at(pointer: &'static str, what: &'static str) -> Self {
        Self::NotFound {
            what,
            pointer: Some(pointer),
        }
    }

    /// A school's signing key cannot be made or used.
    pub fn signing(cause: impl std::fmt::Display) -> Self {
        Self::Signing(cause.to_string())
    }

    /// Whether the same command may succeed when it is tried again a little later.
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Store(error) if error.is_transient())
    }

    /// Whether the fault is ours and not the caller's.
    pub fn is_ours(&self) -> bool {
        matches!(self, Self::Store(_) | Self::Signing(_))
    }
}

impl From<StoreError> for OpsError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<QueryError> for OpsError {
    fn from(error: QueryError) -> Self {
        match store::violated_constraint(&error) {
            Some(ALREADY_ENROLLED) => {
                let detail = "the student is in this program already";
                Refusal::conflict("already_enrolled", detail).into()
            }
            Some(REGISTRATION_TAKEN) => Self::RegistrationTaken,
            Some(FLIGHT_TAKEN) => {
                Refusal::conflict("flight_taken", "the flight came of another session").into()
            }
            _ => Self::Store(error.into()),
        }
    }
}

impl From<OpsError> for Fault {
    fn from(error: OpsError) -> Self {
        match error {
            OpsError::Message(invalid) => invalid.into(),
            OpsError::Invalid(violations) => validation_failed(violations),
            OpsError::Flight(error) => of_flight(error),
            OpsError::Refused(refusal) => refused(refusal),
            OpsError::NotFound {
                what,
                pointer: None,
            } => Self::not_found(what),
            OpsError::NotFound {
                what,
                pointer: Some(pointer),
            } => {
                let detail = format!("there is no such {what}");
                Self::not_found(what).with_field(pointer, "not_found", detail)
            }
            OpsError::VersionMismatch => Self::precondition_failed(
                "it has been changed since; read it again and decide anew",
            ),
            OpsError::IdTaken(what) => Self::conflict(
                "already_exists",
                format!("there is another {what} of this id"),
            ),
            OpsError::RegistrationTaken => {
                let detail = "another aircraft of the organisation bears this registration";
                Self::conflict("registration_taken", detail).with_field(
                    "registration",
                    "taken",
                    detail,
                )
            }
            OpsError::Unbookable {
                pointer,
                code,
                detail,
            } => Self::conflict(code, detail.clone()).with_field(pointer, code, detail),
            OpsError::Store(error) if error.is_transient() => {
                tracing::warn!(%error, "the database is not available");
                Self::unavailable("the records cannot be reached; try again")
            }
            error @ OpsError::Signing(_) => {
                tracing::error!(%error, "command failed");
                Self::internal()
            }
            OpsError::Store(error) => {
                tracing::error!(%error, "command failed");
                Self::internal()
            }
        }
    }
}

fn validation_failed(violations: Vec<Violation>) -> Fault {
    let fault = Fault::invalid("validation_failed", "some fields cannot stand as they are");
    violations.into_iter().fold(
        fault,
        |fault,
         Violation {
             pointer,
             code,
             detail,
         }| { fault.with_field(pointer, code, detail) },
    )
}

fn of_flight(error: FlightError) -> Fault {
    let detail = error.to_string();
    match error {
        FlightError::InvalidTransition { .. } => Fault::conflict("invalid_transition", detail),
        FlightError::Invalid(violations) => validation_failed(violations),
        FlightError::ApproverIsSubmitter => Fault::forbidden("approver_is_submitter", detail),
        FlightError::ReasonMissing => {
            validation_failed(vec![Violation::new("reason", "required", detail)])
        }
    }
}

fn refused(refusal: Refusal) -> Fault {
    let detail = refusal.to_string();
    match refusal {
        Refusal::InvalidTransition { .. } => Fault::conflict("invalid_transition", detail),
        Refusal::Invalid(violations) => validation_failed(violations),
        Refusal::Conflict { code, .. } => Fault::conflict(code, detail),
        Refusal::Forbidden { code, .. } => Fault::forbidden(code, detail),
    }
}
