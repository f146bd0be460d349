use super::*;
use crate::maintenance::due_item::Done;
use crate::{Refusal, Violation};

fn done(on: &str, meter: i64) -> Done {
    Done {
        on: day(on),
        meter: Some(Meter(meter)),
        cycles: None,
    }
}

fn next_meter(item: DueItem, meter: i64) -> Option<i64> {
    let done = item
        .complete(done("2026-05-28", meter), None, today())
        .unwrap();
    assert_eq!(done.alerted, None);
    done.due.meter.map(|m| m.0)
}

fn next_date(item: DueItem, on: &str) -> Option<NaiveDate> {
    let done = item.complete(done(on, 198_000), None, day("2027-12-31"));
    done.unwrap().due.date
}

#[test]
fn an_overflown_100_hour_keeps_its_original_point() {
    // 14 CFR 91.409(b): the excess is part of the next 100 hours, whatever the school's rule.
    for rule in [EarlyLateRule::CarryForward, EarlyLateRule::Reset] {
        let item = DueItem {
            early_late_rule: rule,
            ..hundred_hour(198_850)
        };
        assert_eq!(next_meter(item.clone(), 199_450), Some(208_850));
        // One that is done early gains nothing.
        assert_eq!(next_meter(item.clone(), 198_350), Some(208_350));
        // Where a whole interval went by, it begins where it was done.
        assert_eq!(next_meter(item, 208_850), Some(218_850));
    }
}

#[test]
fn other_hours_follow_the_schools_rule() {
    let oil = |rule, tolerance| DueItem {
        kind: DueKind::OilChange,
        early_late_rule: rule,
        tolerance: Tolerance {
            hours: tolerance,
            days: None,
        },
        ..hundred_hour(198_000)
    };
    let forward = |tolerance| oil(EarlyLateRule::CarryForward, tolerance);
    assert_eq!(next_meter(forward(None), 198_700), Some(208_000));
    assert_eq!(next_meter(forward(None), 197_500), Some(207_500));
    assert_eq!(
        next_meter(forward(Some(Meter(500))), 197_500),
        Some(208_000)
    );
    assert_eq!(
        next_meter(forward(Some(Meter(500))), 197_499),
        Some(207_499)
    );
    let reset = oil(EarlyLateRule::Reset, Some(Meter(500)));
    assert_eq!(next_meter(reset, 198_700), Some(208_700));
}

#[test]
fn an_annual_lasts_until_the_end_of_the_twelfth_month() {
    assert_eq!(
        next_date(annual("2026-05-31"), "2026-05-03"),
        Some(day("2027-05-31"))
    );
    // Early or late, it counts from the month it was done in.
    assert_eq!(
        next_date(annual("2026-05-31"), "2026-02-10"),
        Some(day("2027-02-28"))
    );
    assert_eq!(
        next_date(annual("2026-05-31"), "2027-02-28"),
        Some(day("2028-02-29"))
    );
}

#[test]
fn a_review_of_airworthiness_keeps_its_date_when_it_is_early_within_the_tolerance() {
    let review = |days| DueItem {
        kind: DueKind::ArcReview,
        tolerance: Tolerance { hours: None, days },
        ..annual("2026-06-15")
    };
    assert_eq!(
        next_date(review(Some(90)), "2026-03-17"),
        Some(day("2027-06-15"))
    );
    assert_eq!(
        next_date(review(Some(90)), "2026-03-16"),
        Some(day("2027-03-16"))
    );
    assert_eq!(
        next_date(review(None), "2026-06-01"),
        Some(day("2027-06-01"))
    );
    // Late, it is due when it would have been.
    assert_eq!(
        next_date(review(None), "2026-07-20"),
        Some(day("2027-06-15"))
    );
}

#[test]
fn of_days_and_months_the_earlier_counts() {
    let mut both = annual("2026-05-31");
    both.interval.days = Some(30);
    assert_eq!(next_date(both, "2026-05-03"), Some(day("2026-06-02")));
}

#[test]
fn what_does_not_recur_is_not_due_again() {
    let directive = DueItem {
        recurring: false,
        ..annual("2026-06-15")
    };
    let complied = directive.complete(done("2026-05-28", 198_000), None, today());
    let complied = complied.unwrap();
    assert!(complied.due.is_none());
    let again = complied.complete(done("2026-05-28", 198_000), None, today());
    assert!(matches!(
        again,
        Err(Refusal::Conflict {
            code: "nothing_due",
            ..
        })
    ));
}

#[test]
fn nothing_is_done_on_a_day_to_come_or_before_it_was_done_last() {
    let refused = |item: DueItem, on: &str| -> Vec<Violation> {
        match item.complete(done(on, 198_000), None, today()) {
            Err(Refusal::Invalid(violations)) => violations,
            other => panic!("{other:?}"),
        }
    };
    let found = refused(annual("2026-05-31"), "2026-05-29");
    assert_eq!(
        (found[0].pointer, found[0].code),
        ("done_on", "out_of_range")
    );
    let far = annual("2026-05-31").complete(done("2026-05-28", i64::MAX), None, today());
    assert!(matches!(far, Err(Refusal::Invalid(found)) if found[0].pointer == "done_at_meter"));
    let mut item = annual("2026-05-31");
    item.last_done = Some(done("2026-05-20", 190_000));
    let found = refused(item, "2026-05-19");
    assert_eq!(
        (found[0].pointer, found[0].code),
        ("done_on", "out_of_order")
    );
}

#[test]
fn a_new_item_is_due_an_interval_after_it_was_last_done() {
    let mut item = hundred_hour(0);
    item.due = DuePoint::default();
    item.last_done = Some(done("2026-03-14", 188_850));
    let due = item.with_due_point().due;
    assert_eq!(due.meter, Some(Meter(198_850)));
}

#[test]
fn the_shorter_of_two_intervals_says_whether_one_was_missed() {
    let item = DueItem {
        interval: Interval {
            days: Some(317),
            months: Some(1),
            ..Interval::default()
        },
        due: DuePoint {
            date: Some(day("2025-07-16")),
            ..DuePoint::default()
        },
        ..item(40, DueKind::VorCheck)
    };
    // A month after the point that was kept it would be overdue again at once.
    assert_eq!(next_date(item, "2026-05-28"), Some(day("2026-06-28")));
}
