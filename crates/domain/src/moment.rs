//! A point in time, and the calendar of the place it is asked for.

use chrono::{DateTime, Days, NaiveDate, NaiveDateTime, TimeDelta, TimeZone, Utc};
pub use chrono_tz::Tz;

/// Now, at a school. Dates end with the day of its zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    pub now: DateTime<Utc>,
    pub zone: Tz,
}

impl Moment {
    pub const fn new(now: DateTime<Utc>, zone: Tz) -> Self {
        Self { now, zone }
    }

    /// `timezone` is an IANA name; one that is unknown reads as UTC.
    pub fn at(now: DateTime<Utc>, timezone: &str) -> Self {
        Self::new(now, timezone.parse().unwrap_or(Tz::UTC))
    }

    /// The date in the zone.
    pub fn today(&self) -> NaiveDate {
        self.now.with_timezone(&self.zone).date_naive()
    }

    /// When a date begins in the zone: its first instant, also where clocks are put forward at
    /// midnight.
    pub fn start_of(&self, date: NaiveDate) -> DateTime<Utc> {
        let midnight = NaiveDateTime::from(date);
        // Clocks are never put forward by more than a day.
        let first = (0..=96).find_map(|quarters| {
            let local = midnight.checked_add_signed(TimeDelta::minutes(15 * quarters))?;
            self.zone.from_local_datetime(&local).earliest()
        });
        first.map_or_else(|| midnight.and_utc(), |at| at.with_timezone(&Utc))
    }

    /// When a date is over in the zone. None: the calendar ends before.
    pub fn end_of(&self, date: NaiveDate) -> Option<DateTime<Utc>> {
        Some(self.start_of(date.checked_add_days(Days::new(1))?))
    }

    /// When the date in the zone next changes.
    pub fn next_midnight(&self) -> Option<DateTime<Utc>> {
        self.end_of(self.today())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(now: &str, zone: &str) -> Moment {
        Moment::at(now.parse().unwrap(), zone)
    }

    #[test]
    fn the_day_is_that_of_the_place() {
        let moment = at("2026-03-01T07:59:59Z", "America/Los_Angeles");
        assert_eq!(moment.today().to_string(), "2026-02-28");
        assert_eq!(
            moment.next_midnight(),
            Some("2026-03-01T08:00:00Z".parse().unwrap())
        );
        assert_eq!(at("2026-03-01T08:00:00Z", "Nowhere/Land").zone, Tz::UTC);
    }

    #[test]
    fn a_day_without_midnight_begins_when_its_clocks_do() {
        // Chile put its clocks forward at midnight of 8 September 2024.
        let moment = at("2024-09-08T03:59:59Z", "America/Santiago");
        assert_eq!(moment.today().to_string(), "2024-09-07");
        assert_eq!(
            moment.next_midnight(),
            Some("2024-09-08T04:00:00Z".parse().unwrap())
        );
    }

    #[test]
    fn a_midnight_that_comes_twice_counts_the_first_time() {
        // Havana puts its clocks back at 01:00 to 00:00.
        let moment = at("2024-11-02T12:00:00Z", "America/Havana");
        assert_eq!(
            moment.next_midnight(),
            Some("2024-11-03T04:00:00Z".parse().unwrap())
        );
    }
}
