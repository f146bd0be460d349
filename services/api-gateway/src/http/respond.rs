//! Answers and refusals as HTTP.

use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, ETAG, IF_NONE_MATCH, LINK};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use public_api::etag::ETag;
use public_api::problem::{self, Problem};

use super::size;

/// May be kept by the client alone, and asked about before each use.
const KEEP: &str = "private, no-cache";
const DO_NOT_KEEP: &str = "no-store";

/// Characters of a path that a problem document repeats.
const MAX_INSTANCE: usize = 512;

/// What was asked for. Bodies are JSON.
#[derive(Debug)]
pub(crate) enum Answer {
    /// What was read.
    Documents {
        body: Vec<u8>,
        /// Path and query of the next page.
        next: Option<String>,
    },
    /// What is true of this moment only.
    Momentary { body: Vec<u8> },
    /// What was asked for will be done.
    Accepted { body: Vec<u8> },
}

impl Answer {
    pub(crate) fn into_response(self, request: &HttpRequest) -> HttpResponse {
        match self {
            Self::Documents { body, next } => documents(body, next.as_deref(), request),
            Self::Momentary { body } => unkept(StatusCode::OK, body, request),
            Self::Accepted { body } => unkept(StatusCode::ACCEPTED, body, request),
        }
    }
}

fn unkept(status: StatusCode, body: Vec<u8>, request: &HttpRequest) -> HttpResponse {
    begin(request, status)
        .insert_header((CACHE_CONTROL, DO_NOT_KEEP))
        .content_type("application/json")
        .body(body)
}

/// 200, or 304 where the client has the same bytes already.
fn documents(body: Vec<u8>, next: Option<&str>, request: &HttpRequest) -> HttpResponse {
    let etag = ETag::of(&body);
    let known = request
        .headers()
        .get_all(&IF_NONE_MATCH)
        .filter_map(|value| value.to_str().ok());
    let unchanged = known.into_iter().any(|value| etag.is_named_by(value));

    let status = if unchanged {
        StatusCode::NOT_MODIFIED
    } else {
        StatusCode::OK
    };
    let mut response = begin(request, status);
    response
        .insert_header((CACHE_CONTROL, KEEP))
        .insert_header((ETAG, etag.as_str()));
    if let Some(next) = next {
        response.insert_header((LINK, format!(r#"<{next}>; rel="next""#)));
    }
    if unchanged {
        return response.finish();
    }
    response.content_type("application/json").body(body)
}

/// A problem document, with the headers of its kind. `origin` is where its page is.
pub(crate) fn refuse(
    problem: &Problem,
    origin: &str,
    request: &HttpRequest,
    request_id: &str,
) -> HttpResponse {
    let status =
        StatusCode::from_u16(problem.kind.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = begin(request, status);
    for (name, value) in &problem.headers {
        response.insert_header((*name, value.as_str()));
    }
    response
        .insert_header((CACHE_CONTROL, DO_NOT_KEEP))
        .content_type(problem::MEDIA_TYPE)
        .body(problem.document(origin, instance(request.path()), request_id))
}

/// The path, cut where it is longer than any of ours: it is repeated to whoever sent it.
fn instance(path: &str) -> &str {
    let end = path
        .char_indices()
        .nth(MAX_INSTANCE)
        .map_or(path.len(), |(end, _)| end);
    path.get(..end).unwrap_or_default()
}

pub(super) fn begin(request: &HttpRequest, status: StatusCode) -> HttpResponseBuilder {
    let mut response = HttpResponse::build(status);
    if size::has_body(request) {
        response.force_close();
    }
    response
}
