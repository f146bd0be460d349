//! How an item stands: pure, from the counters and the day.

use chrono::{Days, NaiveDate};

use super::super::Counters;
use super::super::alert::Severity;
use super::{DueItem, DueStatus};
use crate::meter::Meter;

/// How an item stands on one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DueState {
    pub status: DueStatus,
    pub remaining: Remaining,
}

/// What is left to the due point, below zero once it is passed; none where the item is not due by
/// it, or the aircraft does not count it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Remaining {
    pub hours: Option<Meter>,
    /// 0 on the last day that is good.
    pub days: Option<i64>,
    pub cycles: Option<i64>,
}

impl DueItem {
    /// How the item stands on `today`, a day in the school's zone. Whichever of hours, calendar and
    /// cycles is worst decides.
    pub fn state_at(&self, counters: Counters<'_>, today: NaiveDate) -> DueState {
        let remaining = self.remaining(counters, today);
        let by_hours = remaining
            .hours
            .map(|left| status(left.0 <= 0, left <= self.warning.hours));
        let by_days = remaining
            .days
            .map(|left| status(left < 0, left <= i64::from(self.warning.days)));
        let by_cycles = remaining
            .cycles
            .map(|left| status(left <= 0, left <= self.warning.cycles));
        let worst = [by_hours, by_days, by_cycles].into_iter().flatten().max();
        DueState {
            status: worst.unwrap_or(DueStatus::Ok),
            remaining,
        }
    }

    fn remaining(&self, counters: Counters<'_>, today: NaiveDate) -> Remaining {
        let reads = counters.meter(self.meter_kind);
        let hours = self.due.meter.zip(reads);
        let cycles = self.due.cycles.zip(counters.cycles);
        Remaining {
            hours: hours.map(|(due, reads)| Meter(due.0 - reads.0)),
            days: self
                .due
                .date
                .map(|due| due.signed_duration_since(today).num_days()),
            cycles: cycles.map(|(due, count)| due - count),
        }
    }

    /// What to alert on while the item stands so; nothing while it is ok.
    pub fn severity(&self, status: DueStatus) -> Option<Severity> {
        match status {
            DueStatus::Ok => None,
            DueStatus::Upcoming => Some(Severity::Upcoming),
            DueStatus::Overdue if self.prevents_dispatch => Some(Severity::Grounded),
            DueStatus::Overdue => Some(Severity::Overdue),
        }
    }

    /// The next day after `today` on which the calendar alone changes how the item stands.
    pub fn turns_on(&self, today: NaiveDate) -> Option<NaiveDate> {
        let days = self.turning_days().into_iter().flatten();
        days.filter(|day| *day > today).min()
    }

    /// The last day, `today` included, on which the calendar alone changed how the item stands.
    pub fn turned_on(&self, today: NaiveDate) -> Option<NaiveDate> {
        let days = self.turning_days().into_iter().flatten();
        days.filter(|day| *day <= today).max()
    }

    /// The days from which on it is upcoming, and overdue.
    fn turning_days(&self) -> [Option<NaiveDate>; 2] {
        let window = u64::try_from(self.warning.days).unwrap_or_default();
        let day = |at: fn(NaiveDate, Days) -> Option<NaiveDate>, days| {
            self.due.date.and_then(|due| at(due, Days::new(days)))
        };
        [
            day(NaiveDate::checked_sub_days, window),
            day(NaiveDate::checked_add_days, 1),
        ]
    }
}

fn status(is_over: bool, is_near: bool) -> DueStatus {
    match (is_over, is_near) {
        (true, _) => DueStatus::Overdue,
        (false, true) => DueStatus::Upcoming,
        (false, false) => DueStatus::Ok,
    }
}
