//! Everything about one aircraft at once.

use contracts::rpc::RpcError;
use contracts::v1::{Aircraft, DeleteDueItemRequest, DueItem, SaveAircraftRequest, fault::Kind};
use flight_ops::{Looked, Watch};
use futures::future::join_all;

use crate::crowd::deadlocks;
use crate::school::School;
use crate::world::World;

/// Whoever loses does so to another one, never by our fault.
fn fair<T: std::fmt::Debug>(answer: Result<T, RpcError>) -> Option<T> {
    match answer {
        Ok(answer) => Some(answer),
        Err(RpcError::Fault(fault)) => {
            let kinds = [
                Kind::PreconditionFailed,
                Kind::Conflict,
                Kind::Invalid,
                Kind::NotFound,
            ];
            assert!(kinds.contains(&fault.kind()), "{fault:?}");
            None
        }
        Err(other) => panic!("{other}"),
    }
}

/// Flies, has it approved, and amends it.
async fn fly(world: &World, school: &School, hop: i64) {
    let flight = world.flown(school, school.hop(100 + hop, 101 + hop, 1));
    let amendment = school.amendment(&flight.await, school.hop(100 + hop, 102 + hop, 1));
    fair(world.ops.amend_flight(amendment).await);
}

/// An order for a squawk and the item, from its opening to its release.
async fn mend(world: &World, school: &School, item: &str) {
    let squawk = world.report(school.squawk(true)).await;
    let mut request = school.order("aog", true);
    let content = request.content.as_mut().unwrap();
    content.squawk_ids = vec![squawk.id];
    content.due_item_ids = vec![item.to_owned()];
    let Some(opened) = fair(world.ops.create_work_order(request).await) else {
        return;
    };
    let order = opened.order.unwrap().id;
    for to in ["in_progress", "pending_approval", "completed"] {
        fair(world.step(school, &order, to).await);
    }
    fair(world.release(school, &order).await);
}

/// Posts readings, completes the item, and looks at the aircraft out of turn.
async fn watch(world: &World, item: &DueItem, school: &School) {
    let watch = Watch::new(world.db(), world.kit.clock.clone());
    let due_at_once = "UPDATE aircraft SET look_at = now() - interval '1 year'";
    for turn in 0..6 {
        world.post(school.reading(100 + turn, true)).await;
        let done = world.complete(school, item, "2026-05-28", Some(100 + turn));
        fair(done.await);
        world.sql(due_at_once).await.unwrap();
        while watch.step().await.unwrap() != Looked::Idle {}
    }
}

/// Books the aircraft, moves the booking, and calls it off.
async fn book(world: &World, school: &School, turn: i64) {
    if let Some(booked) = fair(world.book(school, school.lesson(turn * 30, 60)).await) {
        let session = booked.session.unwrap();
        let moving = school.moving(&session, (turn + 3) % 7 * 30, 60);
        fair(world.ops.move_session(moving).await);
        fair(
            world
                .ops
                .cancel_session(school.cancellation(&session))
                .await,
        );
    }
}

/// Sends the aircraft's form back, whatever its version.
async fn repaint(world: &World, school: &School) {
    for turn in 0..6 {
        let sql = "SELECT max(version) AS n FROM aircraft";
        let aircraft = Aircraft {
            version: world.number(sql).await,
            meters: Vec::new(),
            seats: Some(turn),
            ..school.aircraft(&school.aircraft, "N740SP")
        };
        let aircraft = Some(aircraft);
        fair(
            world
                .ops
                .save_aircraft(SaveAircraftRequest { aircraft })
                .await,
        );
    }
}

/// Items come and go.
async fn track(world: &World, school: &School) {
    let item = world.item(school.hundred_hour(95)).await;
    let target = school.aim_at(&item.id);
    fair(
        world
            .ops
            .delete_due_item(DeleteDueItemRequest { target })
            .await,
    );
}

#[tokio::test]
async fn all_that_is_about_an_aircraft_at_once_never_locks_itself_out() {
    let mut world = World::start().await;
    let school = world.school().await;
    let item = world.item(school.hundred_hour(150)).await;
    let (w, s) = (&world, &school);
    tokio::join!(
        join_all((0..6).map(|hop| fly(w, s, hop))),
        join_all((0..4).map(|_| mend(w, s, &item.id))),
        join_all((0..8).map(|turn| book(w, s, turn))),
        join_all((0..4).map(|_| track(w, s))),
        watch(w, &item, s),
        repaint(w, s),
    );
    let numbers = "SELECT last AS n FROM (SELECT last::bigint FROM work_order_numbers) AS given";
    let orders = world.number("SELECT count(*) AS n FROM work_orders").await;
    assert_eq!(world.number(numbers).await, orders, "numbers have no gap");
    world.nothing_owed().await;
    assert_eq!(deadlocks(&mut world).await, 0);
}
