//! A time for which something is kept.

use std::num::NonZeroU8;

use chrono::TimeDelta;
use serde::Deserialize;

/// As long as an organisation's log can be kept, in days.
const LONGEST: u8 = 90;

/// Days, from 1 to 90.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "u32")]
pub struct Days(NonZeroU8);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a log is kept for 1 to {LONGEST} days")]
pub struct InvalidDays;

impl Days {
    pub fn number(self) -> u8 {
        self.0.get()
    }

    pub fn span(self) -> TimeDelta {
        TimeDelta::days(self.number().into())
    }
}

impl Default for Days {
    /// Thirty.
    fn default() -> Self {
        Self(NonZeroU8::MIN.saturating_add(29))
    }
}

impl TryFrom<u32> for Days {
    type Error = InvalidDays;

    fn try_from(days: u32) -> Result<Self, InvalidDays> {
        let days = u8::try_from(days).ok().filter(|days| *days <= LONGEST);
        days.and_then(NonZeroU8::new).map(Self).ok_or(InvalidDays)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_1_to_90() {
        for (days, is_valid) in [(0, false), (1, true), (90, true), (91, false), (257, false)] {
            assert_eq!(Days::try_from(days).is_ok(), is_valid, "{days}");
        }
        assert_eq!(Days::default(), Days::try_from(30).unwrap());
    }
}
