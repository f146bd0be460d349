//! What is due on one aircraft, in figures.

use std::cmp::Reverse;

use chrono::NaiveDate;

use super::Counters;
use super::due_item::{DueItem, DueState, DueStatus};
use crate::DueItemId;

/// `overdue + upcoming + ok` are the items that are tracked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary<'i> {
    pub overdue: usize,
    pub upcoming: usize,
    pub ok: usize,
    /// `ok` when nothing is tracked.
    pub worst_status: DueStatus,
    /// The most urgent of the items that are due at all.
    pub next_due: Option<NextDue<'i>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NextDue<'i> {
    pub item: &'i DueItem,
    pub state: DueState,
}

/// Sums up the items of one aircraft on `today`, a day in the school's zone. The same items in
/// another order give the same summary.
pub fn summary<'i>(
    items: impl IntoIterator<Item = &'i DueItem>,
    counters: Counters<'_>,
    today: NaiveDate,
) -> Summary<'i> {
    let standing: Vec<NextDue<'i>> = items
        .into_iter()
        .map(|item| NextDue {
            item,
            state: item.state_at(counters, today),
        })
        .collect();
    let count = |status| standing.iter().filter(|s| s.state.status == status).count();
    let worst = standing.iter().map(|s| s.state.status).max();
    let due = standing.iter().filter(|s| !s.item.due.is_none());
    Summary {
        overdue: count(DueStatus::Overdue),
        upcoming: count(DueStatus::Upcoming),
        ok: count(DueStatus::Ok),
        worst_status: worst.unwrap_or(DueStatus::Ok),
        next_due: due.min_by_key(|standing| standing.urgency()).copied(),
    }
}

impl NextDue<'_> {
    /// Less is more urgent: the worse status first, then what is nearer, measured in the warnings
    /// the school set, which is what makes hours, days and cycles comparable.
    pub fn urgency(&self) -> (Reverse<DueStatus>, i64, DueItemId) {
        let (warning, left) = (&self.item.warning, &self.state.remaining);
        let in_warnings = |left: i64, warning: i64| left.saturating_mul(1_000) / warning.max(1);
        let near = [
            left.hours.map(|h| in_warnings(h.0, warning.hours.0)),
            left.days.map(|d| in_warnings(d, i64::from(warning.days))),
            left.cycles.map(|c| in_warnings(c, warning.cycles)),
        ];
        let nearest = near.into_iter().flatten().min().unwrap_or(i64::MAX);
        (Reverse(self.state.status), nearest, self.item.id)
    }
}
