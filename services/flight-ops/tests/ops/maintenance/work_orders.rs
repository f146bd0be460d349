//! Work on an aircraft.

use chrono::TimeDelta;
use contracts::convert::timestamp;
use contracts::v1::{
    CancelWorkOrderRequest, CreateWorkOrderRequest, ListWorkOrdersRequest, MeterAt,
    ReviseWorkOrderRequest, SquawkResolution, TransitionWorkOrderRequest, WorkOrderContent,
    WorkOrderPart, WorkOrderTask, fault::Kind, transition_squawk_request::Action,
};

use crate::school::School;
use crate::world::{World, fields, refusal};

fn task(status: &str) -> WorkOrderTask {
    WorkOrderTask {
        description: "replace the left magneto".into(),
        ata_chapter: Some("74".into()),
        status: status.into(),
        labor_minutes: 90,
    }
}

async fn revise(
    world: &World,
    school: &School,
    order: &str,
    content: WorkOrderContent,
) -> Result<contracts::v1::WorkOrderResponse, contracts::rpc::RpcError> {
    let request = ReviseWorkOrderRequest {
        target: school.aim_at(order),
        content: Some(content),
    };
    world.ops.revise_work_order(request).await
}

#[tokio::test]
async fn an_order_goes_its_way_and_its_release_signs_off() {
    let world = World::start().await;
    let school = world.school().await;
    let item = world.item(school.hundred_hour(90)).await;
    let squawk = world.report(school.squawk(true)).await;
    let mut request = school.order("normal", true);
    let content = request.content.as_mut().unwrap();
    content.squawk_ids = vec![squawk.id.clone()];
    content.due_item_ids = vec![item.id.clone()];
    content.tasks = vec![task("open")];
    content.parts = vec![WorkOrderPart {
        part_number: "4371".into(),
        serial_number: Some("A7".into()),
        quantity: 1,
    }];
    let order = world.order(request.clone()).await;
    assert_eq!(
        (order.number.as_str(), order.status.as_str()),
        ("WO-2026-001", "open")
    );
    let meter = MeterAt {
        kind: "tach".into(),
        value_hundredths: 50,
    };
    assert_eq!(order.meter_at_open, Some(meter));
    assert_eq!(order.content.as_ref().unwrap().currency, "USD");

    world.step(&school, &order.id, "in_progress").await.unwrap();
    assert_eq!(
        world.fleet_record(&school).await.airworthiness_status,
        "in_maintenance"
    );
    let early = world.step(&school, &order.id, "pending_approval").await;
    assert_eq!(refusal(early), (Kind::Conflict, "tasks_open".into()));
    let mut content = order.content.clone().unwrap();
    content.tasks = vec![task("done")];
    revise(&world, &school, &order.id, content).await.unwrap();
    world
        .step(&school, &order.id, "pending_approval")
        .await
        .unwrap();
    world.step(&school, &order.id, "completed").await.unwrap();
    let released = world
        .release(&school, &order.id)
        .await
        .unwrap()
        .order
        .unwrap();
    assert_eq!(released.status, "released");
    assert!(!world.release(&school, &order.id).await.unwrap().applied);

    let aircraft = world.fleet_record(&school).await;
    assert_eq!(aircraft.airworthiness_status, "airworthy");
    assert_eq!(aircraft.grounding_reasons, [""; 0]);
    let signed = format!(
        "SELECT count(*) AS n FROM squawks, due_items
         WHERE squawks.record #>> '{{resolution,certificate_number}}' = '3141592'
         AND squawks.status = 'resolved'
         AND due_items.record ->> 'last_completed_work_order_id' = '{}'
         AND due_items.record #>> '{{due,meter}}' = '10090'",
        order.id
    );
    assert_eq!(world.number(&signed).await, 1);
}

#[tokio::test]
async fn an_order_is_created_once() {
    let world = World::start().await;
    let school = world.school().await;
    let request = school.order("normal", true);
    let first = world.ops.create_work_order(request.clone()).await.unwrap();
    let again = world.ops.create_work_order(request.clone()).await.unwrap();
    assert_eq!((first.applied, again.applied), (true, false));
    assert_eq!(first.order, again.order);
    let mut other = request;
    other.content.as_mut().unwrap().title = "right magneto".into();
    assert_eq!(
        refusal(world.ops.create_work_order(other).await).1,
        "already_exists"
    );
    // No number was lost to them.
    assert_eq!(
        world.order(school.order("low", false)).await.number,
        "WO-2026-002"
    );
}

#[tokio::test]
async fn the_past_may_be_written_down_and_the_future_not() {
    let world = World::start().await;
    let school = world.school().await;
    let opened = |ahead: TimeDelta| CreateWorkOrderRequest {
        opened_at: Some(timestamp(world.now() + ahead)),
        ..school.order("normal", true)
    };
    let tomorrow = world
        .ops
        .create_work_order(opened(TimeDelta::days(1)))
        .await;
    assert_eq!(
        fields(tomorrow),
        [("opened_at".into(), "in_the_future".into())]
    );
    let order = world.order(opened(TimeDelta::days(-200))).await;
    assert_eq!(order.number, "WO-2025-001");
    let start = |at| TransitionWorkOrderRequest {
        target: school.aim_at(&order.id),
        to: "in_progress".into(),
        at: Some(timestamp(at)),
    };
    let before = world.now() - TimeDelta::days(201);
    let refused = world.ops.transition_work_order(start(before)).await;
    assert_eq!(fields(refused), [("at".into(), "out_of_order".into())]);
    let then = world.now() - TimeDelta::days(199);
    let started = world.ops.transition_work_order(start(then)).await.unwrap();
    assert_eq!(started.order.unwrap().started_at, Some(timestamp(then)));
}

