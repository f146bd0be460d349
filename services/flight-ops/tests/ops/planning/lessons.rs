//! The lesson that a session names, and what a repeated request finds.

use contracts::v1::{RequestSessionRequest, SessionPlan, fault::Kind};

use crate::school::new_id;
use crate::world::{World, fields, refusal};

#[tokio::test]
async fn a_lesson_is_one_of_the_schools_programs() {
    let world = World::start().await;
    let (course, other) = (world.course().await, world.course().await);
    let (school, lesson) = (&course.school, course.school.lesson(0, 60));
    let naming = |item: String| SessionPlan {
        program_item_id: Some(item),
        ..lesson.clone()
    };
    // The items of both are of the same name, and of different ids.
    for item in [other.item("F-1"), new_id()] {
        let refused = world.book(school, naming(item)).await;
        let expected = ("program_item_id".to_owned(), "not_found".to_owned());
        assert_eq!(fields(refused), [expected]);
    }
    let item = course.item("F-1");
    let booked = world.booked(school, naming(item.clone())).await;
    assert_eq!(booked.plan.unwrap().program_item_id, Some(item));
}

#[tokio::test]
async fn a_request_that_waits_is_not_the_booking_that_is_asked_for() {
    let world = World::start().await;
    let school = world.school().await;
    let booking = school.request(school.lesson(0, 60));
    let wish = RequestSessionRequest {
        scheduled: false,
        ..booking.clone()
    };
    let requested = world.ops.request_session(wish.clone()).await.unwrap();
    let taken = refusal(world.ops.request_session(booking.clone()).await);
    assert_eq!(taken, (Kind::Conflict, "already_exists".into()));
    let target = school.target(&requested.session.unwrap());
    world.ops.schedule_session(target).await.unwrap();
    // Whichever way it came to be booked, it is.
    for again in [wish, booking] {
        let answer = world.ops.request_session(again).await.unwrap();
        assert_eq!(
            (answer.applied, answer.session.unwrap().version),
            (false, 2)
        );
    }
}
