//! From the request to the flight.

use chrono::TimeDelta;
use contracts::convert::timestamp;
use contracts::v1::{
    CancelSessionRequest, CompleteSessionRequest, Room, SaveRoomRequest, Session, Target,
    fault::Kind, record_change::Record,
};

use super::resource;
use crate::school::noon;
use crate::world::{World, refusal};

fn is(session: &Session, status: &str, version: i64) {
    assert_eq!(
        (session.status.as_str(), session.version),
        (status, version)
    );
}

#[tokio::test]
async fn a_session_goes_from_its_request_to_its_flight() {
    let world = World::start().await;
    let school = world.school().await;
    let requested = world.requested(&school, school.lesson(0, 120)).await;
    is(&requested, "requested", 1);
    let plan = requested.plan.clone().unwrap();
    assert_eq!(plan.resource.unwrap().label, "N740SP");
    assert_eq!(plan.departure.as_deref(), Some("KPAO"));
    let (_, change) = world
        .hearing
        .record(&format!("session:{}:1", requested.id))
        .await;
    assert_eq!(change.record, Some(Record::Session(requested.clone())));

    let target = school.target(&requested);
    let scheduled = world.ops.schedule_session(target.clone()).await.unwrap();
    is(&scheduled.session.unwrap(), "scheduled", 2);
    assert!(
        !world
            .ops
            .schedule_session(target.clone())
            .await
            .unwrap()
            .applied
    );
    let begun = world.ops.start_session(target.clone()).await.unwrap();
    is(&begun.session.unwrap(), "in_progress", 3);
    assert!(
        !world
            .ops
            .start_session(target.clone())
            .await
            .unwrap()
            .applied
    );

    let flight = world.drafted(&school).await;
    let complete = CompleteSessionRequest {
        target: Some(target),
        flight_id: Some(flight.id.clone()),
    };
    let completed = world.ops.complete_session(complete.clone()).await.unwrap();
    let completed = completed.session.unwrap();
    is(&completed, "completed", 4);
    assert_eq!(completed.flight_id, Some(flight.id));
    assert!(
        !world
            .ops
            .complete_session(complete.clone())
            .await
            .unwrap()
            .applied
    );
    let otherwise = CompleteSessionRequest {
        flight_id: None,
        ..complete
    };
    assert_eq!(
        refusal(world.ops.complete_session(otherwise).await),
        (Kind::Conflict, "invalid_transition".into())
    );
    world
        .hearing
        .record(&format!("session:{}:4", completed.id))
        .await;
}

#[tokio::test]
async fn the_same_request_again_makes_no_second_session() {
    let world = World::start().await;
    let school = world.school().await;
    let request = school.request(school.lesson(0, 120));
    let first = world.ops.request_session(request.clone()).await.unwrap();
    let session = first.session.unwrap();
    world
        .ops
        .cancel_session(school.cancellation(&session))
        .await
        .unwrap();
    // However far it has come since.
    let again = world.ops.request_session(request.clone()).await.unwrap();
    assert!(!again.applied);
    is(&again.session.unwrap(), "cancelled", 2);
    let other = contracts::v1::RequestSessionRequest {
        plan: Some(school.lesson(0, 121)),
        ..request
    };
    assert_eq!(
        refusal(world.ops.request_session(other).await),
        (Kind::Conflict, "already_exists".into())
    );
    assert_eq!(
        world
            .number("SELECT count(*) AS n FROM planning_sessions")
            .await,
        1
    );
}

#[tokio::test]
async fn a_cancellation_is_kept_with_its_reason() {
    let world = World::start().await;
    let school = world.school().await;
    let session = world.booked(&school, school.lesson(0, 120)).await;
    let when = Some(timestamp(noon() - TimeDelta::hours(3)));
    let cancel = CancelSessionRequest {
        at: when,
        ..school.cancellation(&session)
    };
    let cancelled = world.ops.cancel_session(cancel.clone()).await.unwrap();
    let cancelled = cancelled.session.unwrap();
    is(&cancelled, "cancelled", 2);
    let cancellation = cancelled.cancellation.unwrap();
    assert_eq!(
        (cancellation.reason.as_str(), cancellation.at),
        ("weather", when)
    );
    assert_eq!(cancellation.comment.as_deref(), Some("low ceiling"));
    assert!(
        !world
            .ops
            .cancel_session(cancel.clone())
            .await
            .unwrap()
            .applied
    );
    let for_another_reason = CancelSessionRequest {
        reason: "student".into(),
        ..cancel.clone()
    };
    assert_eq!(
        refusal(world.ops.cancel_session(for_another_reason).await).0,
        Kind::Conflict
    );
    let ahead = CancelSessionRequest {
        at: Some(timestamp(world.now() + TimeDelta::hours(1))),
        ..school.cancellation(&world.booked(&school, school.lesson(0, 60)).await)
    };
    assert_eq!(
        refusal(world.ops.cancel_session(ahead).await),
        (Kind::Invalid, "validation_failed".into())
    );
}

#[tokio::test]
async fn a_session_is_moved_as_of_the_version_that_was_seen() {
    let world = World::start().await;
    let school = world.school().await;
    let room = world.room(&school, "Blue room").await;
    let session = world.booked(&school, school.talk(&room.id, 0, 60)).await;
    let other = world.room(&school, "Red room").await;
    let mut moving = school.moving(&session, 30, 60);
    moving.resource = resource("classroom", &other.id);
    moving.target.as_mut().unwrap().expected_version = Some(1);
    let moved = world.ops.move_session(moving.clone()).await.unwrap();
    let plan = moved.session.as_ref().unwrap().plan.clone().unwrap();
    assert_eq!(plan.starts_at, moving.starts_at);
    assert_eq!(plan.resource.unwrap().label, "Red room");
    assert!(
        !world
            .ops
            .move_session(moving.clone())
            .await
            .unwrap()
            .applied
    );

    let mut late = school.moving(&session, 90, 60);
    late.target.as_mut().unwrap().expected_version = Some(1);
    assert_eq!(
        refusal(world.ops.move_session(late).await).0,
        Kind::PreconditionFailed
    );

    world
        .ops
        .start_session(school.target(&session))
        .await
        .unwrap();
    let too_late = school.moving(&session, 120, 60);
    assert_eq!(
        refusal(world.ops.move_session(too_late).await).0,
        Kind::Conflict
    );
    // It takes longer than planned.
    let longer = world
        .ops
        .move_session(school.moving(&session, 30, 90))
        .await;
    is(&longer.unwrap().session.unwrap(), "in_progress", 4);
}

#[tokio::test]
async fn a_room_is_saved_and_taken_out_of_use() {
    let world = World::start().await;
    let school = world.school().await;
    let room = world.room(&school, " Blue room ").await;
    assert_eq!((room.name.as_str(), room.version), ("Blue room", 1));
    let closed = Room {
        active: false,
        ..room.clone()
    };
    let request = SaveRoomRequest { room: Some(closed) };
    let closed = world.ops.save_room(request).await.unwrap().room.unwrap();
    assert_eq!(closed.version, 2);
    world.hearing.record(&format!("room:{}:2", room.id)).await;
    assert_eq!(
        refusal(world.book(&school, school.talk(&room.id, 0, 60)).await),
        (Kind::Conflict, "resource_inactive".into())
    );
    let unknown = Target {
        id: room.id,
        ..school.target(&Session::default())
    };
    assert_eq!(
        refusal(world.ops.start_session(unknown).await).0,
        Kind::NotFound
    );
}
