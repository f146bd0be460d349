//! `components/headers`: what answers say besides their bodies.

use super::json::object;
use super::{Json, problems};
use crate::routes::Api;

/// A header of answers.
#[derive(Debug, Clone, Copy)]
pub(super) struct Header {
    pub(super) name: &'static str,
    /// Name among the components.
    component: &'static str,
    /// Whether every such answer has it.
    required: bool,
    example: &'static str,
    description: &'static str,
}

const REQUEST_ID: Header = Header {
    name: "X-Request-Id",
    component: "RequestId",
    required: true,
    example: "0197a3c2-5d1e-7c44-9f0a-3b2f6f0f9a11",
    description: "The id of the request: your own where it was safe to repeat, otherwise a new one.",
};
pub(super) const ETAG: Header = Header {
    name: "ETag",
    component: "ETag",
    required: true,
    example: "\"q3DsWb0LxHjQmY1m0bJ2Vw\"",
    description: "Changes when the answer does. Send it back in `If-None-Match`.",
};
pub(super) const CACHE_CONTROL: Header = Header {
    name: "Cache-Control",
    component: "CacheControl",
    required: true,
    example: "private, no-cache",
    description: "Answers may be kept by you alone and asked about before use; refusals may not.",
};
pub(super) const LINK: Header = Header {
    name: "Link",
    component: "Link",
    required: false,
    example: "</api/v1/public/flights?limit=50&cursor=AQ>; rel=\"next\"",
    description: "The next page (RFC 8288), unless this is the last.",
};
pub(super) const RETRY_AFTER: Header = Header {
    name: "Retry-After",
    component: "RetryAfter",
    required: true,
    example: "2",
    description: "Seconds after which the same request may be sent again.",
};
pub(super) const CHALLENGE: Header = Header {
    name: "WWW-Authenticate",
    component: "WwwAuthenticate",
    required: false,
    example: "Bearer realm=\"api\", error=\"invalid_token\"",
    description: "What the key lacks (RFC 6750).",
};
/// Not on answers to a request whose key was not let in, so they are never promised.
const RATE_LIMIT_POLICY: Header = Header {
    name: "RateLimit-Policy",
    component: "RateLimitPolicy",
    required: false,
    example: "\"key\";q=1000;w=60, \"organization\";q=5000;w=60",
    description: "The budgets that the request counts against, on every answer to a request whose \
                  key was let in: `q` requests in `w` seconds.",
};
const RATE_LIMIT: Header = Header {
    name: "RateLimit",
    component: "RateLimit",
    required: false,
    example: "\"key\";r=999;t=1, \"organization\";r=4999;t=1",
    description: "What is left of each budget of `RateLimit-Policy`: `r` requests, and `t` seconds \
                  until it is whole again.",
};
const ALL: [Header; 8] = [
    REQUEST_ID,
    ETAG,
    CACHE_CONTROL,
    LINK,
    RETRY_AFTER,
    CHALLENGE,
    RATE_LIMIT_POLICY,
    RATE_LIMIT,
];

pub(super) fn components(api: Api) -> Json {
    let (sample, own) = (problems::instance(Api::GaFlight), problems::instance(api));
    ALL.iter()
        .map(|header| {
            let kind = if header.name == RETRY_AFTER.name {
                "integer"
            } else {
                "string"
            };
            let described = object([
                ("description", header.description.into()),
                ("required", header.required.into()),
                ("schema", object([("type", kind.into())])),
                ("example", example(&header.example.replace(sample, own))),
            ]);
            (header.component, described)
        })
        .collect()
}

fn example(text: &str) -> Json {
    text.parse::<u16>().map_or(text.into(), Json::from)
}

/// The headers of answers that nobody gets whose key is not let in, by their names: these, and
/// those that all such answers have.
pub(super) fn of_admitted(headers: &[Header]) -> Json {
    references(&[&[RATE_LIMIT_POLICY, RATE_LIMIT], headers].concat())
}

/// References to these headers and the one that every answer has, by their names.
pub(super) fn references(headers: &[Header]) -> Json {
    let reference = |header: &Header| {
        let place = format!("#/components/headers/{}", header.component);
        (header.name, object([("$ref", place.into())]))
    };
    [REQUEST_ID].iter().chain(headers).map(reference).collect()
}
