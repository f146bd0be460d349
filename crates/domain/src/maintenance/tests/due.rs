use super::*;
use crate::maintenance::{Counters, DueStatus, Remaining};

fn status(item: &DueItem, on: NaiveDate) -> DueStatus {
    item.state_at(Counters::from(&aircraft()), on).status
}

#[test]
fn a_meter_that_is_reached_leaves_nothing() {
    let cases = [
        (199_001, DueStatus::Ok),
        (199_000, DueStatus::Upcoming),
        (198_001, DueStatus::Upcoming),
        (198_000, DueStatus::Overdue),
        (197_999, DueStatus::Overdue),
    ];
    for (due, expected) in cases {
        assert_eq!(
            status(&hundred_hour(due), today()),
            expected,
            "due at {due}"
        );
    }
}

#[test]
fn a_date_is_good_on_its_day() {
    let cases = [
        ("2026-06-28", DueStatus::Ok),
        ("2026-06-27", DueStatus::Upcoming),
        ("2026-05-28", DueStatus::Upcoming),
        ("2026-05-27", DueStatus::Overdue),
    ];
    for (due, expected) in cases {
        assert_eq!(status(&annual(due), today()), expected, "due on {due}");
    }
}

#[test]
fn whichever_comes_first_decides() {
    let mut item = hundred_hour(250_000);
    item.due.date = Some(day("2026-12-31"));
    item.due.cycles = Some(560);
    let state = |item: &DueItem| item.state_at(Counters::from(&aircraft()), today());
    assert_eq!(state(&item).status, DueStatus::Ok);
    item.due.cycles = Some(549);
    assert_eq!(state(&item).status, DueStatus::Upcoming);
    item.due.cycles = Some(500);
    let found = state(&item);
    assert_eq!(found.status, DueStatus::Overdue);
    let left = Remaining {
        hours: Some(Meter(52_000)),
        days: Some(217),
        cycles: Some(0),
    };
    assert_eq!(found.remaining, left);
}

#[test]
fn what_the_aircraft_does_not_count_is_not_due_by_it() {
    let mut item = hundred_hour(1);
    item.meter_kind = MeterKind::Hobbs;
    let state = item.state_at(Counters::from(&aircraft()), today());
    assert_eq!(
        (state.status, state.remaining),
        (DueStatus::Ok, Remaining::default())
    );
}

#[test]
fn the_tachometer_of_the_first_engine_counts_where_the_airframe_has_none() {
    let mut twin = aircraft();
    let mut second = twin.meters[0];
    second.engine_position = Some(2);
    second.value = Meter(1);
    twin.meters[0].engine_position = Some(1);
    twin.meters.insert(0, second);
    let counters = Counters::from(&twin);
    assert_eq!(counters.meter(MeterKind::Tach), Some(Meter(198_000)));
}

#[test]
fn the_calendar_turns_an_item_twice() {
    let item = annual("2026-06-30");
    assert_eq!(item.turns_on(day("2026-05-30")), Some(day("2026-05-31")));
    assert_eq!(item.turns_on(day("2026-05-31")), Some(day("2026-07-01")));
    assert_eq!(item.turns_on(day("2026-07-01")), None);
    assert_eq!(hundred_hour(1).turns_on(today()), None);

    assert_eq!(item.turned_on(day("2026-05-30")), None);
    assert_eq!(item.turned_on(day("2026-05-31")), Some(day("2026-05-31")));
    assert_eq!(item.turned_on(day("2026-06-30")), Some(day("2026-05-31")));
    assert_eq!(item.turned_on(day("2026-08-01")), Some(day("2026-07-01")));
    assert_eq!(hundred_hour(1).turned_on(today()), None);
}

#[test]
fn an_item_says_what_it_is_due_by() {
    let pointers = |item: DueItem| -> Vec<&str> {
        let found = item.with_due_point().violations(today());
        found.iter().map(|violation| violation.pointer).collect()
    };
    let empty = item(1, DueKind::Other);
    assert_eq!(pointers(empty.clone()), ["interval_hours", "due_date"]);
    assert_eq!(pointers(hundred_hour(1)), [""; 0]);
    let wrong = DueItem {
        interval: Interval {
            hours: Some(Meter(0)),
            days: Some(-1),
            ..Interval::default()
        },
        ..hundred_hour(-1)
    };
    assert_eq!(
        pointers(wrong),
        ["interval_hours", "interval_days", "due_at_meter"]
    );
    let mut endless = hundred_hour(1);
    endless.due = DuePoint::default();
    endless.interval.hours = Some(Meter(i64::MAX));
    endless.last_done = Some(crate::maintenance::due_item::Done {
        on: day("0001-01-01"),
        meter: Some(Meter(i64::MAX)),
        cycles: None,
    });
    let expected = [
        "interval_hours",
        "due_at_meter",
        "last_done_meter",
        "last_done_date",
    ];
    assert_eq!(pointers(endless), expected);
}
