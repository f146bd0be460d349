//! A rate limit in whole nanoseconds.

use domain::api_key::RateLimit;

const SECOND: u64 = 1_000_000_000;

/// What one token costs, and how much an empty bucket is behind a full one.
///
/// Rounded up, so that nobody is ever let in sooner than the limit says: by less than a nanosecond
/// a token, and by nothing in the number of tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Pace {
    /// Nanoseconds in which one token comes back; at least 1,000.
    pub(super) interval: u64,
    /// Nanoseconds in which an empty bucket is full again: all tokens at `interval` each.
    pub(super) window: u64,
    pub(super) requests: u32,
}

impl Pace {
    /// Nanoseconds of so many tokens.
    pub(super) fn cost(self, tokens: u32) -> u64 {
        self.interval.saturating_mul(tokens.into())
    }

    /// Whole tokens in a bucket that is full in so many nanoseconds.
    pub(super) fn left(self, full_in: u64) -> u32 {
        let left = self.window.saturating_sub(full_in) / self.interval;
        u32::try_from(left).unwrap_or(self.requests)
    }
}

impl From<RateLimit> for Pace {
    fn from(limit: RateLimit) -> Self {
        let requests = u64::from(limit.requests());
        let interval = (u64::from(limit.seconds()) * SECOND).div_ceil(requests);
        Self {
            interval,
            window: interval * requests,
            requests: limit.requests(),
        }
    }
}
