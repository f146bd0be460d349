//! Problem documents (RFC 9457): how the API says no.

mod access;
mod kind;
mod pages;

use std::borrow::Cow;
use std::time::Duration;

use domain::api_key::hide_keys;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Serialize;

pub use access::{BadKey, Exhausted};
pub use kind::ProblemKind;

/// The media type of a problem document.
pub const MEDIA_TYPE: &str = "application/problem+json";

/// The path of the page of every problem kind: the kind's code is appended.
pub const PAGES: &str = "/problems/";

/// Errors named in one document at most; a request with more is wrong enough.
const MAX_ERRORS: usize = 20;

/// A refusal, before it is bound to the request it answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    pub kind: ProblemKind,
    /// For people; says what to do, and nothing about the inside.
    pub detail: String,
    pub errors: Vec<ProblemError>,
    /// Headers that belong to the answer: `Allow`, `Retry-After`, `WWW-Authenticate`.
    pub headers: Vec<(&'static str, String)>,
}

/// One thing that is wrong with the request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ProblemError {
    /// None: it is the request as a whole.
    #[serde(flatten)]
    pub place: Option<Place>,
    /// Machine readable: `unknown_value`.
    pub code: Cow<'static, str>,
    pub detail: String,
}

/// Where in the request something is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// A parameter of the query, by name.
    Parameter(String),
    /// A header, by name.
    Header(&'static str),
}

/// One of its members is there. Said as optional members and not as a choice of objects, which
/// generated clients can do nothing with.
impl JsonSchema for Place {
    fn schema_name() -> Cow<'static, str> {
        "Place".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "object",
            "properties": {
                "parameter": {
                    "type": "string",
                    "description": "The parameter of the query that is wrong, by name.",
                },
                "header": {
                    "type": "string",
                    "description": "The header that is wrong, by name.",
                },
            },
        })
    }
}

impl ProblemError {
    pub fn parameter(name: &str, code: &'static str, detail: impl Into<String>) -> Self {
        Self {
            place: Some(Place::Parameter(name.to_owned())),
            code: code.into(),
            detail: detail.into(),
        }
    }

    pub fn header(name: &'static str, code: &'static str, detail: impl Into<String>) -> Self {
        Self {
            place: Some(Place::Header(name)),
            code: code.into(),
            detail: detail.into(),
        }
    }

    /// What was sent may be told of in the name of a parameter and in the detail.
    fn without_keys(&self) -> Self {
        let place = match &self.place {
            Some(Place::Parameter(name)) => Some(Place::Parameter(hide_keys(name).into_owned())),
            other => other.clone(),
        };
        Self {
            place,
            code: self.code.clone(),
            detail: hide_keys(&self.detail).into_owned(),
        }
    }

    /// What is wrong with the request as a whole.
    pub fn request(code: &'static str, detail: impl Into<String>) -> Self {
        Self {
            place: None,
            code: code.into(),
            detail: detail.into(),
        }
    }
}

impl Problem {
    pub fn new(kind: ProblemKind, detail: impl Into<String>) -> Self {
        Self {
            kind,
            detail: detail.into(),
            errors: Vec::new(),
            headers: Vec::new(),
        }
    }

    /// 400, with everything that is wrong at once.
    pub fn invalid_parameters(errors: Vec<ProblemError>) -> Self {
        let detail = match errors.as_slice() {
            [only] => only.detail.clone(),
            many => format!("{} parameters are wrong; see `errors`", many.len()),
        };
        Self::new(ProblemKind::InvalidParameter, detail).with_errors(errors)
    }

    /// 400. Says the same whether the cursor was altered or is another list's.
    pub fn invalid_cursor() -> Self {
        let detail = "this cursor is not of this list: it was altered, cut, or made for another \
                      list, organisation or other filters; begin again without a cursor";
        Self::new(ProblemKind::InvalidCursor, detail).with_errors(vec![ProblemError::parameter(
            "cursor",
            "invalid_cursor",
            detail,
        )])
    }

    /// 404, for what is not there and for what is another organisation's.
    pub fn not_found(detail: impl Into<String>) -> Self {
        Self::new(ProblemKind::NotFound, detail)
    }

