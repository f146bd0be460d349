//! Refusals that are about keys and their budgets. They tell whoever holds a key about that key,
//! and nobody about the keys of others.

use std::time::Duration;

use super::{Problem, ProblemError, ProblemKind};
use domain::api_key::MalformedToken;

const AUTHORIZATION: &str = "Authorization";

/// What a challenge begins with (RFC 6750, section 3).
const CHALLENGE: &str = r#"Bearer realm="api""#;

/// Why a request has no key that opens anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadKey {
    /// No `Authorization` was sent.
    Missing,
    /// `Authorization` of another scheme than `Bearer`.
    OtherScheme,
    Malformed(MalformedToken),
    Unknown,
    Expired,
    Revoked,
}

/// Whose budget has nothing left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exhausted {
    /// The key's.
    Key,
    /// That of all the organisation's keys together.
    Organization,
    /// The address has failed to authenticate too often.
    Address,
    /// The organisation's, for events that are sent once more.
    Replays,
}

impl BadKey {
    /// One of `missing`, `malformed`, `unknown`, `expired`, `revoked`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::OtherScheme | Self::Malformed(_) => "malformed",
            Self::Unknown => "unknown",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
        }
    }

    /// RFC 6750, section 3.1: no error where no key was sent.
    const fn is_token_sent(self) -> bool {
        !matches!(self, Self::Missing | Self::OtherScheme)
    }

    /// What it is, and what to do.
    fn detail(self) -> String {
        let detail = match self {
            Self::Missing => "there is no key; send yours as `Authorization: Bearer <key>`",
            Self::OtherScheme => {
                "the Authorization header is not `Bearer` and a key; send `Authorization: Bearer <key>`"
            }
            Self::Malformed(why) => {
                return format!("{why}; copy it again as it was shown when it was made");
            }
            Self::Unknown => {
                "there is no such key; check that it is of this environment, or mint another"
            }
            Self::Expired => "this key has expired; mint another",
            Self::Revoked => "this key was revoked; mint another",
        };
        detail.to_owned()
    }
}

impl Exhausted {
    /// One of `key`, `organization`, `address`, `replays`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Key => "key",
            Self::Organization => "organization",
            Self::Address => "address",
            Self::Replays => "replays",
        }
    }

    const fn detail(self) -> &'static str {
        match self {
            Self::Key => "this key has no requests left for now; wait as long as Retry-After says",
            Self::Organization => {
                "the keys of this organisation have no requests left for now; wait as long as \
                 Retry-After says"
            }
            Self::Address => {
                "too many requests without a valid key came from this address; wait as long as \
                 Retry-After says, and send a key that is in use"
            }
            Self::Replays => {
                "this organisation has had enough events sent once more for now; wait as long as \
                 Retry-After says"
            }
        }
    }
}

impl Problem {
    /// 401, with a challenge.
    pub fn unauthenticated(why: BadKey) -> Self {
        let challenge = if why.is_token_sent() {
            format!(r#"{CHALLENGE}, error="invalid_token""#)
        } else {
            CHALLENGE.to_owned()
        };
        of_key(ProblemKind::Unauthenticated, why.code(), why.detail())
            .with_header("WWW-Authenticate", challenge)
    }

    /// 403, naming the scope that is missing.
    pub fn insufficient_scope(scope: &str) -> Self {
        let detail = format!("this key lacks the scope {scope}; mint one that has it");
        let kind = ProblemKind::InsufficientScope;
        let challenge = format!(r#"{CHALLENGE}, error="insufficient_scope", scope="{scope}""#);
        of_key(kind, kind.code(), detail).with_header("WWW-Authenticate", challenge)
    }

    /// 403: the key is kept to networks, and the request comes from none of them.
    pub fn network_forbidden() -> Self {
        let detail = "this key may not be used from the address that the request comes from; send \
                      it from one of the key's networks, or mint a key for this one";
        let kind = ProblemKind::NetworkForbidden;
        of_key(kind, kind.code(), detail)
    }

    /// 403: the key is bound to locations. `detail` says what to do.
    pub fn location_forbidden(detail: impl Into<String>) -> Self {
        let kind = ProblemKind::LocationForbidden;
        of_key(kind, kind.code(), detail)
    }

    /// 429. There is something left again after `wait`.
    pub fn rate_limited(whose: Exhausted, wait: Duration) -> Self {
        let error = ProblemError::request(whose.code(), whose.detail());
        Self::new(ProblemKind::RateLimited, whose.detail())
            .with_errors(vec![error])
            .retry_after(wait)
    }
}

fn of_key(kind: ProblemKind, code: &'static str, detail: impl Into<String>) -> Problem {
    let detail = detail.into();
    let error = ProblemError::header(AUTHORIZATION, code, detail.clone());
    Problem::new(kind, detail).with_errors(vec![error])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(problem: &Problem) -> (&'static str, &str) {
        let (name, value) = problem.headers.first().unwrap();
        (name, value)
    }

    #[test]
    fn a_challenge_names_an_error_only_where_a_key_was_sent() {
        let mistyped = BadKey::Malformed(MalformedToken::WrongChecksum);
        for (why, code, sent) in [
            (BadKey::Missing, "missing", false),
            (BadKey::OtherScheme, "malformed", false),
            (mistyped, "malformed", true),
            (BadKey::Unknown, "unknown", true),
            (BadKey::Expired, "expired", true),
            (BadKey::Revoked, "revoked", true),
        ] {
            let problem = Problem::unauthenticated(why);
            let challenge = match sent {
                true => r#"Bearer realm="api", error="invalid_token""#,
                false => r#"Bearer realm="api""#,
            };
            assert_eq!(header(&problem), ("WWW-Authenticate", challenge));
            assert_eq!(problem.errors.first().unwrap().code, code);
        }
    }

    #[test]
    fn a_missing_scope_is_named_to_people_and_to_programs() {
        let problem = Problem::insufficient_scope("public.fleet:read");
        let challenge =
            r#"Bearer realm="api", error="insufficient_scope", scope="public.fleet:read""#;
        assert_eq!(header(&problem), ("WWW-Authenticate", challenge));
        assert!(problem.detail.contains("public.fleet:read"));
    }

    #[test]
    fn an_exhausted_budget_is_told_with_whose_it_is_and_when_it_is_not() {
        let problem = Problem::rate_limited(Exhausted::Organization, Duration::from_millis(1_001));
        assert_eq!(header(&problem), ("Retry-After", "2"));
        let document = problem.document("", "/", "r");
        let document: serde_json::Value = serde_json::from_slice(&document).unwrap();
        let error = document["errors"][0].as_object().unwrap();
        assert_eq!(error["code"], "organization");
        assert_eq!(error.keys().collect::<Vec<_>>(), ["code", "detail"]);
    }
}
