//! How a command ends when it does not end well.

use std::process::ExitCode;

use contracts::rpc::RpcError;
use contracts::v1::{Fault, fault::Kind};
use serde::Serialize;

/// What the program tells whoever called it. These numbers are part of its interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    Ok,
    /// Something went wrong that has no number of its own.
    Failed,
    /// The command line, the file or a value cannot be used as it is.
    BadInput,
    NotFound,
    /// The state of things does not allow it.
    Conflict,
    /// A service or the broker is away; the same command may work later.
    Unavailable,
}

impl Status {
    pub const fn code(self) -> u8 {
        match self {
            Self::Ok => 0,
            Self::Failed => 1,
            Self::BadInput => 2,
            Self::NotFound => 3,
            Self::Conflict => 4,
            Self::Unavailable => 5,
        }
    }
}

impl From<Status> for ExitCode {
    fn from(status: Status) -> Self {
        status.code().into()
    }
}

/// Why a command failed, and what to do next.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize)]
#[error("{message}")]
pub struct Failure {
    pub status: Status,
    /// For programs: `invalid_transition`.
    pub code: String,
    pub message: String,
    /// What to do about it.
    pub next: Option<String>,
}

impl Failure {
    pub fn new(status: Status, code: &str, message: impl Into<String>) -> Self {
        Self {
            status,
            code: code.to_owned(),
            message: message.into(),
            next: None,
        }
    }

    pub fn bad_input(code: &str, message: impl Into<String>) -> Self {
        Self::new(Status::BadInput, code, message)
    }

    #[must_use]
    pub fn next(mut self, advice: impl Into<String>) -> Self {
        self.next = Some(advice.into());
        self
    }

    /// What a call to `service` came to.
    pub fn of_call(service: &str, error: RpcError) -> Self {
        match error {
            RpcError::Fault(fault) => Self::of_fault(service, &fault),
            RpcError::Unavailable(reason) => Self::new(
                Status::Unavailable,
                "unavailable",
                format!("{service} is not available: {reason}"),
            )
            .next(format!(
                "See that {service} and the broker are running, then try again."
            )),
            RpcError::DeadlineExceeded(after) => Self::new(
                Status::Unavailable,
                "deadline_exceeded",
                format!(
                    "{service} did not answer within {after:?}; it may have carried out the request"
                ),
            )
            .next("Look at how things stand before you try again."),
            RpcError::Malformed => Self::new(
                Status::Failed,
                "malformed_answer",
                format!("{service} gave an answer that could not be read"),
            )
            .next(format!(
                "This gaf and {service} are probably of different versions: run the same of both."
            )),
        }
    }

    fn of_fault(service: &str, fault: &Fault) -> Self {
        let (status, advice) = match fault.kind() {
            Kind::Invalid => (Status::BadInput, None),
            Kind::NotFound => (
                Status::NotFound,
                Some("Check the id, and that --org names the organisation it belongs to."),
            ),
            Kind::Conflict | Kind::PreconditionFailed => (Status::Conflict, None),
            Kind::Unavailable => (Status::Unavailable, Some("Try again in a moment.")),
            Kind::Forbidden | Kind::Unspecified => (Status::Failed, None),
            Kind::Internal => (Status::Failed, Some("The service's log has the cause.")),
        };
        let mut message = fault.detail.clone();
        for field in fault
            .fields
            .iter()
            .filter(|f| !fault.detail.contains(&f.detail))
        {
            message = format!("{message}; {}: {}", field.pointer, field.detail);
        }
        Self {
            status,
            code: fault.code.clone(),
            message: format!("{service}: {message}"),
            next: advice.map(str::to_owned),
        }
    }
}

/// Writing the answer failed. A reader that went away (`gaf ... | head`) has what it wanted.
impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        let status = match error.kind() {
            std::io::ErrorKind::BrokenPipe => Status::Ok,
            _ => Status::Failed,
        };
        Self::new(status, "output_failed", format!("cannot write: {error}"))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn each_kind_of_fault_has_its_exit_code() {
        let faults = [
            (Fault::invalid("c", "d"), 2),
            (Fault::not_found("flight"), 3),
            (Fault::conflict("invalid_transition", "d"), 4),
            (Fault::precondition_failed("d"), 4),
            (Fault::unavailable("d"), 5),
            (Fault::forbidden("c", "d"), 1),
            (Fault::internal(), 1),
        ];
        for (fault, code) in faults {
            let failure = Failure::of_call("flight-ops", RpcError::Fault(Box::new(fault.clone())));
            assert_eq!((failure.status.code(), failure.code), (code, fault.code));
        }
        let away = Failure::of_call("flight-ops", RpcError::Unavailable("no consumer"));
        let silent = Failure::of_call(
            "flight-ops",
            RpcError::DeadlineExceeded(Duration::from_secs(5)),
        );
        assert_eq!((away.status.code(), silent.status.code()), (5, 5));
        assert!(away.next.is_some() && silent.next.is_some());
    }

    #[test]
    fn the_fields_that_are_wrong_are_named() {
        let fault = Fault::invalid("invalid_key", "two things are wrong")
            .with_field("name", "too_long", "at most 100 characters")
            .with_field("scopes", "invalid", "two things are wrong");
        let failure = Failure::of_call("key-service", RpcError::Fault(Box::new(fault)));
        assert_eq!(
            failure.message,
            "key-service: two things are wrong; name: at most 100 characters"
        );
    }

    #[test]
    fn a_reader_that_goes_away_is_no_failure() {
        let gone: Failure = std::io::Error::from(std::io::ErrorKind::BrokenPipe).into();
        assert_eq!(gone.status, Status::Ok);
    }
}
