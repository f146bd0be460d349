use super::*;
use crate::maintenance::work_order::Priority;
use crate::maintenance::{AlertKind, Severity};

/// What a review tells: the kind, the severity, and what the aircraft is then.
fn told(upkeep: &mut Upkeep, on: NaiveDate) -> Vec<(AlertKind, Severity, Airworthiness)> {
    let alerts = upkeep.review(on).alerts;
    let told = alerts.iter().map(|alert| {
        (
            alert.about.kind(),
            alert.severity,
            alert.airworthiness_status,
        )
    });
    told.collect()
}

fn reads(upkeep: &mut Upkeep, tach: i64) {
    upkeep.aircraft.meters[0].value = Meter(tach);
}

#[test]
fn each_crossing_is_told_of_once() {
    use AlertKind::DueItem;
    let mut upkeep = upkeep(vec![hundred_hour(200_000)], vec![], vec![]);
    assert_eq!(told(&mut upkeep, today()), []);
    reads(&mut upkeep, 199_100);
    let upcoming = (DueItem, Severity::Upcoming, Airworthiness::Airworthy);
    assert_eq!(told(&mut upkeep, today()), [upcoming]);
    reads(&mut upkeep, 199_900);
    assert_eq!(told(&mut upkeep, today()), []);
    reads(&mut upkeep, 200_000);
    let grounded = (DueItem, Severity::Grounded, Airworthiness::Grounded);
    assert_eq!(told(&mut upkeep, today()), [grounded]);
    assert_eq!(upkeep.aircraft.grounding_reasons, ["overdue: item 10"]);
    assert_eq!(told(&mut upkeep, today()), []);

    // A correction takes it back, and it crosses anew.
    reads(&mut upkeep, 199_900);
    assert_eq!(told(&mut upkeep, today()), []);
    assert_eq!(
        upkeep.aircraft.airworthiness_status,
        Airworthiness::Airworthy
    );
    reads(&mut upkeep, 200_500);
    assert_eq!(told(&mut upkeep, today()), [grounded]);
}

#[test]
fn an_item_that_lets_the_aircraft_fly_is_only_overdue() {
    let oil = DueItem {
        prevents_dispatch: false,
        ..hundred_hour(198_000)
    };
    let mut upkeep = upkeep(vec![oil], vec![], vec![]);
    let overdue = (
        AlertKind::DueItem,
        Severity::Overdue,
        Airworthiness::Airworthy,
    );
    assert_eq!(told(&mut upkeep, today()), [overdue]);
    // Now it is told that it may not.
    upkeep.due_items[0].prevents_dispatch = true;
    let grounded = (
        AlertKind::DueItem,
        Severity::Grounded,
        Airworthiness::Grounded,
    );
    assert_eq!(told(&mut upkeep, today()), [grounded]);
}

#[test]
fn a_grounding_squawk_grounds_from_its_report_until_it_is_deferred_or_resolved() {
    let mut upkeep = upkeep(vec![], vec![squawk(true)], vec![]);
    let grounded = (
        AlertKind::Squawk,
        Severity::Grounded,
        Airworthiness::Grounded,
    );
    assert_eq!(told(&mut upkeep, today()), [grounded]);
    assert_eq!(told(&mut upkeep, today()), []);
    upkeep.squawks[0].status = SquawkStatus::Deferred;
    upkeep.squawks[0].deferral = Some(crate::maintenance::squawk::Deferral {
        until_date: Some(day("2026-06-01")),
        until_meter: None,
        reference: None,
        limitations: Some("day VFR only".into()),
        approved_by: "Robin Wright".into(),
    });
    let review = upkeep.review(today());
    assert_eq!(review.alerts, []);
    assert_eq!(review.next_look_on, Some(day("2026-06-02")));
    assert_eq!(upkeep.aircraft.airworthiness_status, Airworthiness::Limited);
    assert_eq!(
        upkeep.aircraft.grounding_reasons,
        ["deferred: day VFR only"]
    );
    // The deferral runs out.
    assert_eq!(told(&mut upkeep, day("2026-06-01")), []);
    assert_eq!(told(&mut upkeep, day("2026-06-02")), [grounded]);
    upkeep.squawks[0].status = SquawkStatus::Resolved;
    assert_eq!(told(&mut upkeep, day("2026-06-02")), []);
    assert_eq!(
        upkeep.aircraft.airworthiness_status,
        Airworthiness::Airworthy
    );
    assert!(upkeep.aircraft.grounding_reasons.is_empty());
}

#[test]
fn an_order_is_told_of_when_it_is_opened_aog_and_when_its_day_goes_by() {
    let mut order = order(WorkOrderStatus::Draft);
    order.content.priority = Priority::Aog;
    order.content.due_on = Some(day("2026-05-29"));
    let mut upkeep = upkeep(vec![], vec![], vec![order]);
    assert_eq!(told(&mut upkeep, today()), []);
    upkeep.work_orders[0].status = WorkOrderStatus::Open;
    let aog = (
        AlertKind::WorkOrder,
        Severity::Grounded,
        Airworthiness::Grounded,
    );
    assert_eq!(told(&mut upkeep, today()), [aog]);
    assert_eq!(told(&mut upkeep, day("2026-05-29")), []);
    upkeep.work_orders[0].status = WorkOrderStatus::InProgress;
    let past_due = (
        AlertKind::WorkOrder,
        Severity::Overdue,
        Airworthiness::InMaintenance,
    );
    assert_eq!(told(&mut upkeep, day("2026-05-30")), [past_due]);
    assert_eq!(told(&mut upkeep, day("2026-05-31")), []);
    assert_eq!(
        upkeep.aircraft.grounding_reasons,
        ["work order WO-2026-031"]
    );
}

#[test]
fn what_is_completed_has_no_day_to_go_by() {
    let mut order = order(WorkOrderStatus::Completed);
    order.content.due_on = Some(day("2026-05-01"));
    let mut upkeep = upkeep(vec![], vec![], vec![order]);
    assert_eq!(told(&mut upkeep, today()), []);
    assert_eq!(
        upkeep.aircraft.airworthiness_status,
        Airworthiness::InMaintenance
    );
}

#[test]
fn nothing_is_told_of_an_aircraft_that_nobody_flies() {
    let mut upkeep = upkeep(vec![hundred_hour(198_000)], vec![], vec![]);
    upkeep.aircraft.status = AircraftStatus::Inactive;
    assert_eq!(told(&mut upkeep, today()), []);
    assert_eq!(
        upkeep.aircraft.airworthiness_status,
        Airworthiness::Grounded
    );
    upkeep.aircraft.status = AircraftStatus::Active;
    assert_eq!(told(&mut upkeep, today()).len(), 1);
}

#[test]
fn the_next_look_is_when_the_first_of_them_turns() {
    let mut order = order(WorkOrderStatus::Open);
    order.content.due_on = Some(day("2026-06-10"));
    let mut upkeep = upkeep(
        vec![annual("2026-12-31"), hundred_hour(250_000)],
        vec![squawk(false)],
        vec![order],
    );
    assert_eq!(upkeep.review(today()).next_look_on, Some(day("2026-06-11")));
    upkeep.work_orders.clear();
    assert_eq!(upkeep.review(today()).next_look_on, Some(day("2026-12-01")));
}
