//! What is changed past the service is found.

use contracts::v1::fault::Kind;

use super::vtrs::{issued, issuing, verified};
use crate::world::{World, refusal};

/// Changes a table past its guard, as somebody with the database's password would.
async fn tamper(world: &World, table: &str, change: &str) {
    let sql = format!(
        "ALTER TABLE {table} DISABLE TRIGGER {table}_guard;
         UPDATE {table} SET {change};
         ALTER TABLE {table} ENABLE TRIGGER {table}_guard"
    );
    world.sql(&sql).await.unwrap();
}

#[tokio::test]
async fn whatever_is_changed_behind_its_back_is_a_mismatch() {
    let world = World::start().await;
    for (table, change, problem, tampered) in [
        (
            "signoffs",
            r#"record = jsonb_set(record, '{content,result}', '"failed"')"#,
            "signoffs",
            1,
        ),
        (
            "signoffs",
            r#"record = jsonb_set(record, '{content,comment}', '"Superb."')"#,
            "signoffs",
            1,
        ),
        (
            "programs",
            r#"record = jsonb_set(record, '{revisions,0,syllabus,name}', '"X"')"#,
            "program",
            0,
        ),
        (
            "vtrs",
            r#"record = jsonb_set(record, '{content,issuer_name}', '"X"')"#,
            "record",
            0,
        ),
        (
            "vtrs",
            r#"record = jsonb_set(record, '{manifest,0,size_bytes}', '1')"#,
            "signature",
            0,
        ),
        ("audit_chain", "at = at + interval '1 second'", "chain", 0),
    ] {
        let course = world.course().await;
        world.first_lesson(&course).await;
        let vtr = issued(&world, &course).await;
        let good = world.ops.verify_vtr(course.target(&vtr.id)).await.unwrap();
        assert!(!good.applied, "nothing new was found");
        let whose = format!("{change} WHERE organization_id = '{}'", course.school.id);
        tamper(&world, table, &whose).await;
        let found = verified(&world, &course, &vtr).await;
        let check = found.check.clone().unwrap();
        assert_eq!(
            (check.integrity.as_str(), &check.problems[..]),
            ("mismatch", &[problem.to_owned()][..])
        );
        assert_eq!(
            (check.signoffs_valid, check.signoffs_tampered),
            (1 - tampered, tampered)
        );
        assert_eq!(
            (found.status.as_str(), found.version),
            ("issued", 2),
            "a mismatch is no state"
        );
        let again = world.ops.verify_vtr(course.target(&vtr.id)).await.unwrap();
        assert_eq!((again.applied, again.vtr), (false, Some(found)));
    }
}

#[tokio::test]
async fn a_tampered_signoff_goes_into_no_record() {
    let world = World::start().await;
    let course = world.course().await;
    world.first_lesson(&course).await;
    tamper(
        &world,
        "signoffs",
        r#"record = jsonb_set(record, '{content,grade}', '"5"')"#,
    )
    .await;
    let refused = world.ops.issue_vtr(issuing(&course)).await;
    assert_eq!(
        refusal(refused),
        (Kind::Conflict, "signoff_tampered".into())
    );
}

#[tokio::test]
async fn a_check_may_be_repeated_by_whoever_saw_the_record_before_it() {
    let world = World::start().await;
    let course = world.course().await;
    world.first_lesson(&course).await;
    let vtr = issued(&world, &course).await;
    let change = r#"record = jsonb_set(record, '{content,grade}', '"5"')"#;
    tamper(&world, "signoffs", change).await;
    let mut target = course.target(&vtr.id);
    target.expected_version = Some(vtr.version);
    let found = world.ops.verify_vtr(target.clone()).await.unwrap();
    let again = world.ops.verify_vtr(target.clone()).await.unwrap();
    assert_eq!((found.applied, again.applied), (true, false));
    assert_eq!(found.vtr, again.vtr);
    target.expected_version = Some(vtr.version + 2);
    let refused = world.ops.verify_vtr(target).await;
    assert_eq!(refusal(refused).0, Kind::PreconditionFailed);
}
