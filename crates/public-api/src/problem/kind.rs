//! The catalogue of problem kinds.

/// What kind of problem a document tells of; its `type` ends in the kind's code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ProblemKind {
    /// There is no key, or it opens nothing.
    Unauthenticated,
    /// The key lacks the route's scope.
    InsufficientScope,
    /// The key is of the other published surface.
    SurfaceMismatch,
    /// `X-Org-Id` is not the key's organisation.
    OrganizationMismatch,
    /// The key may not be used from where the request comes.
    NetworkForbidden,
    /// The key is bound to locations, and what it asks for is not within them.
    LocationForbidden,
    /// There is no such route, or no such record for this organisation.
    NotFound,
    /// The route is there, the method is not.
    MethodNotAllowed,
    /// A query parameter or a header says what it must not.
    InvalidParameter,
    /// The cursor is not of this list.
    InvalidCursor,
    /// The `Idempotency-Key` stood for another request before.
    IdempotencyKeyReused,
    /// Nothing that the client accepts can be sent.
    NotAcceptable,
    /// The body is longer than any request needs.
    PayloadTooLarge,
    /// Path and query are longer than any request needs.
    UriTooLong,
    /// The headers are longer than any request needs.
    HeaderTooLarge,
    /// More requests than the budget of the key or its organisation, or more failed
    /// authentications than that of an address.
    RateLimited,
    /// A fault of ours.
    Internal,
    /// A part of the service is away or overloaded.
    ServiceUnavailable,
}

/// A row of the catalogue.
struct Row {
    code: &'static str,
    status: u16,
    title: &'static str,
}

const fn row(code: &'static str, status: u16, title: &'static str) -> Row {
    Row {
        code,
        status,
        title,
    }
}

impl ProblemKind {
    /// Every kind, by status.
    pub const ALL: &'static [Self] = &[
        Self::InvalidParameter,
        Self::InvalidCursor,
        Self::Unauthenticated,
        Self::InsufficientScope,
        Self::SurfaceMismatch,
        Self::OrganizationMismatch,
        Self::NetworkForbidden,
        Self::LocationForbidden,
        Self::NotFound,
        Self::MethodNotAllowed,
        Self::NotAcceptable,
        Self::PayloadTooLarge,
        Self::UriTooLong,
        Self::IdempotencyKeyReused,
        Self::RateLimited,
        Self::HeaderTooLarge,
        Self::Internal,
        Self::ServiceUnavailable,
    ];

    const fn row(self) -> Row {
        match self {
            Self::InvalidParameter => row("invalid_parameter", 400, "A parameter is wrong"),
            Self::InvalidCursor => row("invalid_cursor", 400, "The cursor is not of this list"),
            Self::Unauthenticated => row("unauthenticated", 401, "A valid key is needed"),
            Self::InsufficientScope => row("insufficient_scope", 403, "The key lacks a scope"),
            Self::SurfaceMismatch => row("surface_mismatch", 403, "The key is of another API"),
            Self::OrganizationMismatch => row(
                "organization_mismatch",
                403,
                "The key is of another organisation",
            ),
            Self::NetworkForbidden => row(
                "network_forbidden",
                403,
                "The key may not be used from there",
            ),
            Self::LocationForbidden => row(
                "location_forbidden",
                403,
                "The key is bound to other locations",
            ),
            Self::NotFound => row("not_found", 404, "There is no such thing"),
            Self::MethodNotAllowed => {
                row("method_not_allowed", 405, "The method is not allowed here")
            }
            Self::NotAcceptable => row("not_acceptable", 406, "No acceptable form of the answer"),
            Self::PayloadTooLarge => row("payload_too_large", 413, "The body is too large"),
            Self::UriTooLong => row("uri_too_long", 414, "The address is too long"),
            Self::IdempotencyKeyReused => row(
                "idempotency_key_reused",
                422,
                "The key stood for another request",
            ),
            Self::RateLimited => row("rate_limited", 429, "Too many requests"),
            Self::HeaderTooLarge => row("header_too_large", 431, "The headers are too large"),
            Self::Internal => row("internal", 500, "The service failed"),
            Self::ServiceUnavailable => {
                row("service_unavailable", 503, "The service is not available")
            }
        }
    }

    /// The last segment of `type`.
    pub const fn code(self) -> &'static str {
        self.row().code
    }

    /// The HTTP status.
    pub const fn status(self) -> u16 {
        self.row().status
    }

    /// A short summary that is the same for every problem of the kind.
    pub const fn title(self) -> &'static str {
        self.row().title
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_and_statuses_are_those_of_errors() {
        let codes: std::collections::BTreeSet<_> =
            ProblemKind::ALL.iter().map(|k| k.code()).collect();
        assert_eq!(codes.len(), ProblemKind::ALL.len());
        assert!(
            ProblemKind::ALL
                .iter()
                .all(|k| (400..600).contains(&k.status()))
        );
    }
}
