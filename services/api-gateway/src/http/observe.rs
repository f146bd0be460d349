//! What surrounds every request: its id, its span, its measurement, the headers all answers have.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, HttpRequest, web};
use public_api::problem::{Problem, ProblemKind};
use public_api::routes::Api;
use service_kit::traceparent;
use tokio::time::Instant;
use tracing::field::Empty;
use tracing::{Instrument, Span};

use super::request_id::{self, RequestId};
use super::respond;
use crate::budget::Budget;
use crate::gateway::Gateway;

/// Stands for whatever is not in the route table, so that a stranger's paths make no series.
const NO_ROUTE: &str = "(none)";

/// The row that a request was found to be for: its API, and its path below the API's.
#[derive(Clone, Copy)]
struct Matched {
    api: &'static str,
    path: &'static str,
}

/// Notes the route, for the span and the measurement.
pub(crate) fn matched(request: &HttpRequest, api: Api, path: &'static str) {
    let api = api.as_str();
    request.extensions_mut().insert(Matched { api, path });
}

/// The id that [`observe`] gave the request.
pub(crate) fn request_id(request: &HttpRequest) -> String {
    request
        .extensions()
        .get::<RequestId>()
        .map(|id| id.as_str().to_owned())
        .unwrap_or_default()
}

/// Wraps everything else.
pub(crate) async fn observe(
    gateway: web::Data<Gateway>,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let begun = Instant::now();
    let id = RequestId::of(request.headers(), gateway.now());
    let span = span(&request, &id);
    request.extensions_mut().insert(id.clone());

    let response = next.call(request).instrument(span.clone()).await?;
    let mut response =
        explain_unacceptable(response.map_into_boxed_body(), gateway.origin.as_str(), &id);
    weaken_encoded_tag(response.headers_mut());
    insert_common(response.headers_mut(), &id);
    settle(&gateway, &mut response);

    let (status, took) = (response.status().as_u16(), begun.elapsed());
    let matched = response.request().extensions().get::<Matched>().copied();
    let (api, route) = matched.map_or((NO_ROUTE, NO_ROUTE), |m| (m.api, m.path));
    let method = method_label(response.request());
    gateway.metrics.answered(api, route, method, status, took);
    span.record("api", api);
    span.record("otel.name", format!("{method} {route}"));
    span.record("http.route", route);
    span.record("http.response.status_code", status);
    span.in_scope(|| tracing::info!(took_us = took.as_micros(), "answered"));
    Ok(response)
}

/// A request whose key was let in costs what its answer is worth, and tells what is left. A
/// function of its own for `./dev bench admission`.
#[inline(never)]
fn settle(gateway: &Gateway, response: &mut ServiceResponse) {
    let budget = response.request().extensions_mut().remove::<Budget>();
    if let Some(budget) = budget {
        let status = response.status();
        budget.settle(&gateway.limits, status, response.headers_mut());
    }
}

/// Neither the query, which may hold a name, nor the token is in it, nor a method of the client's
/// own making: it may be as long as the head, and is told of before anybody has shown a key.
fn span(request: &ServiceRequest, id: &RequestId) -> Span {
    let span = tracing::info_span!(
        "request",
        otel.kind = "server",
        otel.name = Empty,
        http.request.method = known_method(request.method()),
        api = Empty,
        http.route = Empty,
        http.response.status_code = Empty,
        request_id = id.as_str(),
        key = Empty,
        organization = Empty,
    );
    let parent = request
        .headers()
        .get("traceparent")
        .and_then(|value| value.to_str().ok());
    if let Some(parent) = parent {
        traceparent::continue_from(&span, parent);
    }
    span
}

/// As OpenTelemetry writes methods, those it does not know included.
fn known_method(method: &Method) -> &'static str {
    const KNOWN: [&str; 9] = [
        "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT",
    ];
    let known = KNOWN.iter().find(|known| method.as_str() == **known);
    known.copied().unwrap_or("_OTHER")
}

fn method_label(request: &HttpRequest) -> &'static str {
    match request.method().as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        _ => "other",
    }
}

/// The compression refuses, in plain text, a client that takes neither a compressed nor an
/// uncompressed answer. It is the only 406 there is.
fn explain_unacceptable(
    response: ServiceResponse,
    origin: &str,
    id: &RequestId,
) -> ServiceResponse {
    if response.status() != StatusCode::NOT_ACCEPTABLE {
        return response;
    }
    let detail = "Accept-Encoding rules out every form of the answer; br, gzip, deflate and identity are there";
    let problem = Problem::new(ProblemKind::NotAcceptable, detail);
    let refusal = respond::refuse(&problem, origin, response.request(), id.as_str());
    response.into_response(refusal)
}

/// A compressed answer has other bytes than the tag was made of: the same in meaning only
/// (RFC 9110, section 8.8.3.3).
fn weaken_encoded_tag(headers: &mut HeaderMap) {
    if !headers.contains_key(header::CONTENT_ENCODING) {
        return;
    }
    let weak = headers
        .get(header::ETAG)
        .and_then(|tag| tag.to_str().ok())
        .map(|tag| format!("W/{tag}"));
    if let Some(weak) = weak.and_then(|weak| HeaderValue::try_from(weak).ok()) {
        headers.insert(header::ETAG, weak);
    }
}

fn insert_common(headers: &mut HeaderMap, id: &RequestId) {
    // Nothing here but the documentation is a page: what a browser is made to show may load and
    // frame nothing.
    if !headers.contains_key(header::CONTENT_SECURITY_POLICY) {
        let nothing = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");
        headers.insert(header::CONTENT_SECURITY_POLICY, nothing);
    }
    const ALWAYS: [(HeaderName, &str); 4] = [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        // Browsers heed it over TLS only.
        (
            header::STRICT_TRANSPORT_SECURITY,
            "max-age=31536000; includeSubDomains",
        ),
        // The last two for the client's own cache: another key reads another school.
        (header::VARY, "Accept-Encoding, Authorization, X-Org-Id"),
    ];
    for (name, value) in ALWAYS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.insert(request_id::HEADER, id.header());
}
