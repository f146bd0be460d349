//! Everybody at once.

use contracts::rpc::RpcError;
use contracts::v1::{
    Aircraft, FlightEntry, ImportLogbookRequest, SaveAircraftRequest, fault::Kind,
};

use crate::import::row;
use crate::school::{School, new_id};
use crate::world::{LIMIT, World};

/// Commands that may lose to another one, but never by our fault.
fn lost_fairly<T>(answer: Result<T, RpcError>) -> bool {
    match answer {
        Ok(_) => false,
        Err(RpcError::Fault(fault)) => {
            assert!(
                matches!(fault.kind(), Kind::PreconditionFailed | Kind::Conflict),
                "{fault:?}"
            );
            true
        }
        Err(other) => panic!("{other}"),
    }
}

/// The life of a flight on the school's one aircraft, up to its amendment.
async fn fly(world: &World, school: &School, leg: i64) {
    let entry = |end: i64| FlightEntry {
        ..school.entry(100 + leg * 10, end + leg * 10)
    };
    let draft = world
        .ops
        .draft_flight(school.draft(entry(110)))
        .await
        .unwrap()
        .flight
        .unwrap();
    let submitted = world
        .ops
        .submit_flight(school.by_pilot(&draft))
        .await
        .unwrap()
        .flight
        .unwrap();
    let approved = world.approve(school, &submitted).await.flight.unwrap();
    let amended = world
        .ops
        .amend_flight(school.amendment(&approved, entry(111)))
        .await
        .unwrap();
    world.approve(school, &amended.replacement.unwrap()).await;
}

/// Renames the aircraft there and back, from whatever version it has.
async fn repaint(world: &World, school: &School) -> usize {
    let mut lost = 0;
    for turn in 0..20_u32 {
        let version = world
            .number(&format!(
                "SELECT version AS n FROM aircraft WHERE id = '{}'",
                school.aircraft
            ))
            .await;
        let registration = if turn.is_multiple_of(2) {
            "N740SQ"
        } else {
            "N740SP"
        };
        let aircraft = Aircraft {
            version,
            meters: Vec::new(),
            ..school.aircraft(&school.aircraft, registration)
        };
        let answer = world
            .ops
            .save_aircraft(SaveAircraftRequest {
                aircraft: Some(aircraft),
            })
            .await;
        lost += usize::from(lost_fairly(answer));
    }
    lost
}

/// Imports that make aircraft, in another order each, and meet in half of their rows.
async fn import(world: &World, school: &School, turn: u64) {
    for first in 0..5 {
        let mut flights: Vec<_> = (first * 20..first * 20 + 40)
            .map(|line| row(school, line, &format!("N{}ZZ", (line * 7 + turn) % 40)))
            .collect();
        if turn.is_multiple_of(2) {
            flights.reverse();
        }
        let request = ImportLogbookRequest {
            organization_id: school.id.clone(),
            pilot_id: school.pilot.clone(),
            status: "submitted".into(),
            flights,
            ..ImportLogbookRequest::default()
        };
        world.ops.import_logbook(request).await.unwrap();
    }
}

#[tokio::test]
async fn commands_of_every_kind_at_once_never_lock_each_other_out() {
    let mut world = World::start().await;
    let school = world.school().await;
    let flights = futures::future::join_all((0..12).map(|leg| fly(&world, &school, leg)));
    let imports = futures::future::join_all((0..6).map(|turn| import(&world, &school, turn)));
    let paints = futures::future::join_all((0..3).map(|_| repaint(&world, &school)));
    tokio::join!(flights, imports, paints);
    assert_eq!(
        world
            .number("SELECT count(*) AS n FROM flights WHERE status = 'approved'")
            .await,
        12
    );
    assert_eq!(
        world
            .number("SELECT count(*) AS n FROM flights WHERE status = 'voided'")
            .await,
        12
    );
    assert_eq!(
        world
            .number("SELECT count(*) AS n FROM flights WHERE status = 'submitted'")
            .await,
        120
    );
    let ledger = crate::aircraft::ledger(&world, &school.aircraft).await;
    let hobbs: i64 = ledger
        .iter()
        .filter(|(kind, ..)| kind == "hobbs")
        .map(|(.., change)| change)
        .sum();
    assert_eq!(
        100 + hobbs,
        world.hobbs(&school).await,
        "the ledger adds up to the reading"
    );
    world.nothing_owed().await;

    assert_eq!(deadlocks(&mut world).await, 0);
}

/// How many deadlocks PostgreSQL broke up. A session reports its own when it ends.
pub async fn deadlocks(world: &mut World) -> i64 {
    world.stop().await;
    let others = "datname = current_database() AND pid <> pg_backend_pid()";
    let end = format!(
        "SELECT count(pg_terminate_backend(pid)) AS n FROM pg_stat_activity WHERE {others}"
    );
    test_support::eventually("the end of all sessions", LIMIT, async || {
        (world.number(&end).await == 0).then_some(())
    })
    .await;
    world
        .number("SELECT deadlocks AS n FROM pg_stat_database WHERE datname = current_database()")
        .await
}

#[tokio::test]
async fn imports_that_meet_in_opposite_orders_never_lock_each_other_out() {
    let mut world = World::start().await;
    let school = world.school().await;
    // Every row takes its time, so that the statements overlap.
    world
        .sql(
            "CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS $$
             BEGIN PERFORM pg_sleep(0.001); RETURN NEW; END $$;
             CREATE TRIGGER dawdle BEFORE INSERT ON flights FOR EACH ROW EXECUTE FUNCTION dawdle()",
        )
        .await
        .unwrap();
    for round in 0..3 {
        let calls = (0..4_u64).map(|turn| {
            let mut flights: Vec<_> = (round * 200..(round + 1) * 200)
                .map(|line| row(&school, line, "N740SP"))
                .collect();
            if turn.is_multiple_of(2) {
                flights.reverse();
            }
            world.ops.import_logbook(ImportLogbookRequest {
                organization_id: school.id.clone(),
                pilot_id: school.pilot.clone(),
                status: "draft".into(),
                flights,
                ..ImportLogbookRequest::default()
            })
        });
        let answers = futures::future::join_all(calls).await;
        let created: i32 = answers
            .into_iter()
            .map(|answer| answer.unwrap().flights_created)
            .sum();
        assert_eq!(created, 200);
    }
    assert_eq!(deadlocks(&mut world).await, 0);
}

#[tokio::test]
async fn aircraft_of_one_registration_added_at_once_are_one() {
    let world = World::start().await;
    let school = world.school().await;
    let calls = (0..8).map(|_| {
        let aircraft = Some(school.aircraft(&new_id(), "N100GF"));
        world.ops.save_aircraft(SaveAircraftRequest { aircraft })
    });
    let lost = futures::future::join_all(calls)
        .await
        .into_iter()
        .filter(|answer| answer.is_err())
        .count();
    assert_eq!(lost, 7);
    assert_eq!(
        world
            .number("SELECT count(*) AS n FROM aircraft WHERE registration = 'N100GF'")
            .await,
        1
    );
}

#[tokio::test]
async fn drafts_of_one_id_at_once_are_one() {
    let world = World::start().await;
    let school = world.school().await;
    let request = school.draft(school.entry(100, 123));
    let calls = (0..8).map(|_| world.ops.draft_flight(request.clone()));
    let answers: Vec<_> = futures::future::join_all(calls)
        .await
        .into_iter()
        .map(Result::unwrap)
        .collect();
    assert_eq!(answers.iter().filter(|answer| answer.applied).count(), 1);
    assert!(
        answers
            .iter()
            .all(|answer| answer.flight == answers[0].flight)
    );
}
