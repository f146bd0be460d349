//! Who may sign what, and with which certificate.

use chrono::{DateTime, Utc};
use contracts::convert::timestamp;
use contracts::v1::{InstructorCertificate, NewSignoff, SavePersonRequest};

use super::course::CERTIFICATE;
use super::signoffs::{field, refused};
use crate::school::new_id;
use crate::world::{World, refusal};

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

#[tokio::test]
async fn the_certificate_is_valid_on_the_day_of_signing_where_the_school_stands() {
    let world = World::start().await;
    let course = world.course().await;
    let with = |expires_on: &str, signed_at: &str| NewSignoff {
        instructor_certificate: Some(InstructorCertificate {
            number: "2345678CFI".into(),
            expires_on: Some(expires_on.to_owned()),
        }),
        signed_at: Some(timestamp(at(signed_at))),
        ..course.passed("F-1")
    };
    // It is 23:59 of the 1st in California, and 06:59 of the 2nd in Greenwich.
    world
        .signed(&course, with("2026-05-01", "2026-05-02T06:59:59Z"))
        .await;
    let expired = refused(&world, &course, with("2026-05-01", "2026-05-02T07:00:00Z")).await;
    assert_eq!(expired, field("instructor_certificate", "expired"));
    let soon = refused(&world, &course, with("2026-12-31", "2026-05-28T12:08:12Z")).await;
    assert_eq!(soon, field("signed_at", "in_the_future"));
    let early = refused(&world, &course, with("2026-12-31", "2026-02-01T07:59:59Z")).await;
    assert_eq!(early, field("signed_at", "out_of_order"));
}

#[tokio::test]
async fn the_certificate_is_the_one_in_the_instructors_record() {
    let world = World::start().await;
    let course = world.course().await;
    let signed = world
        .signed(&course, course.checked("SC-1"))
        .await
        .signoff
        .unwrap();
    let certificate = signed.content.unwrap().instructor_certificate.unwrap();
    assert_eq!(
        (certificate.number.as_str(), certificate.expires_on),
        (CERTIFICATE, None)
    );
    let mut another = course.checked("SC-2");
    another.instructor_certificate = course.passed("SC-2").instructor_certificate;
    let unknown = refused(&world, &course, another).await;
    assert_eq!(unknown, field("instructor_certificate", "unknown"));
    // The school's first instructor has none in his record.
    let none = NewSignoff {
        instructor_certificate: None,
        ..course.passed("F-1")
    };
    assert_eq!(
        refused(&world, &course, none).await,
        field("instructor_certificate", "required")
    );
}

#[tokio::test]
async fn who_may_sign_depends_on_the_item() {
    let world = World::start().await;
    let course = world.course().await;
    let code = |answer| refusal(answer).1;
    let own = world
        .ops
        .record_signoff(course.recording(course.passed("SC-1")))
        .await;
    assert_eq!(code(own), "signer_is_recommender");
    let ground = new_id();
    let mut person = course.school.certified(&ground);
    person.roles = vec!["ground_instructor".into()];
    let save = SavePersonRequest {
        person: Some(person),
    };
    world.ops.save_person(save).await.unwrap();
    let by = |instructor: &str, code: &str| NewSignoff {
        instructor_id: instructor.to_owned(),
        ..course.checked(code)
    };
    let flown = world
        .ops
        .record_signoff(course.recording(by(&ground, "F-1")))
        .await;
    assert_eq!(code(flown), "signer_is_no_instructor");
    assert!(world.signed(&course, by(&ground, "G-1")).await.applied);
    let mut student = course.passed("G-1");
    student.instructor_id.clone_from(&course.school.pilot);
    let student = world.ops.record_signoff(course.recording(student)).await;
    assert_eq!(code(student), "signer_is_student");
    assert!(world.signed(&course, course.checked("SC-1")).await.applied);
}

#[tokio::test]
async fn whoever_gave_the_last_lesson_recommends_where_nobody_else_is_named() {
    let world = World::start().await;
    let mut course = world.course().await;
    let program = world.published(&course.school).await;
    let mut alone = course.school.enrolling(&program.id);
    alone.instructor_id = None;
    let enrolled = world.ops.enroll(alone).await.unwrap();
    course.enrollment = enrolled.enrollment.unwrap();
    course.program = program;
    let target = course.target(&course.enrollment.id);
    world.ops.activate_enrollment(target).await.unwrap();
    world.signed(&course, course.passed("F-1")).await;
    // The lesson of an earlier day is not the last one.
    let mut earlier = course.checked("F-1");
    earlier.signed_at = Some(timestamp(world.now() - chrono::TimeDelta::days(1)));
    world.signed(&course, earlier).await;
    let own = world
        .ops
        .record_signoff(course.recording(course.passed("SC-1")));
    assert_eq!(refusal(own.await).1, "signer_is_recommender");
    assert!(world.signed(&course, course.checked("SC-1")).await.applied);
}
