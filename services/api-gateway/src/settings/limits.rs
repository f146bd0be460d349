//! How much may be asked.

use std::num::NonZeroU64;

use domain::api_key::RateLimit;
use serde::Deserialize;

/// Limits as people write them: `1000/min`. The replicas of a gateway keep them together, so they
/// are to have the same.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LimitSettings {
    /// Requests with one key that has no limit of its own.
    pub key: RateLimit,
    /// Requests with all keys of one organisation.
    pub organization: RateLimit,
    /// Refused authentications from one address.
    pub failures: RateLimit,
    /// Keys and organisations that a replica counts at the same time, and as many addresses.
    pub capacity: NonZeroU64,
}
