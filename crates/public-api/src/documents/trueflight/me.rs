//! `me`: who asks, as the key says.

use domain::ApiKeyId;
use domain::api_key::{RateLimit, Surface};
use domain::scope::Access;
use schemars::JsonSchema;
use serde::Serialize;

use crate::documents::Timestamp;

// `O` and `L` are served byte for byte as they are stored; for the description they are the
// documents themselves.
/// Who asks: the organisation, the key, and the locations whose records the key opens.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "MeDocument")]
pub struct MeDocument<'a, O, L> {
    /// For a test key, the sandbox.
    pub organization: O,
    pub key: KeyFields<'a>,
    /// By name; the first 200. `/locations` has them all.
    pub locations: Vec<L>,
}

/// The key, but for the key itself.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct KeyFields<'a> {
    pub id: ApiKeyId,
    pub name: &'a str,
    /// How the key begins: `tf_live_a1b2`.
    pub prefix: &'a str,
    /// How the key ends. An addition.
    pub last_four: &'a str,
    pub environment: Environment,
    pub kind: KeyKind,
    /// As they were granted. `write` includes `read`.
    pub scopes: Vec<Access>,
    pub created_at: Timestamp,
    /// The latest use that is known of. Uses are gathered, so it may be some minutes behind; null
    /// before the first.
    pub last_used_at: Option<Timestamp>,
    /// Null where it does not expire.
    pub expires_at: Option<Timestamp>,
    /// What the key may ask for. An addition.
    pub rate_limit: RateLimitFields,
}

/// So many requests in so many seconds, which come back evenly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RateLimitFields {
    pub requests: u32,
    pub seconds: u32,
}

/// Whose records the key opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Environment {
    /// The organisation's own.
    Live,
    /// Synthetic ones, of a sandbox.
    Test,
}

/// How much of the organisation the key opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum KeyKind {
    /// All of it.
    Org,
    /// The locations it is bound to.
    Location,
}

impl From<RateLimit> for RateLimitFields {
    fn from(limit: RateLimit) -> Self {
        Self {
            requests: limit.requests(),
            seconds: limit.seconds(),
        }
    }
}

impl From<Surface> for Environment {
    fn from(surface: Surface) -> Self {
        match surface {
            Surface::GaFlight | Surface::TrueFlight => Self::Live,
            Surface::TrueFlightTest => Self::Test,
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::payloads::samples;

    #[test]
    fn a_document_is_what_the_contract_says() {
        let organization = samples::trueflight::organization();
        let me = samples::trueflight::me(&organization, &[]);
        assert_eq!(
            serde_json::to_string(&me).unwrap(),
            concat!(
                r#"{"organization":{"id":"00000000-0000-0000-0000-000000000001","name":"Bayside Flight","#,
                r#""timezone":"America/Los_Angeles","currency":"USD","country":"US"},"#,
                r#""key":{"id":"00000000-0000-0000-0000-0000000000d1","name":"Data warehouse","#,
                r#""prefix":"tf_live_a1b2","last_four":"Zz90","environment":"live","kind":"location","#,
                r#""scopes":["read"],"created_at":"2026-01-01T00:00:00Z","#,
                r#""last_used_at":"2026-05-28T12:03:11Z","expires_at":null,"#,
                r#""rate_limit":{"requests":1000,"seconds":60}},"locations":[]}"#,
            )
        );
    }
}
