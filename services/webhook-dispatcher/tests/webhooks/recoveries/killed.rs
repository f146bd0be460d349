//! A recovery outlives whoever works on it.

use contracts::v1::ListEndpointsRequest;
use diesel_async::SimpleAsyncConnection;
use test_support::{Receiver, eventually};
use tokio::process::Child;

use super::*;
use crate::killed::start as start_program;

const EVENTS: usize = 300;

/// Every event has exactly one delivery more, numbered without a gap, and all have arrived.
async fn nothing_is_lost_or_doubled(world: &World, receiver: &Receiver, before: usize) {
    let arrived =
        "SELECT count(DISTINCT event_id) FROM ended WHERE replay = 1 AND status = 'succeeded'";
    let all = i64::try_from(EVENTS).unwrap();
    eventually("all have arrived", LIMIT, async || {
        (count(world, arrived).await == all).then_some(())
    })
    .await;
    let made = "SELECT count(*) FROM deliveries WHERE replay > 0";
    assert_eq!(count(world, made).await, all);
    let numbers = "SELECT max(sequence) - count(DISTINCT sequence) AS count FROM deliveries";
    assert_eq!(count(world, numbers).await, 0);
    let ids = by_event(&receiver.received()[before..]);
    assert_eq!(ids.len(), EVENTS);
    assert!(ids.values().all(|deliveries| deliveries.len() == 1));
}

/// Enough of it to be in the middle.
async fn goes_on(receiver: &Receiver, before: usize, arrived: usize) {
    receiver.wait_for(before + arrived, LIMIT).await;
}

async fn answers(world: &World) {
    eventually("a program answers", LIMIT, async || {
        let organization_id = org(0);
        let request = ListEndpointsRequest { organization_id };
        world.client.list_endpoints(request).await.ok()
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_is_killed_in_the_middle_is_followed_by_another() {
    let mut world = World::with(without_retries).await;
    let receiver = Receiver::start();
    let endpoint = failed(&world, &receiver, &events(EVENTS)).await;
    let before = receiver.received().len();
    world.stop_replica().await;

    let mut programs: Vec<Child> = vec![start_program(&world)];
    answers(&world).await;
    let mut asked = request(&endpoint);
    asked.per_second = Some(100);
    let recovery = start(&world, asked).await;
    for round in 0..4 {
        goes_on(&receiver, before, 30 + round * 60).await;
        // The first time nobody is left; then one that has just begun, or one that is at it.
        let mut victim = programs.remove(0);
        victim.kill().await.unwrap();
        programs.push(start_program(&world));
        programs.push(start_program(&world));
        programs.truncate(2);
    }
    let done = wait_for(&world, &recovery, "done").await;
    let all = i64::try_from(EVENTS).unwrap();
    assert_eq!((done.examined, done.recovered), (all, all));
    nothing_is_lost_or_doubled(&world, &receiver, before).await;
    for mut program in programs {
        program.kill().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_breaks_connections_in_the_middle_changes_nothing() {
    let mut world = World::with(without_retries).await;
    world.add_replica().await;
    let receiver = Receiver::start();
    let endpoint = failed(&world, &receiver, &events(EVENTS)).await;
    let before = receiver.received().len();
    let mut conn = world.connect().await;
    let mut asked = request(&endpoint);
    asked.per_second = Some(150);
    let recovery = start(&world, asked).await;
    for round in 0..8 {
        goes_on(&receiver, before, 15 + round * 30).await;
        // A turn may be under way, or committed and not known to be.
        conn.batch_execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
             WHERE datname = current_database() AND pid <> pg_backend_pid()",
        )
        .await
        .unwrap();
    }
    let query = format!(
        "SELECT count(*) FROM recoveries WHERE id = '{}' AND status = 'done'",
        recovery.id
    );
    eventually("it is done", LIMIT, async || {
        (count(&world, &query).await == 1).then_some(())
    })
    .await;
    nothing_is_lost_or_doubled(&world, &receiver, before).await;
    world.stop().await;
}
