use contracts::v1::{
    CompleteEnrollmentRequest, EndEnrollmentRequest, Enrollment, SupersedeSignoffRequest,
    fault::Kind,
};

use super::course::Course;
use crate::school::new_id;
use crate::world::{World, fields, refusal};

fn ending(course: &Course, reason: &str) -> EndEnrollmentRequest {
    EndEnrollmentRequest {
        target: Some(course.target(&course.enrollment.id)),
        reason: reason.to_owned(),
        terminated_on: None,
    }
}

fn completion(course: &Course) -> CompleteEnrollmentRequest {
    CompleteEnrollmentRequest {
        target: Some(course.target(&course.enrollment.id)),
        completed_on: None,
    }
}

fn status(enrollment: &Option<Enrollment>) -> (&str, i64) {
    let enrollment = enrollment.as_ref().unwrap();
    (&enrollment.status, enrollment.version)
}

#[tokio::test]
async fn a_student_enrols_pauses_and_goes_on() {
    let world = World::start().await;
    let school = world.school().await;
    let program = world.published(&school).await;
    let request = school.enrolling(&program.id);
    let enrolled = world.ops.enroll(request.clone()).await.unwrap();
    assert_eq!(status(&enrolled.enrollment), ("pending", 1));
    assert_eq!(enrolled.enrollment.as_ref().unwrap().program_revision, 1);
    let again = world.ops.enroll(request.clone()).await.unwrap();
    assert_eq!(
        (again.applied, &again.enrollment),
        (false, &enrolled.enrollment)
    );

    let target = request.target.clone().unwrap();
    let early = world.ops.stand_by_enrollment(target.clone()).await;
    assert_eq!(
        refusal(early),
        (Kind::Conflict, "invalid_transition".into())
    );
    let active = world.ops.activate_enrollment(target.clone()).await.unwrap();
    assert_eq!(status(&active.enrollment), ("active", 2));
    assert!(
        !world
            .ops
            .activate_enrollment(target.clone())
            .await
            .unwrap()
            .applied
    );
    let paused = world.ops.stand_by_enrollment(target.clone()).await.unwrap();
    assert_eq!(status(&paused.enrollment), ("standby", 3));
    let active = world.ops.activate_enrollment(target.clone()).await.unwrap();
    assert_eq!(status(&active.enrollment), ("active", 4));
    // The same request again is still a repetition.
    assert!(!world.ops.enroll(request).await.unwrap().applied);
    world
        .hearing
        .record(&format!("enrollment:{}:4", target.id))
        .await;
}

#[tokio::test]
async fn nobody_is_in_a_program_twice_at_a_time() {
    let world = World::start().await;
    let course = world.course().await;
    let twice = world
        .ops
        .enroll(course.school.enrolling(&course.program.id))
        .await;
    assert_eq!(refusal(twice), (Kind::Conflict, "already_enrolled".into()));
    world
        .ops
        .discontinue_enrollment(ending(&course, "moved away"))
        .await
        .unwrap();
    let back = world
        .ops
        .enroll(course.school.enrolling(&course.program.id))
        .await;
    assert!(back.unwrap().applied);
}

#[tokio::test]
async fn what_an_enrolment_names_must_be_there() {
    let world = World::start().await;
    let school = world.school().await;
    let program = world.published(&school).await;
    let mut stranger = school.enrolling(&program.id);
    stranger.student_id = new_id();
    let refused = world.ops.enroll(stranger).await;
    assert_eq!(fields(refused), [("student_id".into(), "not_found".into())]);
    let refused = world.ops.enroll(school.enrolling(&new_id())).await;
    assert_eq!(fields(refused), [("program_id".into(), "not_found".into())]);
    let mut later = school.enrolling(&program.id);
    later.program_revision = Some(2);
    let refused = world.ops.enroll(later).await;
    assert_eq!(
        fields(refused),
        [("program_revision".into(), "unknown".into())]
    );
    let mut backwards = school.enrolling(&program.id);
    backwards.target_on = Some("2026-01-31".into());
    let refused = world.ops.enroll(backwards).await;
    assert_eq!(
        fields(refused),
        [("target_on".into(), "out_of_order".into())]
    );
}

#[tokio::test]
async fn it_is_completed_when_every_item_is_and_somebody_certifies_it() {
    let world = World::start().await;
    let course = world.course().await;
    let first = world.first_lesson(&course).await.id;
    for signoff in [
        course.passed("G-1"),
        course.checked("SC-1"),
        course.endorsed(),
    ] {
        world.signed(&course, signoff).await;
    }
    let open = world.ops.complete_enrollment(completion(&course)).await;
    assert_eq!(refusal(open), (Kind::Conflict, "items_open".into()));
    world.signed(&course, course.checked("SC-2")).await;
    let mut tomorrow = completion(&course);
    tomorrow.completed_on = Some("2026-05-29".into());
    let refused = world.ops.complete_enrollment(tomorrow).await;
    assert_eq!(
        fields(refused),
        [("completed_on".into(), "in_the_future".into())]
    );

    let completed = world
        .ops
        .complete_enrollment(completion(&course))
        .await
        .unwrap();
    let enrollment = completed.enrollment.unwrap();
    assert_eq!(enrollment.status, "completed");
    assert_eq!(enrollment.completed_on.as_deref(), Some("2026-05-28"));
    assert_eq!(
        enrollment.certified_by_id,
        Some(course.school.owner.clone())
    );
    assert!(
        !world
            .ops
            .complete_enrollment(completion(&course))
            .await
            .unwrap()
            .applied
    );
    let late = world
        .ops
        .transfer_enrollment(ending(&course, "too late"))
        .await;
    assert_eq!(refusal(late), (Kind::Conflict, "invalid_transition".into()));
    let late = world
        .ops
        .record_signoff(course.recording(course.passed("F-1")))
        .await;
    assert_eq!(
        refusal(late),
        (Kind::Conflict, "enrollment_not_active".into())
    );
    // A correction may come later all the same.
    let correction = SupersedeSignoffRequest {
        target: Some(course.target(&first)),
        signoff: Some(course.passed("F-1")),
    };
    let corrected = world.ops.supersede_signoff(correction).await.unwrap();
    assert_eq!(corrected.progress.unwrap().percent_complete, 100);
}

#[tokio::test]
async fn an_enrolment_ends_with_a_reason() {
    let world = World::start().await;
    let course = world.course().await;
    let nameless = world.ops.transfer_enrollment(ending(&course, " ")).await;
    assert_eq!(fields(nameless), [("reason".into(), "required".into())]);
    let transferred = world
        .ops
        .transfer_enrollment(ending(&course, "to Reno"))
        .await
        .unwrap();
    let enrollment = transferred.enrollment.unwrap();
    assert_eq!(enrollment.status, "transferred");
    assert_eq!(enrollment.terminated_on.as_deref(), Some("2026-05-28"));
    assert_eq!(enrollment.termination_reason.as_deref(), Some("to Reno"));
    let again = world
        .ops
        .transfer_enrollment(ending(&course, "to Reno"))
        .await
        .unwrap();
    assert!(!again.applied);
}
