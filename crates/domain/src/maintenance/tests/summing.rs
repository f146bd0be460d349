use super::*;
use crate::maintenance::{Counters, DueStatus, summary};

#[test]
fn the_counts_are_the_tracked_items_and_the_most_urgent_comes_first() {
    let mut oil = hundred_hour(198_300);
    oil.id = DueItemId(Uuid::from_u128(12));
    let mut done = item(13, DueKind::Ad);
    done.recurring = false;
    // 25 of 30 days against 3 of 10 hours: the oil is nearer.
    let items = [annual("2026-06-22"), oil, done, hundred_hour(250_000)];
    let aircraft = aircraft();
    let counters = Counters::from(&aircraft);
    let sum = summary(&items, counters, today());
    assert_eq!((sum.overdue, sum.upcoming, sum.ok), (0, 2, 2));
    assert_eq!(sum.worst_status, DueStatus::Upcoming);
    let next = sum.next_due.unwrap();
    assert_eq!(next.item.id, items[1].id);
    assert_eq!(next.state.remaining.hours, Some(Meter(300)));
    let reversed = summary(items.iter().rev(), counters, today());
    assert_eq!(reversed, sum);
}

#[test]
fn what_is_overdue_comes_before_what_is_near() {
    let items = [hundred_hour(198_001), annual("2026-05-27")];
    let aircraft = aircraft();
    let sum = summary(&items, Counters::from(&aircraft), today());
    assert_eq!(sum.worst_status, DueStatus::Overdue);
    assert_eq!(
        sum.next_due.map(|next| next.item.kind),
        Some(DueKind::Annual)
    );
}

#[test]
fn an_aircraft_without_items_is_ok() {
    let aircraft = aircraft();
    let sum = summary(&[], Counters::from(&aircraft), today());
    assert_eq!((sum.worst_status, sum.next_due), (DueStatus::Ok, None));
}
