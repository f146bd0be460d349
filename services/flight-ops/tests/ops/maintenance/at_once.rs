//! Several at the same moment.

use futures::future::join_all;

use super::upkeep::told;
use crate::world::World;

#[tokio::test]
async fn approvals_at_once_alert_once_a_crossing() {
    let world = World::start().await;
    let school = world.school().await;
    world.item(school.hundred_hour(150)).await;
    let mut flights = Vec::new();
    for hop in 0..12_i64 {
        let (start, end) = (100 + 5 * hop, 105 + 5 * hop);
        let draft = world
            .ops
            .draft_flight(school.draft(school.hop(start, end, 2)));
        let draft = draft.await.unwrap().flight.unwrap();
        let submitted = world.ops.submit_flight(school.by_pilot(&draft)).await;
        flights.push(submitted.unwrap().flight.unwrap());
    }
    let approvals = flights.iter().map(|flight| world.approve(&school, flight));
    join_all(approvals).await;
    assert_eq!(world.hobbs(&school).await, 160);
    let alerts = world.alerts().await;
    // Which came first is chance: it may have crossed both lines at once.
    let grounded = told("due_item", "grounded", "grounded");
    assert_eq!(
        alerts.iter().filter(|alert| **alert == grounded).count(),
        1,
        "{alerts:?}"
    );
    assert!(alerts.len() <= 2, "{alerts:?}");
}

#[tokio::test]
async fn orders_at_once_have_numbers_that_follow_upon_one_another() {
    let world = World::start().await;
    let school = world.school().await;
    let orders = (0..8).map(|_| world.order(school.order("low", true)));
    let orders = join_all(orders).await;
    let mut numbers: Vec<String> = orders.into_iter().map(|order| order.number).collect();
    numbers.sort();
    let expected: Vec<String> = (1..=8).map(|n| format!("WO-2026-{n:03}")).collect();
    assert_eq!(numbers, expected);
}

#[tokio::test]
async fn an_item_is_saved_changed_and_completed_at_once_without_a_deadlock() {
    let world = World::start().await;
    let school = world.school().await;
    let item = world.item(school.hundred_hour(10_000)).await;
    let readings = (1..=6).map(|n| world.post(school.reading(100 + n, true)));
    let completions = (0..3).map(|_| world.complete(&school, &item, "2026-05-28", Some(100)));
    let (posted, completed) = futures::join!(join_all(readings), join_all(completions));
    assert_eq!(posted.len(), 6);
    let applied = completed
        .iter()
        .filter(|c| c.as_ref().unwrap().applied)
        .count();
    assert_eq!(applied, 1);
}
