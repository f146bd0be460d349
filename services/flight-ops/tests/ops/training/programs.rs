use contracts::v1::{
    PublishProgramRevisionRequest, SaveProgramRequest, Syllabus, Target, fault::Kind, record_change,
};
use diesel::result::{DatabaseErrorKind, Error as QueryError};

use super::course::{item, syllabus};
use crate::school::new_id;
use crate::world::{World, refusal};

fn save(target: &Target, syllabus: Syllabus) -> SaveProgramRequest {
    SaveProgramRequest {
        target: Some(target.clone()),
        syllabus: Some(syllabus),
        external_reference: None,
    }
}

fn publish(target: &Target, revision: Option<i32>) -> PublishProgramRevisionRequest {
    PublishProgramRevisionRequest {
        target: Some(target.clone()),
        revision,
    }
}

#[tokio::test]
async fn a_draft_is_published_and_the_next_one_leaves_it_as_it_is() {
    let world = World::start().await;
    let school = world.school().await;
    let target = school.aim(&new_id());
    let draft = world.ops.save_program(save(&target, syllabus())).await;
    let draft = draft.unwrap().program.unwrap();
    assert_eq!((draft.version, draft.status.as_str()), (1, "draft"));
    assert!(draft.revisions.is_empty());

    let first = world
        .ops
        .publish_program_revision(publish(&target, Some(1)));
    let first = first.await.unwrap().program.unwrap();
    assert_eq!((first.version, first.status.as_str()), (2, "published"));
    assert_eq!((first.revisions[0].number, first.draft), (1, None));
    assert_eq!(first.revisions[0].syllabus, draft.draft);

    let mut changed = syllabus();
    changed.stages[1].items.push(item("F-9", "flight_lesson"));
    world
        .ops
        .save_program(save(&target, changed))
        .await
        .unwrap();
    let second = world.ops.publish_program_revision(publish(&target, None));
    let second = second.await.unwrap().program.unwrap();
    assert_eq!(second.revisions.len(), 2);
    assert_eq!(second.revisions[0], first.revisions[0]);
    // The items that go on keep their ids.
    let items = |number: usize| {
        let syllabus = second.revisions[number].syllabus.as_ref().unwrap();
        syllabus.stages[1].items.clone()
    };
    assert_eq!(items(0), items(1)[..2]);

    let (_, change) = world
        .hearing
        .record(&format!("program:{}:4", target.id))
        .await;
    assert_eq!(
        change.record,
        Some(record_change::Record::Program(second.clone()))
    );
}

#[tokio::test]
async fn whatever_is_repeated_changes_nothing() {
    let world = World::start().await;
    let school = world.school().await;
    let program = world.published(&school).await;
    let target = school.aim(&program.id);
    let again = world
        .ops
        .save_program(save(&target, syllabus()))
        .await
        .unwrap();
    assert!(!again.applied);
    for revision in [None, Some(1)] {
        let again = world
            .ops
            .publish_program_revision(publish(&target, revision));
        let again = again.await.unwrap();
        assert_eq!(
            (again.applied, again.program.unwrap()),
            (false, program.clone())
        );
    }
    let skipped = world
        .ops
        .publish_program_revision(publish(&target, Some(3)))
        .await;
    assert_eq!(
        refusal(skipped),
        (Kind::Conflict, "another_revision".into())
    );

    assert!(
        world
            .ops
            .archive_program(target.clone())
            .await
            .unwrap()
            .applied
    );
    assert!(
        !world
            .ops
            .archive_program(target.clone())
            .await
            .unwrap()
            .applied
    );
    let mut changed = syllabus();
    changed.name = "Another".into();
    let closed = world.ops.save_program(save(&target, changed)).await;
    assert_eq!(
        refusal(closed),
        (Kind::Conflict, "invalid_transition".into())
    );
    let closed = world.ops.enroll(school.enrolling(&program.id)).await;
    assert_eq!(refusal(closed), (Kind::Conflict, "program_not_open".into()));
}

#[tokio::test]
async fn a_syllabus_that_cannot_stand_is_refused_whole() {
    let world = World::start().await;
    let school = world.school().await;
    let mut wrong = syllabus();
    wrong.name = " ".into();
    wrong.stages[0].items.push(item("F-1", "ground"));
    wrong.stages[1].items[0].planned_minutes = 1_441;
    let target = school.aim(&new_id());
    let refused = world.ops.save_program(save(&target, wrong)).await;
    assert_eq!(
        crate::world::fields(refused),
        [
            ("name", "length"),
            ("items", "repeated"),
            ("items", "out_of_range")
        ]
        .map(|(pointer, code)| (pointer.to_owned(), code.to_owned()))
    );
    let mut unknown = syllabus();
    unknown.regulatory_basis = "part 61".into();
    let refused = world.ops.save_program(save(&target, unknown)).await;
    assert_eq!(refusal(refused), (Kind::Invalid, "invalid_message".into()));
}

#[tokio::test]
async fn the_database_keeps_what_was_published() {
    let world = World::start().await;
    let school = world.school().await;
    let program = world.published(&school).await;
    for revisions in [
        "'[]'",
        "jsonb_set(record -> 'revisions', '{0,number}', '7')",
    ] {
        let changed = world
            .sql(&format!(
                "UPDATE programs SET record = jsonb_set(record, '{{revisions}}', {revisions})
                 WHERE id = '{}'",
                program.id
            ))
            .await;
        assert!(matches!(
            changed,
            Err(QueryError::DatabaseError(
                DatabaseErrorKind::CheckViolation,
                _
            ))
        ));
    }
}
