//! Points in time as people give them.

use std::str::FromStr;

use chrono::{DateTime, TimeDelta, Utc};

/// A span from or to now (`90d`), or a time with its offset from UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    In(TimeDelta),
    At(DateTime<Utc>),
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "give a number with m, h, d or w (`90d`), or a time with its offset from UTC (`2027-01-31T18:00:00Z`)"
)]
pub struct InvalidWhen;

impl When {
    pub fn from(self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        match self {
            Self::In(span) => now.checked_add_signed(span),
            Self::At(at) => Some(at),
        }
    }

    /// The same of what has been: `2h` ago.
    pub fn before(self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        match self {
            Self::In(span) => now.checked_sub_signed(span),
            Self::At(at) => Some(at),
        }
    }
}

impl FromStr for When {
    type Err = InvalidWhen;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        if let Ok(number) = digits.parse::<u32>() {
            let unit = text.strip_prefix(digits).unwrap_or_default();
            return span(i64::from(number), unit)
                .map(Self::In)
                .ok_or(InvalidWhen);
        }
        let at = DateTime::parse_from_rfc3339(text).map_err(|_| InvalidWhen)?;
        Ok(Self::At(at.to_utc()))
    }
}

fn span(number: i64, unit: &str) -> Option<TimeDelta> {
    match unit {
        "m" => TimeDelta::try_minutes(number),
        "h" => TimeDelta::try_hours(number),
        "d" => TimeDelta::try_days(number),
        "w" => TimeDelta::try_weeks(number),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_and_times_are_told_apart() {
        assert_eq!("90d".parse(), Ok(When::In(TimeDelta::days(90))));
        assert_eq!("2w".parse(), Ok(When::In(TimeDelta::weeks(2))));
        let at = "2027-01-31T17:00:00Z".parse().unwrap();
        assert_eq!("2027-01-31T18:00:00+01:00".parse(), Ok(When::At(at)));
    }

    #[test]
    fn what_is_neither_is_refused() {
        for text in [
            "",
            "d",
            "90",
            "90y",
            "-1d",
            "9999999999d",
            "2027-01-31",
            "2027-01-31T18:00:00",
            "90 d",
        ] {
            assert_eq!(text.parse::<When>(), Err(InvalidWhen), "{text}");
        }
        let far = When::In(TimeDelta::weeks(i64::from(u32::MAX)));
        assert_eq!(far.from(DateTime::UNIX_EPOCH), None);
    }
}
