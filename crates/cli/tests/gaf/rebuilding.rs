//! `gaf read-model rebuild`

use crate::fakes::FakeReadModel;
use crate::world::World;

const REBUILD: [&str; 2] = ["read-model", "rebuild"];

#[tokio::test]
async fn it_is_begun_and_waited_for() {
    let world = World::start().await;
    let phases = ["carrying", "filling", "filling", "settling", "done"];
    let fake = world
        .read_model(FakeReadModel::going_through(&phases))
        .await;
    let ran = world.gaf(&REBUILD).await;
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(
        ran.out
            .starts_with("done: 1200 records of 2 organisations, and 1 document carried over"),
        "{}",
        ran.out
    );
    assert_eq!(*fake.started.lock().unwrap(), 1);
    let status = world.json(&["read-model", "rebuild", "--status"]).await;
    assert_eq!(status["phase"], "done");
    assert_eq!(status["finished_at"], "2026-05-28T12:01:00Z");
}

#[tokio::test]
async fn what_is_not_put_in_place_is_a_failure() {
    let world = World::start().await;
    world
        .read_model(FakeReadModel::going_through(&["filling", "refused"]))
        .await;
    let ran = world.gaf(&REBUILD).await;
    assert_eq!(ran.code, 1);
    assert!(ran.err.contains("not put in place"), "{}", ran.err);
}

#[tokio::test]
async fn nobody_waits_who_does_not_want_to_and_nothing_is_given_up_that_is_not_there() {
    let world = World::start().await;
    world
        .read_model(FakeReadModel::going_through(&["carrying", "done"]))
        .await;
    let ran = world.gaf(&["read-model", "rebuild", "--detach"]).await;
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.starts_with("carrying"), "{}", ran.out);
    let ran = world.gaf(&["read-model", "rebuild", "--cancel"]).await;
    assert_eq!(ran.code, 4, "{}", ran.err);
}
