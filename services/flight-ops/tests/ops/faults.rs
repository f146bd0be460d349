//! What breaks, and what is nevertheless true afterwards.

use std::collections::{HashMap, HashSet};

use contracts::rpc::RpcError;
use contracts::v1::{
    FlightCommand, FlightResponse, GetFlightRequest, ImportLogbookRequest, ListFlightsRequest,
    fault::Kind,
};
use diesel_async::SimpleAsyncConnection;
use domain::event::EventType;
use futures::StreamExt;
use futures::stream;
use test_support::eventually;

use crate::import::row;
use crate::school::School;
use crate::world::{LIMIT, World, refusal};

#[tokio::test]
async fn a_transaction_that_is_rolled_back_leaves_no_message() {
    let world = World::start().await;
    let school = world.school().await;
    let submitted = world.submitted(&school).await;
    world.nothing_owed().await;
    // Whatever was done, the commit fails.
    world
        .sql(
            "CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$
             BEGIN RAISE EXCEPTION 'at the commit'; END $$;
             CREATE CONSTRAINT TRIGGER fail AFTER INSERT ON outbox DEFERRABLE INITIALLY DEFERRED
             FOR EACH ROW EXECUTE FUNCTION fail()",
        )
        .await
        .unwrap();
    let answer = world.ops.approve_flight(school.by_owner(&submitted)).await;
    assert_eq!(refusal(answer.clone()), (Kind::Internal, "internal".into()));
    assert!(
        !format!("{answer:?}").contains("at the commit"),
        "the inside stays inside"
    );
    assert_eq!(world.number("SELECT count(*) AS n FROM outbox").await, 0);
    assert_eq!(world.hobbs(&school).await, 100);
    let get = GetFlightRequest {
        organization_id: school.id.clone(),
        flight_id: submitted.id.clone(),
    };
    assert_eq!(
        world.ops.get_flight(get).await.unwrap().flight,
        Some(submitted.clone())
    );

    world.sql("DROP TRIGGER fail ON outbox").await.unwrap();
    assert!(world.approve(&school, &submitted).await.applied);
    let (_, event) = world.hearing.event("flight.approved", &submitted.id).await;
    assert_eq!(event.data.event_type(), EventType::FlightApproved);
}

#[tokio::test]
async fn what_a_relay_claimed_and_did_not_live_to_mark_is_published_when_its_lease_ends() {
    let world = World::start().await;
    let school = world.school().await;
    let draft = world.drafted(&school).await;
    world.nothing_owed().await;
    // What is written is kept from the relay of this process, which would publish it at once.
    world
        .sql(
            "CREATE TABLE kept (LIKE outbox);
             CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS $$
             BEGIN INSERT INTO kept SELECT NEW.*; RETURN NULL; END $$;
             CREATE TRIGGER keep BEFORE INSERT ON outbox FOR EACH ROW EXECUTE FUNCTION keep()",
        )
        .await
        .unwrap();
    world
        .ops
        .submit_flight(school.by_pilot(&draft))
        .await
        .unwrap();
    // As the table looks when a relay was killed behind its claim, published or not.
    world
        .sql(
            "DROP TRIGGER keep ON outbox;
             UPDATE kept SET claimed_until = now() + interval '1 hour', attempts = 1;
             INSERT INTO outbox OVERRIDING SYSTEM VALUE SELECT * FROM kept",
        )
        .await
        .unwrap();
    let owed = "SELECT count(*) AS n FROM outbox WHERE claimed_until > now()";
    assert_eq!(world.number(owed).await, 2);
    assert!(world.hearing.event_deliveries().is_empty());

    // The lease ends.
    world
        .sql("UPDATE outbox SET claimed_until = now()")
        .await
        .unwrap();
    let (_, event) = world.hearing.event("flight.submitted", &draft.id).await;
    assert_eq!(event.data.subject().id.to_string(), draft.id);
    world.nothing_owed().await;
}

