use domain::api_key::RateLimit;

use super::{InvalidMessage, Read};
use crate::v1;

impl From<RateLimit> for v1::RateLimit {
    fn from(limit: RateLimit) -> Self {
        Self {
            requests: limit.requests(),
            seconds: limit.seconds(),
        }
    }
}

impl TryFrom<v1::RateLimit> for RateLimit {
    type Error = InvalidMessage;

    fn try_from(limit: v1::RateLimit) -> Read<Self> {
        Self::new(limit.requests, limit.seconds)
            .map_err(|error| InvalidMessage::new("rate_limit", error))
    }
}
