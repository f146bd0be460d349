//! How large a request may be.
//!
//! The server itself refuses a head of more than 128 KiB or 96 headers (431, without a document)
//! and an address of more than 64 KiB (400); below that, the limits here explain themselves.

use actix_web::HttpRequest;
use actix_web::http::header::{CONTENT_LENGTH, TRANSFER_ENCODING};
use public_api::problem::{Problem, ProblemKind};

/// Bytes of path and query. All filters together need less than a kilobyte.
const MAX_ADDRESS: usize = 8 * 1_024;
/// Bytes of all headers.
const MAX_HEADERS: usize = 16 * 1_024;
/// Bytes of a body that is sent along and ignored.
const MAX_BODY: u64 = 64 * 1_024;

/// Refuses what is larger than any request needs.
pub(crate) fn check(request: &HttpRequest) -> Result<(), Problem> {
    let address = request
        .uri()
        .path_and_query()
        .map_or(0, |address| address.as_str().len());
    if address > MAX_ADDRESS {
        let detail =
            format!("path and query are {address} bytes long; at most {MAX_ADDRESS} are read");
        return Err(Problem::new(ProblemKind::UriTooLong, detail));
    }
    let headers = request
        .headers()
        .iter()
        .map(|(name, value)| name.as_str().len() + value.len() + 4);
    let headers: usize = headers.sum();
    if headers > MAX_HEADERS {
        let detail =
            format!("the headers are {headers} bytes long; at most {MAX_HEADERS} are read");
        return Err(Problem::new(ProblemKind::HeaderTooLarge, detail));
    }
    if announced(request).is_some_and(|body| body > MAX_BODY) {
        let detail = format!("no request here needs a body; at most {MAX_BODY} bytes are ignored");
        return Err(Problem::new(ProblemKind::PayloadTooLarge, detail));
    }
    Ok(())
}

/// Whether a body follows the head. Nothing reads it, so the connection cannot be used again.
pub(crate) fn has_body(request: &HttpRequest) -> bool {
    request.headers().contains_key(&TRANSFER_ENCODING)
        || announced(request).is_some_and(|body| body > 0)
}

fn announced(request: &HttpRequest) -> Option<u64> {
    request
        .headers()
        .get(&CONTENT_LENGTH)?
        .to_str()
        .ok()?
        .parse()
        .ok()
}
