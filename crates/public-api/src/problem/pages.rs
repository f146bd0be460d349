//! What each kind of problem means, and what to do about it: the pages that `type` leads to.

use super::ProblemKind;

impl ProblemKind {
    /// What has happened.
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::InvalidParameter => {
                "A query parameter or a header is missing, unknown, given twice, or holds what it must not."
            }
            Self::InvalidCursor => {
                "The cursor was altered or cut, or it was made for another list, another organisation or other filters."
            }
            Self::Unauthenticated => {
                "The request has no key, or one that opens nothing: mistyped, unknown, expired or revoked."
            }
            Self::InsufficientScope => "The key is good, and lacks the scope of this operation.",
            Self::SurfaceMismatch => "The key is of the other API that is served here.",
            Self::OrganizationMismatch => "The key is not of the organisation that X-Org-Id names.",
            Self::NetworkForbidden => {
                "The key is good, and is kept to networks; the request comes from an address in none of them."
            }
            Self::LocationForbidden => {
                "The key is good, and is bound to some locations; what it asks for is not within them."
            }
            Self::NotFound => {
                "There is no such path, or no such record in your organisation. What belongs to another organisation does not exist for you."
            }
            Self::MethodNotAllowed => "The path is there, and does not know the method.",
            Self::NotAcceptable => {
                "Accept-Encoding rules out every form in which the answer can be sent."
            }
            Self::PayloadTooLarge => {
                "The request brings a body that is larger than any request needs."
            }
            Self::UriTooLong => "Path and query together are longer than any request needs.",
            Self::IdempotencyKeyReused => {
                "The Idempotency-Key of this request stood for another one before. Nothing was done."
            }
            Self::RateLimited => {
                "More requests than a budget allows. `errors` says whose it is: `key` and `organization` are for requests, `address` is for requests whose key is missing or opens nothing, `replays` is for events that are to be sent once more."
            }
            Self::HeaderTooLarge => "The headers together are longer than any request needs.",
            Self::Internal => {
                "Something went wrong on our side. Nothing was changed by the request."
            }
            Self::ServiceUnavailable => {
                "A part of the service is away or has too much to do. Nothing was changed, unless `detail` says that this is not known."
            }
        }
    }

    /// What the caller can do.
    pub const fn advice(self) -> &'static str {
        match self {
            Self::InvalidParameter => {
                "Read `errors`: each entry names the parameter or header, says what is wrong with it and what is allowed. The same request will fail again."
            }
            Self::InvalidCursor => {
                "Begin again without a cursor. Pass cursors on as they came, with the same filters; only `limit` may change between pages."
            }
            Self::Unauthenticated => {
                "Send `Authorization: Bearer <key>` with a key that is in use. `errors` says which of the reasons it was: `missing`, `malformed`, `unknown`, `expired` or `revoked`. An expired or revoked key is replaced in the console."
            }
            Self::InsufficientScope => {
                "Mint a key that has the scope which `detail` and `WWW-Authenticate` name. Scopes of a key are not changed afterwards."
            }
            Self::SurfaceMismatch => {
                "Use a key of the API that the path is of: `gaf_pk_…` for `/api/v1/public`, `tf_live_…` or `tf_test_…` for `/api/external/v1`."
            }
            Self::OrganizationMismatch => {
                "Send the UUID of the key's own organisation in X-Org-Id."
            }
            Self::NetworkForbidden => {
                "Send the request from one of the key's networks, or mint a key for the network that it is to be used from. The networks of a key are not changed afterwards."
            }
            Self::LocationForbidden => {
                "Ask for records of the key's own locations, or use a key of the whole organisation. Operations of `/api/v1/public` need one of the whole organisation."
            }
            Self::NotFound => {
                "Check the path and the id. A record that was there and is gone shows in its list under `updated_since`."
            }
            Self::MethodNotAllowed => "Use one of the methods in `Allow`.",
            Self::NotAcceptable => "Accept br, gzip or identity, or leave the header out.",
            Self::PayloadTooLarge => "Send no body: no operation reads one.",
            Self::UriTooLong => {
                "Shorten the query. All filters together need less than a kilobyte."
            }
            Self::IdempotencyKeyReused => {
                "Give each request a key of its own; only a repetition of the same request has the same one."
            }
            Self::RateLimited => {
                "Wait as many seconds as `Retry-After` says. `RateLimit`, which other answers have too, says how much is left, so that it need not come to this. Ask with `updated_since` or `If-None-Match`, whose 304 costs nothing, and let webhooks tell you when to ask. For `address`, send a key that is in use."
            }
            Self::HeaderTooLarge => {
                "Leave out cookies and other headers that the API does not need."
            }
            Self::Internal => {
                "Try once more. If it goes on, tell us the `request_id`: we find the request by it."
            }
            Self::ServiceUnavailable => "Send the same request again after `Retry-After` seconds.",
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::api_key::Surface;

    use super::*;
    use crate::routes::Api;

    #[test]
    fn whoever_has_a_key_of_the_other_api_is_told_which_keys_open_which() {
        let advice = ProblemKind::SurfaceMismatch.advice();
        for surface in Surface::ALL {
            assert!(advice.contains(surface.prefix()), "{surface}");
            assert!(advice.contains(Api::of(*surface).base_path()), "{surface}");
        }
    }
}
