//! Nobody and nothing is in two sessions at one time.

use contracts::rpc::RpcError;
use contracts::v1::{CompleteSessionRequest, Session, SessionPlan, SessionResponse, fault::Kind};
use futures::future::join_all;

use crate::school::{School, new_id};
use crate::world::{World, fault, refusal};

const OCCUPIED: (Kind, &str) = (Kind::Conflict, "occupied");

/// The field that names who or what is taken, and what is told of it.
fn taken(answer: Result<SessionResponse, RpcError>) -> (String, String) {
    let fault = fault(answer);
    assert_eq!((fault.kind(), fault.code.as_str()), OCCUPIED);
    (fault.fields[0].pointer.clone(), fault.detail)
}

async fn occupied(world: &World) -> i64 {
    world.number("SELECT count(*) AS n FROM occupancies").await
}

#[tokio::test]
async fn each_of_a_session_is_refused_to_another_by_name() {
    let world = World::start().await;
    let school = world.school().await;
    let room = world.room(&school, "Blue room").await;
    let lesson = world.booked(&school, school.lesson(0, 120)).await;
    let talk = world.booked(&school, school.talk(&room.id, 0, 120)).await;
    assert_eq!(occupied(&world).await, 4);

    let alone = SessionPlan {
        instructor_id: None,
        student_ids: Vec::new(),
        ..school.lesson(60, 120)
    };
    let (pointer, detail) = taken(world.book(&school, alone).await);
    assert_eq!(pointer, "resource");
    assert!(
        detail.contains("aircraft N740SP is occupied from 2026-05-02T12:00:00Z"),
        "{detail}"
    );
    assert!(detail.contains(&lesson.id), "{detail}");

    let in_the_room = school.talk(&room.id, 119, 5);
    let (pointer, detail) = taken(world.book(&school, in_the_room).await);
    assert_eq!(pointer, "resource");
    assert!(
        detail.contains("classroom Blue room") && detail.contains(&talk.id),
        "{detail}"
    );

    let elsewhere = world.room(&school, "Red room").await;
    let talk = school.talk(&elsewhere.id, -30, 31);
    let with = [
        (
            "instructor_id",
            SessionPlan {
                instructor_id: Some(school.instructor.clone()),
                ..talk.clone()
            },
        ),
        (
            "student_ids",
            SessionPlan {
                student_ids: vec![school.pilot.clone()],
                ..talk.clone()
            },
        ),
        // The student is no freer for being the pilot there.
        (
            "pilot_id",
            SessionPlan {
                pilot_id: Some(school.pilot.clone()),
                ..talk.clone()
            },
        ),
    ];
    for (field, plan) in with {
        assert_eq!(taken(world.book(&school, plan).await).0, field);
    }
    assert_eq!(occupied(&world).await, 4, "what was refused left nothing");
    assert_eq!(
        world
            .number("SELECT count(*) AS n FROM planning_sessions")
            .await,
        2
    );
}

#[tokio::test]
async fn one_session_ends_where_the_next_begins() {
    let world = World::start().await;
    let school = world.school().await;
    for from in [0, 60, -60, 120] {
        world.booked(&school, school.lesson(from, 60)).await;
    }
    taken(world.book(&school, school.lesson(179, 1)).await);
    world.booked(&school, school.lesson(180, 1)).await;
    // Another school's are its own.
    let other = world.school().await;
    world.booked(&other, other.lesson(0, 60)).await;
}

#[tokio::test]
async fn requests_compete_and_the_first_to_be_scheduled_wins() {
    let world = World::start().await;
    let school = world.school().await;
    let first = world.requested(&school, school.lesson(0, 60)).await;
    let second = world.requested(&school, school.lesson(30, 60)).await;
    let schedule =
        async |session: &Session| world.ops.schedule_session(school.target(session)).await;
    schedule(&second).await.unwrap();
    taken(schedule(&first).await);
    world
        .ops
        .cancel_session(school.cancellation(&second))
        .await
        .unwrap();
    assert_eq!(occupied(&world).await, 0);
    schedule(&first).await.unwrap();
}

#[tokio::test]
async fn a_move_lets_go_of_what_was_taken_and_takes_what_is_free() {
    let world = World::start().await;
    let school = world.school().await;
    let first = world.booked(&school, school.lesson(0, 60)).await;
    let second = world.booked(&school, school.lesson(60, 60)).await;
    taken(world.ops.move_session(school.moving(&second, 30, 60)).await);
    // Over its own old time.
    let moving = school.moving(&second, 90, 60);
    world.ops.move_session(moving).await.unwrap();
    world
        .ops
        .move_session(school.moving(&first, 30, 60))
        .await
        .unwrap();
    world.booked(&school, school.lesson(0, 30)).await;

    // What is over was held all the same.
    world
        .ops
        .start_session(school.target(&first))
        .await
        .unwrap();
    let complete = CompleteSessionRequest {
        target: Some(school.target(&first)),
        flight_id: None,
    };
    world.ops.complete_session(complete).await.unwrap();
    taken(world.book(&school, school.lesson(45, 10)).await);
}

/// Another aircraft, instructor and student of the school.
async fn others(world: &World, school: &School) -> School {
    let others = School {
        aircraft: new_id(),
        ..school.clone()
    };
    let aircraft = Some(others.aircraft(&others.aircraft, "N123AB"));
    let request = contracts::v1::SaveAircraftRequest { aircraft };
    world.ops.save_aircraft(request).await.unwrap();
    others
}

#[tokio::test]
async fn of_many_at_once_one_gets_it() {
    let world = World::start().await;
    let school = world.school().await;
    let second = others(&world, &school).await;
    // Half of them want one aircraft and half another, all the same people.
    let bookings = (0..24).map(|i| {
        let of = if i % 2 == 0 { &school } else { &second };
        world.book(of, of.lesson(i, 60))
    });
    let answers = join_all(bookings).await;
    let (won, lost): (Vec<_>, Vec<_>) = answers.into_iter().partition(Result::is_ok);
    assert_eq!(won.len(), 1);
    for answer in lost {
        let (kind, code) = refusal(answer);
        assert_eq!((kind, code.as_str()), OCCUPIED);
    }
    assert_eq!(occupied(&world).await, 3);
}

#[tokio::test]
async fn the_database_itself_refuses_what_overlaps() {
    let world = World::start().await;
    let school = world.school().await;
    world.booked(&school, school.lesson(0, 60)).await;
    let far = world.booked(&school, school.lesson(600, 60)).await;
    let moved = format!(
        "UPDATE occupancies SET during = tstzrange('2026-05-02T12:59:00Z', '2026-05-02T14:00:00Z', '[)')
         WHERE session_id = '{}'",
        far.id
    );
    let refused = world.sql(&moved).await.unwrap_err();
    assert!(
        refused.to_string().contains("occupancies_never_overlap"),
        "{refused}"
    );
    let free = moved.replace("12:59", "13:00");
    world.sql(&free).await.unwrap();
}
