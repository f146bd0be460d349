use super::*;
use crate::maintenance::work_order::{Step, Task, TaskStatus};
use crate::{Moment, Refusal};

const ID: WorkOrderId = WorkOrderId(Uuid::from_u128(30));

fn step(upkeep: &mut Upkeep, step: Step) -> Result<(), Refusal> {
    let now = at("2026-05-28T15:00:00Z");
    upkeep.step(ID, step, now, Moment::at(now, "UTC"))
}

/// An open order that sees to a grounding squawk and a 100-hour that is overflown by 6 h.
fn hangar() -> Upkeep {
    let mut upkeep = upkeep(vec![hundred_hour(197_400)], vec![squawk(true)], vec![]);
    let mut order = order(WorkOrderStatus::Draft);
    order.content.squawk_ids = vec![upkeep.squawks[0].id];
    order.content.due_item_ids = vec![upkeep.due_items[0].id];
    upkeep.take_in(order).unwrap();
    step(&mut upkeep, Step::Open).unwrap();
    upkeep
}

#[test]
fn an_order_goes_its_way_and_signs_off_what_it_saw_to() {
    let mut upkeep = hangar();
    assert_eq!(
        upkeep.work_orders[0].meter_at_open.map(|m| m.value),
        Some(Meter(198_000))
    );
    upkeep.squawks[0].status = SquawkStatus::Open;
    for next in [
        Step::Start,
        Step::AwaitParts,
        Step::Start,
        Step::HandIn,
        Step::Complete,
    ] {
        step(&mut upkeep, next).unwrap();
        upkeep.review(today());
        assert_eq!(
            upkeep.aircraft.airworthiness_status,
            Airworthiness::InMaintenance
        );
    }
    assert_eq!(upkeep.squawks[0].status, SquawkStatus::InWork);
    step(&mut upkeep, Step::Release(signed())).unwrap();

    let [squawk] = &upkeep.squawks[..] else {
        panic!()
    };
    assert_eq!(squawk.status, SquawkStatus::Resolved);
    let resolution = squawk.resolution.as_ref().unwrap();
    assert_eq!(resolution.certificate_number.as_deref(), Some("3141592"));
    let [item] = &upkeep.due_items[..] else {
        panic!()
    };
    assert_eq!(
        item.due.meter,
        Some(Meter(207_400)),
        "the original point is kept"
    );
    assert_eq!(item.last_completed_work_order_id, Some(ID));
    upkeep.review(today());
    assert_eq!(
        upkeep.aircraft.airworthiness_status,
        Airworthiness::Airworthy
    );
    assert!(upkeep.aircraft.grounding_reasons.is_empty());
}

#[test]
fn every_step_has_its_own_beginning() {
    use WorkOrderStatus as S;
    let cancel = Step::Cancel {
        reason: "not needed".into(),
    };
    let steps = [
        (Step::Open, vec![S::Draft]),
        (Step::Start, vec![S::Open, S::AwaitingParts]),
        (Step::AwaitParts, vec![S::InProgress]),
        (Step::HandIn, vec![S::InProgress]),
        (Step::Complete, vec![S::PendingApproval]),
        (Step::Release(signed()), vec![S::Completed]),
        (
            cancel,
            vec![
                S::Draft,
                S::Open,
                S::InProgress,
                S::AwaitingParts,
                S::PendingApproval,
            ],
        ),
    ];
    for (step, allowed) in steps {
        for status in WorkOrderStatus::ALL {
            let after = order(*status).step(step.clone(), at("2026-05-28T15:00:00Z"), None);
            assert_eq!(
                after.is_ok(),
                allowed.contains(status),
                "{step:?} from {status}"
            );
        }
    }
}

