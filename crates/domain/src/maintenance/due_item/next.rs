//! Where an item is due next, once it was done.

use chrono::{Datelike, Days, Months, NaiveDate};

use super::{Done, DueItem, DueKind, DuePoint, EarlyLateRule};
use crate::meter::Meter;

impl DueKind {
    /// Whether months are calendar months: due at the end of the last day of the month, whatever
    /// day it was done on (14 CFR 91.409(a), 91.411, 91.413, 91.207(d)).
    fn counts_calendar_months(self) -> bool {
        matches!(
            self,
            Self::Annual | Self::AltimeterStatic | Self::Transponder | Self::Elt
        )
    }
}

impl DueItem {
    /// Where the item is due after it was `done`. One that does not recur is not due again.
    pub fn due_after(&self, done: Done) -> DuePoint {
        if !self.recurring {
            return DuePoint::default();
        }
        DuePoint {
            date: self.date_after(done.on),
            meter: self.meter_after(done.meter),
            cycles: self.cycles_after(done.cycles),
        }
    }

    /// Hours are counted from the original point when they were overflown: the excess belongs to
    /// the next interval (14 CFR 91.409(b)). A 100-hour that is done early begins anew; others
    /// keep their point when they are early within the tolerance.
    fn meter_after(&self, done: Option<Meter>) -> Option<Meter> {
        let interval = self.interval.hours?.0;
        let Some(done) = done else {
            return self
                .due
                .meter
                .map(|due| Meter(due.0.saturating_add(interval)));
        };
        let is_hundred_hour = self.kind == DueKind::HundredHour;
        let early = match self.tolerance.hours {
            Some(tolerance) if !is_hundred_hour => tolerance.0,
            _ => 0,
        };
        let carries = is_hundred_hour || self.carries_forward();
        let original = self.due.meter.map(|due| due.0);
        let from = counted_from(original.filter(|_| carries), done.0, early, interval);
        Some(Meter(from.saturating_add(interval)))
    }

    fn cycles_after(&self, done: Option<i64>) -> Option<i64> {
        let interval = self.interval.cycles?;
        let Some(done) = done else {
            return self.due.cycles.map(|due| due.saturating_add(interval));
        };
        let original = self.due.cycles.filter(|_| self.carries_forward());
        let from = counted_from(original, done, 0, interval);
        Some(from.saturating_add(interval))
    }

    fn date_after(&self, done: NaiveDate) -> Option<NaiveDate> {
        let from = self.calendar_begins(done);
        let days = self.interval.days.and_then(|days| {
            let days = u64::try_from(days).ok()?;
            from.checked_add_days(Days::new(days))
        });
        let months = self.interval.months.and_then(|months| {
            let months = u32::try_from(months).ok()?;
            let day = from.checked_add_months(Months::new(months))?;
            if self.kind.counts_calendar_months() {
                last_of_month(day)
            } else {
                Some(day)
            }
        });
        [days, months].into_iter().flatten().min()
    }

    /// The day that the next interval is counted from.
    fn calendar_begins(&self, done: NaiveDate) -> NaiveDate {
        let Some(due) = self.due.date else {
            return done;
        };
        if !self.carries_forward() || self.kind.counts_calendar_months() {
            return done;
        }
        let early = i64::from(self.tolerance.days.unwrap_or_default());
        let before = due.signed_duration_since(done).num_days();
        let days = self.interval.days.map(i64::from);
        let months = self.interval.months.map(|months| i64::from(months) * 28);
        let shortest = days.into_iter().chain(months).min();
        let missed = shortest.is_some_and(|interval| -before >= interval);
        if before > early || missed { done } else { due }
    }

    fn carries_forward(&self) -> bool {
        self.early_late_rule == EarlyLateRule::CarryForward
    }
}

/// The reading that the next interval is counted from: the original point, if there is one to
/// keep, it was not done earlier than that by more than `early`, and no whole interval went by
/// since.
fn counted_from(original: Option<i64>, done: i64, early: i64, interval: i64) -> i64 {
    match original {
        Some(due) if done >= due.saturating_sub(early) && done < due.saturating_add(interval) => {
            due
        }
        _ => done,
    }
}

fn last_of_month(day: NaiveDate) -> Option<NaiveDate> {
    day.with_day(1)?
        .checked_add_months(Months::new(1))?
        .pred_opt()
}
