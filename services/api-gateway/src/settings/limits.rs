//! How much may be asked.

use domain::api_key::{InvalidRateLimit, RateLimit};
use serde::{Deserialize, Deserializer};

/// Limits as people write them: `1000/min`. The replicas of a gateway keep them together, so they
/// are to have the same.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LimitSettings {
    /// Requests with one key that has no limit of its own.
    #[serde(deserialize_with = "limit")]
    pub key: RateLimit,
    /// Requests with all keys of one organisation.
    #[serde(deserialize_with = "limit")]
    pub organization: RateLimit,
    /// Refused authentications from one address.
    #[serde(deserialize_with = "limit")]
    pub failures: RateLimit,
    /// Keys and organisations that a replica counts at the same time, and as many addresses.
    pub capacity: u64,
}

fn limit<'de, D: Deserializer<'de>>(deserializer: D) -> Result<RateLimit, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.parse()
        .map_err(|error: InvalidRateLimit| serde::de::Error::custom(error))
}
