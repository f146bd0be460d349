use contracts::convert::timestamp;
use contracts::v1::{NewSignoff, RevokeSignoffRequest, SupersedeSignoffRequest, fault::Kind};
use diesel::result::{DatabaseErrorKind, Error as QueryError};

use super::course::Course;
use crate::school::new_id;
use crate::world::{World, fields, refusal};

pub async fn refused(world: &World, course: &Course, signoff: NewSignoff) -> (String, String) {
    let answer = world.ops.record_signoff(course.recording(signoff)).await;
    fields(answer).pop().unwrap()
}

pub fn field(pointer: &str, code: &str) -> (String, String) {
    (pointer.to_owned(), code.to_owned())
}

#[tokio::test]
async fn a_signoff_says_what_follows_from_the_enrolment() {
    let world = World::start().await;
    let course = world.course().await;
    let said = NewSignoff {
        grade: Some("4".into()),
        grade_scale: Some("1-5".into()),
        comment: Some("Good rudder work.".into()),
        ..course.passed("F-1")
    };
    let answer = world.signed(&course, said.clone()).await;
    let signoff = answer.signoff.unwrap();
    let content = signoff.content.clone().unwrap();
    assert_eq!((signoff.status.as_str(), signoff.version), ("recorded", 1));
    assert_eq!(content.student_id, course.school.pilot);
    assert_eq!(content.program_id, course.program.id);
    assert_eq!(
        (content.program_revision, content.grade),
        (1, said.grade.clone())
    );
    let item = content.item.unwrap();
    assert_eq!(
        (item.code.as_str(), item.kind.as_str()),
        ("F-1", "flight_lesson")
    );
    assert_eq!(content.signed_at, Some(timestamp(world.now())));
    let progress = answer.progress.unwrap();
    assert_eq!((progress.items_completed, progress.items_total), (1, 5));
    assert_eq!(progress.percent_complete, 20);

    let again = world.signed(&course, said.clone()).await;
    assert_eq!((again.applied, again.signoff), (false, Some(signoff)));
    let other = NewSignoff {
        grade: Some("5".into()),
        ..said
    };
    let taken = world.ops.record_signoff(course.recording(other)).await;
    assert_eq!(refusal(taken), (Kind::Conflict, "already_exists".into()));
}

#[tokio::test]
async fn the_item_is_one_of_the_students_revision() {
    let world = World::start().await;
    let course = world.course().await;
    let elsewhere = NewSignoff {
        item_id: new_id(),
        ..course.passed("F-1")
    };
    assert_eq!(
        refused(&world, &course, elsewhere).await,
        field("item_id", "unknown")
    );
}

#[tokio::test]
async fn a_solo_endorsement_is_good_for_90_days() {
    let world = World::start().await;
    let course = world.course().await;
    let bare = NewSignoff {
        endorsement: None,
        ..course.endorsed()
    };
    assert_eq!(
        refused(&world, &course, bare).await,
        field("endorsement", "required")
    );
    let mut long = course.endorsed();
    long.endorsement.as_mut().unwrap().expires_on = Some("2026-08-27".into());
    assert_eq!(
        refused(&world, &course, long).await,
        field("endorsement", "expires_too_late")
    );
    let signed = world
        .signed(&course, course.endorsed())
        .await
        .signoff
        .unwrap();
    let endorsement = signed.content.unwrap().endorsement.unwrap();
    assert_eq!(endorsement.expires_on.as_deref(), Some("2026-08-26"));
}

#[tokio::test]
async fn a_signoff_names_a_flight_of_the_student() {
    let world = World::start().await;
    let course = world.course().await;
    let flight = world.approved(&course.school).await;
    let flown = |id: &str| NewSignoff {
        flight_id: Some(id.to_owned()),
        ..course.passed("F-1")
    };
    assert!(world.signed(&course, flown(&flight.id)).await.applied);
    assert_eq!(
        refused(&world, &course, flown(&new_id())).await,
        field("flight_id", "not_found")
    );
    let mut entry = course.school.entry(123, 130);
    entry.pilot_id.clone_from(&course.checker);
    let draft = world.ops.draft_flight(course.school.draft(entry)).await;
    let other = draft.unwrap().flight.unwrap();
    let refused = refused(&world, &course, flown(&other.id)).await;
    assert_eq!(refused, field("flight_id", "not_the_students"));
}

