//! `training.signoff.recorded`: what it says, and that it is said of what happened only.

use contracts::v1::{NewSignoff, fault::Kind};
use domain::event::{EventData, EventType};
use domain::training::{ProgressSummary, Signoff};

use crate::world::{World, refusal};

#[tokio::test]
async fn a_signoff_is_told_with_the_progress_and_without_the_comment() {
    let world = World::start().await;
    let course = world.course().await;
    let said = NewSignoff {
        comment: Some("Call me on 555 0100.".into()),
        ..course.passed("F-1")
    };
    let recorded = world.signed(&course, said).await.signoff.unwrap();
    let mut expected = Signoff::try_from(recorded.clone()).unwrap();
    let record = world
        .hearing
        .record(&format!("signoff:{}:1", recorded.id))
        .await
        .1;
    assert_eq!(
        record.record,
        Some(contracts::v1::record_change::Record::Signoff(
            recorded.clone()
        ))
    );
    let (delivery, event) = world
        .hearing
        .event("training.signoff.recorded", &recorded.id)
        .await;
    assert_eq!(event.data.event_type(), EventType::TrainingSignoffRecorded);
    assert_eq!(event.organization_id.to_string(), course.school.id);
    assert_eq!(event.occurred_at, world.now());
    assert!(!delivery.payload.windows(8).any(|part| part == b"555 0100"));
    let EventData::TrainingSignoffRecorded { signoff, progress } = event.data else {
        panic!("a signoff")
    };
    expected.content.comment = None;
    assert_eq!(*signoff, expected);
    let figures = ProgressSummary {
        percent_complete: 20,
        items_completed: 1,
        items_total: 5,
    };
    assert_eq!(progress, figures);
}

#[tokio::test]
async fn a_repetition_or_an_acknowledgement_is_told_no_second_time() {
    let world = World::start().await;
    let course = world.course().await;
    let said = course.passed("F-1");
    let signoff = world.signed(&course, said.clone()).await.signoff.unwrap();
    world.signed(&course, said).await;
    world
        .ops
        .acknowledge_signoff(course.target(&signoff.id))
        .await
        .unwrap();
    let last = world
        .signed(&course, course.passed("G-1"))
        .await
        .signoff
        .unwrap();
    world
        .hearing
        .event("training.signoff.recorded", &last.id)
        .await;
    let told = world.hearing.events();
    let signoffs = told.iter().map(|event| event.data.subject().id.to_string());
    assert_eq!(signoffs.collect::<Vec<_>>(), [signoff.id, last.id]);
}

#[tokio::test]
async fn a_rolled_back_signoff_sends_nothing() {
    let world = World::start().await;
    let course = world.course().await;
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
    let said = course.passed("F-1");
    let answer = world
        .ops
        .record_signoff(course.recording(said.clone()))
        .await;
    assert_eq!(refusal(answer), (Kind::Internal, "internal".into()));
    for table in ["outbox", "signoffs", "signing_keys"] {
        let left = world
            .number(&format!("SELECT count(*) AS n FROM {table}"))
            .await;
        assert_eq!(left, 0, "{table}");
    }
    world.sql("DROP TRIGGER fail ON outbox").await.unwrap();
    let signoff = world.signed(&course, said).await.signoff.unwrap();
    world
        .hearing
        .event("training.signoff.recorded", &signoff.id)
        .await;
    assert_eq!(world.hearing.events().len(), 1);
}
