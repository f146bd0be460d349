//! Readiness, metrics, and the end.

use std::time::Duration;

use diesel_async::SimpleAsyncConnection;
use test_support::eventually;

use crate::school::founding;
use crate::world::{LIMIT, World, refusal};

#[tokio::test]
async fn it_is_ready_with_its_database_and_its_broker() {
    let world = World::start().await;
    assert!(world.kit.health.failing().await.is_empty());
    let database = world.database_name();
    let mut server = world.connect_to_server().await;
    // Nobody may connect, and who is connected is thrown out.
    let close = format!(
        "ALTER DATABASE \"{database}\" ALLOW_CONNECTIONS false;
         SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{database}'"
    );
    server.batch_execute(&close).await.unwrap();
    eventually("unreadiness", LIMIT, async || {
        let failing = world.kit.health.failing().await;
        failing
            .iter()
            .any(|failing| failing.check == "database")
            .then_some(())
    })
    .await;
    let open = format!("ALTER DATABASE \"{database}\" ALLOW_CONNECTIONS true");
    server.batch_execute(&open).await.unwrap();
    eventually("readiness", LIMIT, async || {
        world.kit.health.failing().await.is_empty().then_some(())
    })
    .await;
    world.school().await;
}

#[tokio::test]
async fn commands_are_counted_by_name_and_outcome() {
    let world = World::start().await;
    let request = founding(&crate::school::new_id());
    world
        .ops
        .create_organization(request.clone())
        .await
        .unwrap();
    world
        .ops
        .create_organization(request.clone())
        .await
        .unwrap();
    let wrong = contracts::v1::CreateOrganizationRequest {
        name: String::new(),
        ..request
    };
    refusal(world.ops.create_organization(wrong).await);
    let page = world.kit.metrics.page().unwrap();
    for outcome in ["executed", "already_applied", "refused"] {
        let line = page.lines().find(|line| {
            line.starts_with("flight_ops_commands_total{")
                && line.contains("command=\"create_organization\"")
                && line.contains(&format!("outcome=\"{outcome}\""))
        });
        assert!(
            line.is_some_and(|line| line.ends_with(" 1")),
            "{outcome}: {line:?}\n{page}"
        );
    }
    for gauge in [
        "flight_ops_outbox_rows",
        "flight_ops_outbox_oldest_seconds",
        "flight_ops_command_duration_seconds_count",
    ] {
        assert!(
            page.lines().any(|line| line.starts_with(gauge)),
            "{gauge}\n{page}"
        );
    }
}

#[tokio::test]
async fn a_command_under_way_is_finished_before_the_end() {
    let mut world = World::start().await;
    let school = world.school().await;
    let submitted = world.submitted(&school).await;
    let mut holder = world.connect().await;
    holder
        .batch_execute(&format!(
            "BEGIN; SELECT 1 FROM flights WHERE id = '{}' FOR UPDATE",
            submitted.id
        ))
        .await
        .unwrap();
    let ops = world.ops.clone();
    let command = school.by_owner(&submitted);
    let approval = tokio::spawn(async move { ops.approve_flight(command).await });
    let waiting = "SELECT count(*) AS n FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock'";
    eventually("the command to wait", LIMIT, async || {
        (world.number(waiting).await > 0).then_some(())
    })
    .await;

    world.kit.shutdown.begin();
    tokio::time::timeout(Duration::from_millis(300), async {
        while !world.has_ended() {
            tokio::task::yield_now().await;
        }
    })
    .await
    .expect_err("it waits for the command");
    holder.batch_execute("COMMIT").await.unwrap();
    assert!(approval.await.unwrap().unwrap().applied);
    world.stop().await;
    // Its messages went out before the end.
    assert_eq!(world.number("SELECT count(*) AS n FROM outbox").await, 0);
    world.hearing.event("flight.approved", &submitted.id).await;
}