#[test]
fn work_is_handed_in_when_every_task_is_done() {
    let mut order = order(WorkOrderStatus::InProgress);
    order.content.tasks = vec![Task {
        description: "magneto".into(),
        ata_chapter: None,
        status: TaskStatus::InProgress,
        labor_minutes: 60,
    }];
    let refused = order.step(Step::HandIn, at("2026-05-28T15:00:00Z"), None);
    assert!(matches!(
        refused,
        Err(Refusal::Conflict {
            code: "tasks_open",
            ..
        })
    ));
}

#[test]
fn nobody_releases_without_a_name_and_a_certificate() {
    let nameless = ReturnToService {
        signed_by: " ".into(),
        ..signed()
    };
    let uncertified = ReturnToService {
        certificate_number: String::new(),
        ..signed()
    };
    for (signed, pointer) in [(nameless, "signed_by"), (uncertified, "certificate_number")] {
        let order = order(WorkOrderStatus::Completed);
        let refused = order.step(Step::Release(signed), at("2026-05-28T15:00:00Z"), None);
        let Err(Refusal::Invalid(found)) = refused else {
            panic!("{refused:?}")
        };
        assert_eq!(found[0].pointer, pointer);
    }
}

#[test]
fn a_step_is_not_taken_before_the_one_before_it() {
    let order = order(WorkOrderStatus::Open);
    let refused = order.step(Step::Start, at("2026-05-28T10:59:59Z"), None);
    assert!(matches!(refused, Err(Refusal::Invalid(_))));
}

#[test]
fn a_cancelled_order_lets_go_of_its_squawks() {
    let mut upkeep = hangar();
    upkeep.squawks[0].status = SquawkStatus::Open;
    step(&mut upkeep, Step::Start).unwrap();
    step(
        &mut upkeep,
        Step::Cancel {
            reason: "sold".into(),
        },
    )
    .unwrap();
    assert_eq!(upkeep.squawks[0].status, SquawkStatus::Open);
    assert_eq!(upkeep.squawks[0].work_order_id, None);
    upkeep.review(today());
    assert_eq!(
        upkeep.aircraft.airworthiness_status,
        Airworthiness::Grounded
    );
}

#[test]
fn one_order_sees_to_a_squawk() {
    let mut upkeep = hangar();
    let mut second = order(WorkOrderStatus::Draft);
    second.id = WorkOrderId(Uuid::from_u128(31));
    second.content.squawk_ids = vec![upkeep.squawks[0].id];
    let refused = upkeep.take_in(second);
    assert!(matches!(
        refused,
        Err(Refusal::Conflict {
            code: "squawk_taken",
            ..
        })
    ));
}

#[test]
fn a_squawk_that_was_settled_by_itself_keeps_no_revision_back() {
    let mut upkeep = hangar();
    let squawk = upkeep.squawks.pop();
    let mut content = upkeep.work_orders[0].content.clone();
    content.title = "magneto and 100-hour".into();
    assert!(squawk.is_some());
    upkeep.revise(ID, content.clone()).unwrap();
    // One that the order did not have is another matter.
    content.squawk_ids.push(SquawkId(Uuid::from_u128(99)));
    assert!(upkeep.revise(ID, content).is_err());
}

#[test]
fn what_a_revision_takes_out_is_let_go() {
    let mut upkeep = hangar();
    let mut content = upkeep.work_orders[0].content.clone();
    content.squawk_ids.clear();
    upkeep.revise(ID, content.clone()).unwrap();
    assert_eq!(upkeep.squawks[0].work_order_id, None);
    content.due_item_ids = vec![DueItemId(Uuid::from_u128(99))];
    let refused = upkeep.revise(ID, content);
    assert!(matches!(refused, Err(Refusal::Invalid(found)) if found[0].pointer == "due_item_ids"));
}

#[test]
fn content_is_final_once_the_work_is_handed_in() {
    use WorkOrderStatus as S;
    for status in WorkOrderStatus::ALL {
        let order = order(*status);
        let open = [S::Draft, S::Open, S::InProgress, S::AwaitingParts].contains(status);
        let content = order.content.clone();
        assert_eq!(order.revise(content).is_ok(), open, "{status}");
    }
}