#[tokio::test]
async fn a_correction_takes_the_place_of_a_signoff() {
    let world = World::start().await;
    let course = world.course().await;
    let first = world.first_lesson(&course).await;
    let correction = SupersedeSignoffRequest {
        target: Some(course.target(&first.id)),
        signoff: Some(NewSignoff {
            result: "failed".into(),
            ..course.passed("F-1")
        }),
    };
    let mut elsewhere = correction.clone();
    elsewhere.signoff = Some(course.passed("G-1"));
    let elsewhere = world.ops.supersede_signoff(elsewhere).await;
    assert_eq!(fields(elsewhere), [field("item_id", "another_item")]);

    let corrected = world
        .ops
        .supersede_signoff(correction.clone())
        .await
        .unwrap();
    let second = corrected.signoff.unwrap();
    let supersedes = second.content.as_ref().unwrap().supersedes_id.clone();
    assert_eq!(supersedes, Some(first.id.clone()));
    assert_eq!(corrected.progress.unwrap().items_completed, 0);
    let old = world
        .hearing
        .record(&format!("signoff:{}:2", first.id))
        .await
        .1;
    let Some(contracts::v1::record_change::Record::Signoff(old)) = old.record else {
        panic!("a signoff")
    };
    assert_eq!(
        (old.status.as_str(), old.superseded_by_id),
        ("superseded", Some(second.id))
    );
    assert_eq!(
        (old.content, old.signature),
        (first.content, first.signature)
    );

    assert!(
        !world
            .ops
            .supersede_signoff(correction.clone())
            .await
            .unwrap()
            .applied
    );
    let mut twice = correction;
    twice.signoff = Some(course.passed("F-1"));
    let twice = world.ops.supersede_signoff(twice).await;
    assert_eq!(
        refusal(twice),
        (Kind::Conflict, "invalid_transition".into())
    );
}

#[tokio::test]
async fn a_signoff_is_revoked_with_a_reason_and_acknowledged_by_its_student() {
    let world = World::start().await;
    let course = world.course().await;
    let signoff = world.first_lesson(&course).await;
    let mut target = course.target(&signoff.id);
    target.actor_id = Some(course.school.owner.clone());
    let nosy = world.ops.acknowledge_signoff(target.clone()).await;
    assert_eq!(refusal(nosy), (Kind::Forbidden, "not_the_student".into()));
    target.actor_id = None;
    let seen = world.ops.acknowledge_signoff(target.clone()).await.unwrap();
    let seen = seen.signoff.unwrap();
    assert_eq!(seen.student_acknowledged_at, Some(timestamp(world.now())));
    assert_eq!(
        (seen.content, seen.signature),
        (signoff.content, signoff.signature)
    );
    assert!(
        !world
            .ops
            .acknowledge_signoff(target.clone())
            .await
            .unwrap()
            .applied
    );

    let revoke = RevokeSignoffRequest {
        target: Some(target.clone()),
        reason: "another student".into(),
    };
    let revoked = world
        .ops
        .revoke_signoff(revoke.clone())
        .await
        .unwrap()
        .signoff
        .unwrap();
    assert_eq!((revoked.status.as_str(), revoked.version), ("revoked", 3));
    assert_eq!(revoked.revocation.unwrap().by, course.school.owner);
    assert!(!world.ops.revoke_signoff(revoke).await.unwrap().applied);
    let late = world
        .ops
        .acknowledge_signoff(course.target(&new_id()))
        .await;
    assert_eq!(refusal(late), (Kind::NotFound, "not_found".into()));
}

#[tokio::test]
async fn the_database_keeps_what_was_signed() {
    let world = World::start().await;
    let course = world.course().await;
    let signoff = world.first_lesson(&course).await;
    for change in [
        r#"record = jsonb_set(record, '{content,result}', '"failed"')"#,
        r#"record = jsonb_set(record, '{signature,value}', '"00"')"#,
        "deleted_at = now()",
    ] {
        let sql = format!("UPDATE signoffs SET {change} WHERE id = '{}'", signoff.id);
        let answer = world.sql(&sql).await;
        assert!(
            matches!(
                answer,
                Err(QueryError::DatabaseError(
                    DatabaseErrorKind::CheckViolation,
                    _
                ))
            ),
            "{change}"
        );
    }
}