    /// 503. The client may send the same request again after `retry_after`, rounded up to seconds.
    pub fn service_unavailable(retry_after: Duration) -> Self {
        Self::new(
            ProblemKind::ServiceUnavailable,
            "the service cannot answer at the moment; nothing was changed; try again later",
        )
        .retry_after(retry_after)
    }

    /// 500. The cause goes to the log, not into the answer.
    pub fn internal() -> Self {
        Self::new(
            ProblemKind::Internal,
            "something went wrong on our side; if it goes on, tell us the request_id",
        )
    }

    fn retry_after(self, wait: Duration) -> Self {
        self.with_header("Retry-After", whole_seconds(wait).to_string())
    }

    #[must_use]
    pub fn with_errors(mut self, mut errors: Vec<ProblemError>) -> Self {
        errors.truncate(MAX_ERRORS);
        self.errors = errors;
        self
    }

    #[must_use]
    pub fn with_header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// The document's bytes. `origin` is where the pages are, `https://api.gaflight.example`; empty,
    /// `type` is relative to the request (RFC 9457, section 3.1.1). `instance` is the path of the
    /// request, without its query. A key that was put where none belongs is not sent back.
    pub fn document(&self, origin: &str, instance: &str, request_id: &str) -> Vec<u8> {
        let errors: Vec<_> = self.errors.iter().map(ProblemError::without_keys).collect();
        let document = Document {
            kind: format!("{origin}{PAGES}{}", self.kind.code()),
            title: self.kind.title(),
            status: self.kind.status(),
            detail: &hide_keys(&self.detail),
            instance: &hide_keys(instance),
            request_id,
            errors: &errors,
        };
        // Text, numbers and lists of them: there is nothing in it that could fail.
        serde_json::to_vec(&document).unwrap_or_default()
    }
}

/// As headers tell a time: rounded up, so that whoever waits for so long is never early.
pub fn whole_seconds(wait: Duration) -> u64 {
    wait.as_secs() + u64::from(wait.subsec_nanos() > 0)
}

/// Why a request was refused (RFC 9457).
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Problem")]
pub(crate) struct Document<'a> {
    /// What kind of problem it is; the page it leads to explains it.
    #[serde(rename = "type")]
    #[schemars(extend("format" = "uri-reference"))]
    kind: String,
    /// The same for every problem of the kind.
    title: &'a str,
    /// The HTTP status.
    status: u16,
    /// What is wrong with this request, and what to do.
    detail: &'a str,
    /// The path of the request.
    instance: &'a str,
    /// Also in the header `X-Request-Id`; we find the request by it.
    request_id: &'a str,
    /// Everything that is wrong with the request, where it can be told apart.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    errors: &'a [ProblemError],
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_has_the_members_of_rfc_9457_and_ours() {
        let problem = Problem::invalid_parameters(vec![
            ProblemError::parameter("status", "unknown_value", "no \"such\" status"),
            ProblemError::header("X-Org-Id", "missing", "it is missing"),
        ]);
        let document: serde_json::Value = serde_json::from_slice(&problem.document(
            "https://gaflight.example",
            "/api/v1/public/flights",
            "r-1",
        ))
        .unwrap();
        assert_eq!(
            document,
            serde_json::json!({
                "type": "https://gaflight.example/problems/invalid_parameter",
                "title": "A parameter is wrong",
                "status": 400,
                "detail": "2 parameters are wrong; see `errors`",
                "instance": "/api/v1/public/flights",
                "request_id": "r-1",
                "errors": [
                    {"parameter": "status", "code": "unknown_value", "detail": "no \"such\" status"},
                    {"header": "X-Org-Id", "code": "missing", "detail": "it is missing"},
                ],
            })
        );
    }

    #[test]
    fn retry_after_is_never_less_than_the_wait() {
        let header = |millis| Problem::service_unavailable(Duration::from_millis(millis)).headers;
        assert_eq!(header(1_200), [("Retry-After", "2".to_owned())]);
        assert_eq!(header(3_000), [("Retry-After", "3".to_owned())]);
    }

    #[test]
    fn errors_are_bounded() {
        let many = vec![ProblemError::parameter("x", "unknown_parameter", ""); 500];
        assert_eq!(Problem::invalid_parameters(many).errors.len(), MAX_ERRORS);
    }
}