#[tokio::test]
async fn a_cancelled_order_is_final() {
    let world = World::start().await;
    let school = world.school().await;
    let order = world.order(school.order("aog", true)).await;
    assert_eq!(
        world.fleet_record(&school).await.airworthiness_status,
        "grounded"
    );
    let cancel = |reason: &str| CancelWorkOrderRequest {
        target: school.aim_at(&order.id),
        reason: reason.into(),
    };
    let cancelled = world
        .ops
        .cancel_work_order(cancel("not needed"))
        .await
        .unwrap();
    assert_eq!(
        cancelled.order.unwrap().cancellation.unwrap().reason,
        "not needed"
    );
    assert_eq!(
        world.fleet_record(&school).await.airworthiness_status,
        "airworthy"
    );
    assert!(
        !world
            .ops
            .cancel_work_order(cancel("not needed"))
            .await
            .unwrap()
            .applied
    );
    let refused = world.step(&school, &order.id, "in_progress").await;
    assert_eq!(
        refusal(refused),
        (Kind::Conflict, "invalid_transition".into())
    );
    let mut content = order.content.unwrap();
    content.title = "anything".into();
    let refused = revise(&world, &school, &order.id, content).await;
    assert_eq!(
        refusal(refused),
        (Kind::Conflict, "invalid_transition".into())
    );
}

#[tokio::test]
async fn orders_are_listed_by_status() {
    let world = World::start().await;
    let school = world.school().await;
    let draft = world.order(school.order("low", false)).await;
    world.order(school.order("low", true)).await;
    let request = ListWorkOrdersRequest {
        organization_id: school.id.clone(),
        status: Some("draft".into()),
        limit: 10,
        ..ListWorkOrdersRequest::default()
    };
    let found = world.ops.list_work_orders(request).await.unwrap().orders;
    assert_eq!(found, [draft]);
}

/// Takes an open order to its release.
async fn released(world: &World, school: &School, order: &str) {
    for to in ["in_progress", "pending_approval", "completed"] {
        world.step(school, order, to).await.unwrap();
    }
    world.release(school, order).await.unwrap();
}

#[tokio::test]
async fn an_order_signs_off_no_squawk_that_is_not_its_own_any_more() {
    let world = World::start().await;
    let school = world.school().await;
    let squawk = world.report(school.squawk(true)).await;
    for action in ["review", "accept"] {
        world.plain(&school, &squawk.id, action).await;
    }
    let seeing_to_it = || {
        let mut request = school.order("normal", true);
        request.content.as_mut().unwrap().squawk_ids = vec![squawk.id.clone()];
        request
    };
    let first = world.order(seeing_to_it()).await;
    world.step(&school, &first.id, "in_progress").await.unwrap();
    let resolution = Action::Resolve(SquawkResolution {
        resolved_by: "Robin Wright".into(),
        certificate_number: Some("3141592".into()),
        ..SquawkResolution::default()
    });
    let resolved = world.act(&school, &squawk.id, resolution).await;
    assert_eq!(resolved.unwrap().squawk.unwrap().status, "resolved");
    // It comes back, and the next order sees to it.
    world.plain(&school, &squawk.id, "reopen").await;
    let second = world.order(seeing_to_it()).await;
    released(&world, &school, &first.id).await;
    let aircraft = world.fleet_record(&school).await;
    assert_eq!(
        aircraft.grounding_reasons,
        ["squawk: left magneto drops 200"]
    );
    released(&world, &school, &second.id).await;
    assert_eq!(
        world.fleet_record(&school).await.airworthiness_status,
        "airworthy"
    );
}

#[tokio::test]
async fn what_was_done_by_hand_is_not_done_again_by_the_release() {
    let world = World::start().await;
    let school = world.school().await;
    // The hobbs reads 1.00 h: it was overflown by 0.10 h.
    let item = world.item(school.hundred_hour(90)).await;
    let mut request = school.order("normal", true);
    request.content.as_mut().unwrap().due_item_ids = vec![item.id.clone()];
    let order = world.order(request).await;
    let done = world.complete(&school, &item, "2026-05-28", None).await;
    let done = done.unwrap().item.unwrap();
    assert_eq!(done.due_at_hundredths, Some(10_090));
    released(&world, &school, &order.id).await;
    let sql = format!(
        "SELECT (record #>> '{{due,meter}}')::bigint AS n FROM due_items WHERE id = '{}'",
        item.id
    );
    assert_eq!(
        world.number(&sql).await,
        10_090,
        "the original point stands"
    );
}
