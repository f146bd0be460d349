use chrono::Days;
use proptest::prelude::*;

use super::*;
use crate::maintenance::due_item::Done;
use crate::maintenance::{Counters, DueStatus, summary};

fn any_item() -> impl Strategy<Value = DueItem> {
    (
        prop::sample::select(DueKind::ALL),
        prop::option::of(100..50_000_i64),
        prop::option::of(1..800_i32),
        prop::option::of(1..60_i32),
        prop::option::of(1..2_000_i64),
        (190_000..210_000_i64, 0..900_u64, 0..1_000_i64),
        prop::sample::select(EarlyLateRule::ALL),
        any::<bool>(),
    )
        .prop_map(|(kind, hours, days, months, cycles, due, rule, prevents)| {
            let by_calendar = days.is_some() || months.is_some();
            DueItem {
                interval: Interval {
                    hours: hours.map(Meter),
                    days,
                    months,
                    cycles,
                },
                due: DuePoint {
                    meter: hours.map(|_| Meter(due.0)),
                    date: by_calendar.then(|| day("2025-05-28") + Days::new(due.1)),
                    cycles: cycles.map(|_| due.2),
                },
                early_late_rule: rule,
                prevents_dispatch: prevents,
                ..item(40, kind)
            }
        })
}

proptest! {
    /// Whatever is done with the counters as they read is due later than it was done.
    #[test]
    fn what_is_done_is_not_overdue(item in any_item()) {
        prop_assume!(!item.due.is_none());
        let aircraft = aircraft();
        let counters = Counters::from(&aircraft);
        let done = Done { on: today(), meter: counters.meter(item.meter_kind), cycles: counters.cycles };
        let next = item.complete(done, None, today()).unwrap();
        prop_assert!(next.due.meter.is_none_or(|m| m > Meter(198_000)));
        prop_assert!(next.due.date.is_none_or(|d| d > today()));
        prop_assert!(next.due.cycles.is_none_or(|c| c > 500));
        prop_assert!(next.state_at(counters, today()).status < DueStatus::Overdue);
    }

    /// A second look at the same day tells nothing and changes nothing.
    #[test]
    fn a_review_is_settled(items in prop::collection::vec(any_item(), 0..5), grounds: bool) {
        let mut upkeep = upkeep(items, vec![squawk(grounds)], vec![order(WorkOrderStatus::Open)]);
        upkeep.review(today());
        let settled = upkeep.clone();
        prop_assert_eq!(upkeep.review(today()).alerts, vec![]);
        prop_assert_eq!(&upkeep, &settled);
    }

    /// Nothing changes between two looks by the calendar: looking on every day tells no more than
    /// looking on the days that were foretold.
    #[test]
    fn no_day_is_overlooked(items in prop::collection::vec(any_item(), 1..4)) {
        let mut daily = upkeep(items, vec![], vec![]);
        let mut foretold = daily.clone();
        let (mut told_daily, mut told) = (Vec::new(), Vec::new());
        let mut look_on = Some(today());
        for ahead in 0..1_000 {
            let on = today() + Days::new(ahead);
            told_daily.extend(daily.review(on).alerts);
            if look_on.is_some_and(|look| look <= on) {
                let review = foretold.review(on);
                told.extend(review.alerts);
                look_on = review.next_look_on;
            }
            prop_assert_eq!(&daily.aircraft, &foretold.aircraft);
        }
        let what = |alerts: &[crate::maintenance::MaintenanceAlert]| -> Vec<_> {
            alerts.iter().map(|a| (a.about.id(), a.severity)).collect()
        };
        prop_assert_eq!(what(&told_daily), what(&told));
    }

    /// overdue + upcoming + ok are the tracked items.
    #[test]
    fn a_summary_counts_every_item_once(items in prop::collection::vec(any_item(), 0..6)) {
        let aircraft = aircraft();
        let sum = summary(&items, Counters::from(&aircraft), today());
        prop_assert_eq!(sum.overdue + sum.upcoming + sum.ok, items.len());
    }
}
