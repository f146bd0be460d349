//! What can go wrong here, and what callers hear of it.

use std::time::Duration;

use contracts::convert::InvalidMessage;
use contracts::rpc::RpcError;
use contracts::v1::fault::Kind;
use public_api::problem::{Problem, ProblemError};

/// When a client may try again after a 503. A service that was restarted is back by then.
pub(crate) const RETRY_AFTER: Duration = Duration::from_secs(2);

#[derive(Debug, Clone, thiserror::Error)]
pub(crate) enum GatewayError {
    /// The request is at fault.
    #[error("refused: {}", .0.detail)]
    Refused(Box<Problem>),
    #[error(transparent)]
    Rpc(#[from] RpcError),
    /// Another service's answer cannot be used.
    #[error("unreadable answer: {0}")]
    Unreadable(#[from] InvalidMessage),
    /// More requests under way than this replica answers at the same time.
    #[error("too many requests are under way")]
    Overloaded,
    /// A key changed again and again while it was looked up.
    #[error("the key does not come to rest")]
    UnsettledKey,
    /// The other replicas cannot be told what this one lets in.
    #[error("the limits are not shared at the moment")]
    UnheardLimits,
    #[error("the handler panicked")]
    Panicked,
}

impl From<Problem> for GatewayError {
    fn from(problem: Problem) -> Self {
        Self::Refused(Box::new(problem))
    }
}

impl From<Vec<ProblemError>> for GatewayError {
    fn from(errors: Vec<ProblemError>) -> Self {
        Problem::invalid_parameters(errors).into()
    }
}

/// The one way out: what is not the client's to know goes to the log.
impl From<GatewayError> for Problem {
    fn from(error: GatewayError) -> Self {
        match error {
            GatewayError::Refused(problem) => *problem,
            GatewayError::Rpc(error) => of_rpc(&error),
            GatewayError::Overloaded | GatewayError::UnsettledKey | GatewayError::UnheardLimits => {
                tracing::warn!(%error, "not answered");
                Self::service_unavailable(RETRY_AFTER)
            }
            inside @ (GatewayError::Unreadable(_) | GatewayError::Panicked) => {
                tracing::error!(error = %inside, "request failed");
                Self::internal()
            }
        }
    }
}

/// Whatever a client may ask was checked before another service was called: where one refuses
/// the request all the same, the fault is ours.
fn of_rpc(error: &RpcError) -> Problem {
    match error {
        RpcError::Fault(fault) if fault.kind() == Kind::NotFound => {
            Problem::not_found(fault.detail.clone())
        }
        transient if transient.is_transient() => {
            tracing::warn!(%error, "a service is not available");
            Problem::service_unavailable(RETRY_AFTER)
        }
        _ => {
            tracing::error!(%error, "a service refused the request");
            Problem::internal()
        }
    }
}

#[cfg(test)]
mod tests {
    use contracts::v1::Fault;

    use super::*;

    #[test]
    fn what_failed_inside_is_not_told() {
        let secret = "connection to 10.0.0.7 refused";
        let errors = [
            GatewayError::Rpc(RpcError::Fault(Box::new(Fault::invalid(
                "invalid_message",
                secret,
            )))),
            GatewayError::Rpc(RpcError::Fault(Box::new(Fault::unavailable(secret)))),
            GatewayError::Rpc(RpcError::Malformed),
            GatewayError::Unreadable(InvalidMessage::new("key", secret)),
            GatewayError::Panicked,
        ];
        for error in errors {
            let document = Problem::from(error.clone()).document("", "/", "r");
            let document = String::from_utf8(document).unwrap();
            assert!(!document.contains("10.0.0.7"), "{error:?}: {document}");
        }
    }

    #[test]
    fn what_may_pass_is_a_503_with_a_time() {
        for error in [
            RpcError::Unavailable("the broker is away"),
            RpcError::DeadlineExceeded(Duration::from_secs(3)),
            RpcError::Fault(Box::new(Fault::unavailable("busy"))),
        ] {
            let problem = Problem::from(GatewayError::Rpc(error));
            assert_eq!(problem.kind.status(), 503);
            assert_eq!(problem.headers, [("Retry-After", "2".to_owned())]);
        }
        let gone = GatewayError::Rpc(RpcError::Fault(Box::new(Fault::not_found("flight"))));
        assert_eq!(Problem::from(gone).kind.status(), 404);
    }
}
