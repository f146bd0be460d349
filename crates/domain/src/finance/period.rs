//! Days and months, and how a summary of one is named.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, Days, Months, NaiveDate};

use super::{Currency, Granularity};

/// A day or a calendar month of the school's zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Period {
    granularity: Granularity,
    /// Its first day.
    start: NaiveDate,
}

impl Period {
    /// The one that a day lies in.
    pub fn of(granularity: Granularity, day: NaiveDate) -> Self {
        let start = match granularity {
            Granularity::Day => day,
            // Every month has a first day.
            Granularity::Month => day.with_day(1).unwrap_or(day),
        };
        Self { granularity, start }
    }

    pub fn granularity(self) -> Granularity {
        self.granularity
    }

    pub fn start(self) -> NaiveDate {
        self.start
    }

    /// Its last day.
    pub fn end(self) -> NaiveDate {
        match self.granularity {
            Granularity::Day => self.start,
            Granularity::Month => {
                let next = self.start.checked_add_months(Months::new(1));
                let last = next.and_then(|next| next.checked_sub_days(Days::new(1)));
                last.unwrap_or(NaiveDate::MAX)
            }
        }
    }

    pub fn contains(self, day: NaiveDate) -> bool {
        (self.start..=self.end()).contains(&day)
    }
}

/// What a summary is about, and its id: `2026-05-USD` for a month, `2026-05-12-USD` for a day.
/// There is one for each currency, and no sum of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SummaryId {
    pub period: Period,
    pub currency: Currency,
}

impl SummaryId {
    /// What every such id looks like, as a regular expression.
    pub const PATTERN: &'static str = "^[0-9]{4}-[0-9]{2}(-[0-9]{2})?-[A-Z]{3}$";
}

impl fmt::Display for SummaryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let form = match self.period.granularity {
            Granularity::Day => "%Y-%m-%d",
            Granularity::Month => "%Y-%m",
        };
        write!(f, "{}-{}", self.period.start.format(form), self.currency)
    }
}

/// A text that is no id of a summary.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a summary's id is a month or a day and a currency: `2026-05-USD`, `2026-05-12-USD`")]
pub struct InvalidSummaryId;

impl FromStr for SummaryId {
    type Err = InvalidSummaryId;

    fn from_str(text: &str) -> Result<Self, InvalidSummaryId> {
        let (date, currency) = text.rsplit_once('-').ok_or(InvalidSummaryId)?;
        let (granularity, day) = match date.len() {
            7 => (Granularity::Month, format!("{date}-01")),
            _ => (Granularity::Day, date.to_owned()),
        };
        let start = NaiveDate::parse_from_str(&day, "%Y-%m-%d").map_err(|_| InvalidSummaryId)?;
        let id = Self {
            period: Period { granularity, start },
            currency: currency.parse().map_err(|_| InvalidSummaryId)?,
        };
        // The parser takes more than the one form that is written.
        (id.to_string() == text)
            .then_some(id)
            .ok_or(InvalidSummaryId)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_month_ends_with_its_last_day() {
        let month = |text| Period::of(Granularity::Month, day(text));
        assert_eq!(month("2028-02-10").start(), day("2028-02-01"));
        assert_eq!(month("2028-02-10").end(), day("2028-02-29"));
        assert_eq!(month("2026-12-31").end(), day("2026-12-31"));
        assert!(month("2026-05-12").contains(day("2026-05-31")));
        assert!(!month("2026-05-12").contains(day("2026-06-01")));
        assert!(!Period::of(Granularity::Day, day("2026-05-12")).contains(day("2026-05-13")));
    }

    #[test]
    fn an_id_reads_back_and_has_one_form() {
        for text in ["2026-05-USD", "2026-05-12-EUR", "2028-02-29-JPY"] {
            assert_eq!(text.parse::<SummaryId>().unwrap().to_string(), text);
        }
        let strangers = [
            "",
            "USD",
            "2026-USD",
            "2026-5-USD",
            "2026-13-USD",
            "2026-02-30-USD",
            "2026-05-usd",
            "2026-05-12",
            "+026-05-USD",
            " 2026-05-USD",
            "2026-05-USD-USD",
            "2026-05--USD",
        ];
        for text in strangers {
            assert!(text.parse::<SummaryId>().is_err(), "{text}");
        }
    }
}
