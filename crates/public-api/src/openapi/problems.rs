//! Refusals, each with a real problem document as its example.

use std::time::Duration;

use schemars::SchemaGenerator;

use super::headers;
use super::json::object;
use super::{Json, schemas};
use crate::problem::{BadKey, Document, Exhausted, MEDIA_TYPE, Problem, ProblemError, ProblemKind};
use crate::routes::Api;

/// The request that the examples refuse.
pub(super) const fn instance(api: Api) -> &'static str {
    match api {
        Api::GaFlight => "/api/v1/public/flights",
        Api::TrueFlight => "/api/external/v1/locations",
    }
}

const REQUEST_ID: &str = "0197a3c2-5d1e-7c44-9f0a-3b2f6f0f9a11";

/// What an operation asks for, as far as it decides about refusals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asks {
    List,
    Detail,
    Action,
    /// Nothing, and of anybody.
    Nothing,
}

/// The statuses that such an operation of the API may refuse with.
pub(super) fn statuses(api: Api, asks: Asks) -> impl Iterator<Item = u16> {
    all().filter(move |status| match status {
        400 | 401 | 403 | 429 => asks != Asks::Nothing,
        404 => match asks {
            // A test key may be of an organisation that has no sandbox.
            Asks::List => api == Api::TrueFlight,
            Asks::Nothing => false,
            Asks::Detail | Asks::Action => true,
        },
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
pub(super) fn responses(api: Api, schemas: &mut SchemaGenerator) -> Json {
    all()
        .map(|status| (name(status), response(api, status, schemas)))
        .collect()
}

fn response(api: Api, status: u16, schemas: &mut SchemaGenerator) -> Json {
    let kinds = || {
        let of_status = ProblemKind::ALL.iter().filter(|k| k.status() == status);
        of_status.filter(|kind| is_of(api, **kind))
    };
    let examples: Json = kinds()
        .map(|kind| {
            let example = object([
                ("summary", kind.title().into()),
                ("value", example(api, *kind)),
            ]);
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
        ("headers", headers_of(status)),
        ("content", object([(MEDIA_TYPE, content)])),
    ])
}

fn headers_of(status: u16) -> Json {
    use headers::{CACHE_CONTROL, CHALLENGE, RETRY_AFTER};
    match status {
        401 => headers::references(&[CACHE_CONTROL, CHALLENGE]),
        // Told before anybody looks for a key.
        406 | 413 | 414 | 431 => headers::references(&[CACHE_CONTROL]),
        403 => headers::of_admitted(&[CACHE_CONTROL, CHALLENGE]),
        429 | 503 => headers::of_admitted(&[CACHE_CONTROL, RETRY_AFTER]),
        _ => headers::of_admitted(&[CACHE_CONTROL]),
    }
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

/// Whether the API has such problems.
fn is_of(api: Api, kind: ProblemKind) -> bool {
    match kind {
        // Only GA Flight has the organisation named.
        ProblemKind::OrganizationMismatch => api == Api::GaFlight,
        _ => true,
    }
}

/// A whole document of the kind, as it goes out.
pub(crate) fn example(api: Api, kind: ProblemKind) -> Json {
    let sample = match api {
        Api::GaFlight => sample(kind),
        Api::TrueFlight => sample_of_trueflight(kind),
    };
    let document = sample.document("", instance(api), REQUEST_ID);
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
        ProblemKind::Unauthenticated => Problem::unauthenticated(BadKey::Expired),
        ProblemKind::InsufficientScope => Problem::insufficient_scope("public.flights:read"),
        ProblemKind::NotFound => Problem::not_found("there is no such flight in this organisation"),
        ProblemKind::NetworkForbidden => Problem::network_forbidden(),
        ProblemKind::RateLimited => Problem::rate_limited(Exhausted::Key, Duration::from_secs(1)),
        ProblemKind::ServiceUnavailable => Problem::service_unavailable(Duration::from_secs(2)),
        ProblemKind::Internal => Problem::internal(),
        ProblemKind::LocationForbidden => Problem::location_forbidden(
            "this key is bound to locations, which this API does not know; use a key of the whole \
             organisation",
        ),
        other => Problem::new(other, other.meaning()),
    }
}

/// Where the words differ from GA Flight's.
fn sample_of_trueflight(kind: ProblemKind) -> Problem {
    match kind {
        ProblemKind::InvalidParameter => {
            let detail = "`0` is out of range: `limit` is 1 to 200";
            let error = ProblemError::parameter("limit", "out_of_range", detail);
            Problem::invalid_parameters(vec![error])
        }
        ProblemKind::InsufficientScope => Problem::insufficient_scope("write"),
        ProblemKind::NotFound => {
            Problem::not_found("there is no such location in this organisation")
        }
        ProblemKind::LocationForbidden => Problem::location_forbidden(
            "this key is bound to locations, and what it asks for belongs to none; use a key of the \
             whole organisation",
        ),
        other => sample(other),
    }
}
