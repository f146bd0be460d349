//! Refusals, each with a real problem document as its example.

use std::time::Duration;

use schemars::SchemaGenerator;

use super::headers::{self, Header};
use super::json::object;
use super::{Json, schemas};
use crate::problem::{Document, MEDIA_TYPE, Problem, ProblemError, ProblemKind};

/// The request that the examples refuse.
const INSTANCE: &str = "/api/v1/public/flights";
const REQUEST_ID: &str = "0197a3c2-5d1e-7c44-9f0a-3b2f6f0f9a11";

/// What an operation asks for, as far as it decides about refusals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asks {
    List,
    Detail,
    Action,
}

/// The statuses that such an operation may refuse with.
pub(super) fn statuses(asks: Asks) -> impl Iterator<Item = u16> {
    all().filter(move |status| match status {
        404 => asks != Asks::List,
        422 => asks == Asks::Action,
        _ => true,
    })
}

/// Every status of a refusal but 405: that is for methods that are not here.
fn all() -> impl Iterator<Item = u16> {
    let mut statuses: Vec<u16> = ProblemKind::ALL.iter().map(|kind| kind.status()).collect();
    statuses.dedup();
    statuses.into_iter().filter(|status| *status != 405)
}

/// The reference to the response of that status.
pub(super) fn reference(status: u16) -> Json {
    object([(
        "$ref",
        format!("#/components/responses/{}", name(status)).into(),
    )])
}

/// `components/responses`: one a status.
pub(super) fn responses(schemas: &mut SchemaGenerator) -> Json {
    all()
        .map(|status| (name(status), response(status, schemas)))
        .collect()
}

fn response(status: u16, schemas: &mut SchemaGenerator) -> Json {
    let kinds = || {
        ProblemKind::ALL
            .iter()
            .filter(|kind| kind.status() == status)
    };
    let examples: Json = kinds()
        .map(|kind| {
            let example = object([("summary", kind.title().into()), ("value", example(*kind))]);
            (kind.code(), example)
        })
        .collect();
    let titles: Vec<&str> = kinds().map(|kind| kind.title()).collect();
    let content = object([
        ("schema", schemas::reference::<Document<'_>>(schemas)),
        ("examples", examples),
    ]);
    object([
        ("description", format!("{}.", titles.join(". ")).into()),
        ("headers", headers::references(&headers_of(status))),
        ("content", object([(MEDIA_TYPE, content)])),
    ])
}

fn headers_of(status: u16) -> Vec<Header> {
    let mut all = vec![headers::REQUEST_ID, headers::CACHE_CONTROL];
    match status {
        401 | 403 => all.push(headers::CHALLENGE),
        429 | 503 => all.push(headers::RETRY_AFTER),
        _ => {}
    }
    all
}

/// The name among the components: the status in words.
fn name(status: u16) -> &'static str {
    match status {
        400 => "BadRequest",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "NotFound",
        406 => "NotAcceptable",
        413 => "ContentTooLarge",
        414 => "UriTooLong",
        422 => "Unprocessable",
        429 => "TooManyRequests",
        431 => "HeadersTooLarge",
        500 => "InternalError",
        503 => "ServiceUnavailable",
        _ => "Refusal",
    }
}

/// A whole document of the kind, as it goes out.
pub(crate) fn example(kind: ProblemKind) -> Json {
    let document = sample(kind).document("", INSTANCE, REQUEST_ID);
    serde_json::from_slice(&document).unwrap_or(Json::Null)
}

fn sample(kind: ProblemKind) -> Problem {
    match kind {
        ProblemKind::InvalidParameter => {
            let detail = "`flown` is no value of `status`; allowed: draft, submitted, approved, \
                          rejected, voided";
            Problem::invalid_parameters(vec![ProblemError::parameter(
                "status",
                "unknown_value",
                detail,
            )])
        }
        ProblemKind::InvalidCursor => Problem::invalid_cursor(),
        ProblemKind::Unauthenticated => {
            Problem::unauthenticated("expired", "this key has expired; mint another")
        }
        ProblemKind::InsufficientScope => Problem::insufficient_scope("public.flights:read"),
        ProblemKind::NotFound => Problem::not_found("there is no such flight in this organisation"),
        ProblemKind::RateLimited => Problem::rate_limited(60, kind.meaning()),
        ProblemKind::ServiceUnavailable => Problem::service_unavailable(Duration::from_secs(2)),
        ProblemKind::Internal => Problem::internal(),
        other => Problem::new(other, other.meaning()),
    }
}
