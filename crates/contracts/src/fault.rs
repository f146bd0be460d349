//! Short ways to say why a request was not carried out.

use crate::v1::{Fault, FieldFault, fault::Kind};

/// Codes of conflicts that callers tell apart.
pub mod code {
    /// The key of a request stood for another one before.
    pub const IDEMPOTENCY_KEY_REUSED: &str = "idempotency_key_reused";
    /// More replays than an organisation's share of a minute.
    pub const TOO_MANY_REPLAYS: &str = "too_many_replays";
}

impl Fault {
    fn new(kind: Kind, code: &str, detail: impl Into<String>) -> Self {
        Self {
            kind: kind.into(),
            code: code.to_owned(),
            detail: detail.into(),
            fields: Vec::new(),
        }
    }

    pub fn invalid(code: &str, detail: impl Into<String>) -> Self {
        Self::new(Kind::Invalid, code, detail)
    }

    /// `what` in words: "flight".
    pub fn not_found(what: &str) -> Self {
        Self::new(
            Kind::NotFound,
            "not_found",
            format!("there is no such {what}"),
        )
    }

    pub fn conflict(code: &str, detail: impl Into<String>) -> Self {
        Self::new(Kind::Conflict, code, detail)
    }

    pub fn forbidden(code: &str, detail: impl Into<String>) -> Self {
        Self::new(Kind::Forbidden, code, detail)
    }

    pub fn precondition_failed(detail: impl Into<String>) -> Self {
        Self::new(Kind::PreconditionFailed, "precondition_failed", detail)
    }

    pub fn unavailable(detail: impl Into<String>) -> Self {
        Self::new(Kind::Unavailable, "unavailable", detail)
    }

    /// The inside stays inside: the cause goes to the log, not into the answer.
    pub fn internal() -> Self {
        Self::new(Kind::Internal, "internal", "the service failed to answer")
    }

    #[must_use]
    pub fn with_field(mut self, pointer: &str, code: &str, detail: impl Into<String>) -> Self {
        self.fields.push(FieldFault {
            pointer: pointer.to_owned(),
            code: code.to_owned(),
            detail: detail.into(),
        });
        self
    }
}
