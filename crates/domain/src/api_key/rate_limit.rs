//! How many requests in how much time.

use std::num::NonZeroU32;
use std::str::FromStr;

use serde::Deserialize;

/// Requests of one limit at most.
const MOST_REQUESTS: u32 = 1_000_000;
/// Seconds of one limit at most: a day.
const LONGEST_WINDOW: u32 = 86_400;

/// So many requests in so many seconds. What was not used is saved up to the whole number and
/// no further, and comes back evenly: a token bucket of `requests`, filled in `seconds`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(try_from = "String")]
pub struct RateLimit {
    requests: NonZeroU32,
    seconds: NonZeroU32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidRateLimit {
    #[error("a rate limit is 1 to 1,000,000 requests in 1 to 86,400 seconds")]
    OutOfRange,
    #[error("expected requests and time, such as 600/min, 10/s, 5000/h or 100/15s")]
    Malformed,
}

impl RateLimit {
    /// # Errors
    /// `OutOfRange`.
    pub fn new(requests: u32, seconds: u32) -> Result<Self, InvalidRateLimit> {
        let within = |value: u32, most| NonZeroU32::new(value).filter(|value| value.get() <= most);
        match (
            within(requests, MOST_REQUESTS),
            within(seconds, LONGEST_WINDOW),
        ) {
            (Some(requests), Some(seconds)) => Ok(Self { requests, seconds }),
            _ => Err(InvalidRateLimit::OutOfRange),
        }
    }

    pub const fn requests(self) -> u32 {
        self.requests.get()
    }

    pub const fn seconds(self) -> u32 {
        self.seconds.get()
    }
}

/// `600/60s`.
impl std::fmt::Display for RateLimit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}s", self.requests, self.seconds)
    }
}

/// `600/60s`, and with units of one: `10/s`, `600/min`, `5000/h`, `100000/d`.
impl FromStr for RateLimit {
    type Err = InvalidRateLimit;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (requests, time) = text.split_once('/').ok_or(InvalidRateLimit::Malformed)?;
        let whole = |digits: &str| {
            digits
                .trim()
                .parse()
                .map_err(|_| InvalidRateLimit::Malformed)
        };
        let seconds = match time.trim() {
            "s" => 1,
            "min" => 60,
            "h" => 3_600,
            "d" => 86_400,
            seconds => whole(
                seconds
                    .strip_suffix('s')
                    .ok_or(InvalidRateLimit::Malformed)?,
            )?,
        };
        Self::new(whole(requests)?, seconds)
    }
}

impl TryFrom<String> for RateLimit {
    type Error = InvalidRateLimit;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_read_as_people_write_it() {
        for (text, requests, seconds) in [
            ("600/min", 600, 60),
            ("10/s", 10, 1),
            ("5000/h", 5_000, 3_600),
            ("100000/d", 100_000, 86_400),
            ("100/15s", 100, 15),
        ] {
            assert_eq!(text.parse(), RateLimit::new(requests, seconds), "{text}");
        }
        let limit = RateLimit::new(100, 15).unwrap();
        assert_eq!(limit.to_string().parse(), Ok(limit));
    }

    #[test]
    fn what_is_none_is_refused() {
        for text in [
            "",
            "600",
            "600/",
            "/min",
            "x/min",
            "600/minute",
            "-1/s",
            "1/-1s",
        ] {
            let read = text.parse::<RateLimit>();
            assert_eq!(read, Err(InvalidRateLimit::Malformed), "{text}");
        }
        for text in ["0/s", "1/0s", "1000001/s", "1/86401s"] {
            let read = text.parse::<RateLimit>();
            assert_eq!(read, Err(InvalidRateLimit::OutOfRange), "{text}");
        }
    }
}
