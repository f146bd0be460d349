//! What must be true of an item, and what becomes of it when it was done.

use chrono::NaiveDate;

use super::{Done, DueItem, DuePoint};
use crate::maintenance::check_date;
use crate::meter::Meter;
use crate::{Refusal, Violation, WorkOrderId};

/// Longest interval in days or months that is believed: a hundred years.
const LONGEST_DAYS: i32 = 36_525;
const LONGEST_MONTHS: i32 = 1_200;
/// Most cycles that are believed.
const MOST_CYCLES: i64 = 99_999_999;

impl DueItem {
    /// The item with the point where it is due, which follows from when it was last done unless it
    /// is given.
    #[must_use]
    pub fn with_due_point(mut self) -> Self {
        if self.due.is_none()
            && let Some(done) = self.last_done
        {
            self.due = self.due_after(done);
        }
        self
    }

    /// Every violation at once.
    pub fn violations(&self, today: NaiveDate) -> Vec<Violation> {
        let mut found = Vec::new();
        self.check_numbers(&mut found);
        if self.recurring && self.interval == super::Interval::default() {
            let detail = "an item that recurs has an interval";
            found.push(Violation::new("interval_hours", "required", detail));
        }
        if self.due.is_none() && (self.recurring || self.last_done.is_none()) {
            let detail =
                "an item is due by a date, a meter or cycles, or says when it was last done";
            found.push(Violation::new("due_date", "required", detail));
        }
        let dates = [
            ("due_date", self.due.date),
            ("last_done_date", self.last_done.map(|done| done.on)),
        ];
        for (pointer, date) in dates {
            check_date(pointer, date, &mut found);
        }
        if self.last_done.is_some_and(|done| done.on > today) {
            let detail = "nothing was done on a day that is yet to come";
            found.push(Violation::new("last_done_date", "out_of_range", detail));
        }
        found
    }

    fn check_numbers(&self, found: &mut Vec<Violation>) {
        let hours = |meter: Option<Meter>| meter.map(|m| m.0);
        let days = |days: Option<i32>| days.map(i64::from);
        let (interval, due, done) = (&self.interval, &self.due, self.last_done);
        let most = Meter::MAX.0;
        let checks = [
            ("interval_hours", hours(interval.hours), 1, most),
            (
                "interval_days",
                days(interval.days),
                1,
                i64::from(LONGEST_DAYS),
            ),
            (
                "interval_months",
                days(interval.months),
                1,
                i64::from(LONGEST_MONTHS),
            ),
            ("interval_cycles", interval.cycles, 1, MOST_CYCLES),
            ("tolerance_hours", hours(self.tolerance.hours), 0, most),
            (
                "tolerance_days",
                days(self.tolerance.days),
                0,
                i64::from(LONGEST_DAYS),
            ),
            ("due_at_meter", hours(due.meter), 0, most),
            ("due_at_cycles", due.cycles, 0, MOST_CYCLES),
            (
                "last_done_meter",
                done.and_then(|d| hours(d.meter)),
                0,
                most,
            ),
            (
                "last_done_cycles",
                done.and_then(|d| d.cycles),
                0,
                MOST_CYCLES,
            ),
            ("warn_hours", Some(self.warning.hours.0), 0, most),
            (
                "warn_days",
                Some(i64::from(self.warning.days)),
                0,
                i64::from(LONGEST_DAYS),
            ),
            ("warn_cycles", Some(self.warning.cycles), 0, MOST_CYCLES),
        ];
        for (pointer, value, least, most) in checks {
            if value.is_some_and(|value| value < least || value > most) {
                let detail = format!("{pointer} is out of range");
                found.push(Violation::new(pointer, "out_of_range", detail));
            }
        }
    }

    /// The item, done: due again at its next point, and alerted on anew when it gets there.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] when it was done on a day to come or before it was done last, or does
    /// not say what its next point is counted from; [`Refusal::Conflict`] when nothing is due.
    pub fn complete(
        mut self,
        done: Done,
        by: Option<WorkOrderId>,
        today: NaiveDate,
    ) -> Result<Self, Refusal> {
        if self.due.is_none() {
            return Err(Refusal::conflict(
                "nothing_due",
                "the item is not due again",
            ));
        }
        if done.on > today {
            let detail = "nothing was done on a day that is yet to come";
            return Err(Refusal::invalid("done_on", "out_of_range", detail));
        }
        if self.last_done.is_some_and(|last| done.on < last.on) {
            let detail = "it has been done after that day";
            return Err(Refusal::invalid("done_on", "out_of_order", detail));
        }
        done.must_be_believable()?;
        let due = self.due_after(done);
        if self.recurring && due == DuePoint::default() {
            let detail = "the item says neither what it was done at nor where it was due";
            return Err(Refusal::invalid("done_at_meter", "required", detail));
        }
        self.due = due;
        self.last_done = Some(done);
        self.last_completed_work_order_id = by;
        self.alerted = None;
        Ok(self)
    }
}

impl Done {
    fn must_be_believable(&self) -> Result<(), Refusal> {
        let mut found = Vec::new();
        check_date("done_on", Some(self.on), &mut found);
        let meter = self.meter.is_some_and(|m| m < Meter(0) || m > Meter::MAX);
        let cycles = self.cycles.is_some_and(|c| !(0..=MOST_CYCLES).contains(&c));
        for (pointer, is_wrong) in [("done_at_meter", meter), ("done_at_cycles", cycles)] {
            if is_wrong {
                let detail = format!("{pointer} is out of range");
                found.push(Violation::new(pointer, "out_of_range", detail));
            }
        }
        Refusal::unless_empty(found)
    }
}