#[tokio::test]
async fn a_command_whose_connection_breaks_is_tried_again_while_the_caller_waits() {
    let world = World::start().await;
    let school = world.school().await;
    let submitted = world.submitted(&school).await;
    let mut holder = world.connect().await;
    let hold = format!(
        "BEGIN; SELECT 1 FROM flights WHERE id = '{}' FOR UPDATE",
        submitted.id
    );
    holder.batch_execute(&hold).await.unwrap();
    let ops = world.ops.clone();
    let command = school.by_owner(&submitted);
    let approval = tokio::spawn(async move { ops.approve_flight(command).await });
    let waiting = "SELECT count(pg_terminate_backend(pid)) AS n FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock'";
    eventually("the command to wait", LIMIT, async || {
        (world.number(waiting).await > 0).then_some(())
    })
    .await;
    holder.batch_execute("COMMIT").await.unwrap();
    assert!(approval.await.unwrap().unwrap().applied);
}

/// Breaks every connection to the database but its own, each time that another 25 flights have been
/// approved.
async fn break_connections(world: &World) {
    let others = format!(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = '{}' AND pid <> pg_backend_pid()",
        world.database_name()
    );
    let approved = "SELECT count(*) AS n FROM flights WHERE status = 'approved'";
    for enough in (25..500).step_by(25) {
        eventually("the next approvals", LIMIT * 3, async || {
            (world.number(approved).await >= enough).then_some(())
        })
        .await;
        world.sql(&others).await.unwrap();
    }
}

/// Repeats the command until it is answered, as every caller may.
async fn approve_at_last(world: &World, command: FlightCommand) -> FlightResponse {
    eventually("an approval", LIMIT * 3, async || {
        match world.ops.approve_flight(command.clone()).await {
            Ok(answer) => Some(answer),
            Err(RpcError::Fault(fault)) if fault.kind() != Kind::Unavailable => panic!("{fault:?}"),
            Err(_) => None,
        }
    })
    .await
}

async fn submitted_by_import(world: &World, school: &School, count: u64) -> Vec<FlightCommand> {
    let mut commands = Vec::new();
    for first in (0..count).step_by(250) {
        let request = ImportLogbookRequest {
            organization_id: school.id.clone(),
            pilot_id: school.pilot.clone(),
            status: "submitted".into(),
            flights: (first..first + 250)
                .map(|line| row(school, line, &format!("N{line}GF")))
                .collect(),
            ..ImportLogbookRequest::default()
        };
        world.ops.import_logbook(request).await.unwrap();
    }
    let mut after_id = None;
    loop {
        let page = ListFlightsRequest {
            organization_id: school.id.clone(),
            after_id,
            ..Default::default()
        };
        let flights = world.ops.list_flights(page).await.unwrap().flights;
        let Some(last) = flights.last() else {
            return commands;
        };
        after_id = Some(last.id.clone());
        commands.extend(flights.iter().map(|flight| school.by_owner(flight)));
    }
}

#[tokio::test]
async fn approvals_outlive_their_connections_and_post_each_meter_once() {
    let world = World::start().await;
    let school = world.school().await;
    let commands = submitted_by_import(&world, &school, 500).await;
    assert_eq!(commands.len(), 500);
    let approvals = stream::iter(&commands)
        .map(|command| approve_at_last(&world, command.clone()))
        .buffer_unordered(64)
        .collect::<Vec<_>>();
    let (answers, ()) = tokio::join!(approvals, break_connections(&world));
    assert!(
        answers
            .iter()
            .all(|answer| answer.flight.as_ref().unwrap().status == "approved")
    );

    let approved = "SELECT count(*) AS n FROM flights WHERE status = 'approved' AND version = 3";
    assert_eq!(world.number(approved).await, 500);
    let posted = "SELECT count(*) AS n FROM meter_readings WHERE source = 'flight' AND value_hundredths = 123";
    assert_eq!(world.number(posted).await, 500);
    let moved =
        "SELECT count(*) AS n FROM aircraft WHERE version = 2 AND meters->0->>'value' = '123'";
    assert_eq!(world.number(moved).await, 500);

    world.nothing_owed().await;
    let heard = async || {
        let mut ids: HashMap<_, HashSet<_>> = HashMap::new();
        for event in world.hearing.events() {
            if event.data.event_type() == EventType::FlightApproved {
                ids.entry(event.data.subject().id)
                    .or_default()
                    .insert(event.id);
            }
        }
        (ids.len() == 500).then_some(ids)
    };
    let ids = eventually("an event of every approval", LIMIT, heard).await;
    assert!(
        ids.values().all(|of_flight| of_flight.len() == 1),
        "one event a flight, however often it came"
    );
}
