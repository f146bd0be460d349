//! Test keys read the sandbox of their organisation, and nothing live.

use domain::api_key::Surface;
use domain::{LocationId, OrgId};
use uuid::Uuid;

use super::{BASES, LOCATIONS, ME, add_school, bound, key, world};
use crate::harness::{SCHOOL, World};

/// The sandbox of [`SCHOOL`], and what stands there for the first base.
fn there() -> (Uuid, Uuid) {
    let sandbox = OrgId(SCHOOL).sandbox();
    (sandbox.0, LocationId(BASES[0]).in_sandbox(sandbox).0)
}

fn assert_nothing_live_was_asked_for(world: &World) {
    let (lists, gets) = (world.documents.lists(), world.documents.gets());
    let lists = lists.iter().map(|request| &request.organization_id);
    let asked: Vec<_> = lists
        .chain(gets.iter().map(|request| &request.organization_id))
        .collect();
    let sandbox = there().0.to_string();
    assert!(!asked.is_empty());
    assert!(asked.iter().all(|id| **id == sandbox), "{asked:?}");
}

#[tokio::test]
async fn a_test_key_reads_the_sandbox_and_says_so() {
    let world = world().await;
    let (sandbox, base) = there();
    add_school(&world, sandbox, &[base]);
    let key = key(&world, Surface::TrueFlightTest);
    let me = world.call(ME).key(&key).send().await;
    let data = &me.json()["data"];
    assert_eq!(data["organization"]["id"], sandbox.to_string());
    assert_eq!(data["key"]["environment"], "test");
    assert_eq!(data["locations"][0]["id"], base.to_string());
    assert_eq!(data["locations"].as_array().unwrap().len(), 1);
    let list = world.call(LOCATIONS).key(&key).send().await;
    assert_eq!(list.json()["data"][0]["id"], base.to_string());
    let one = |id: Uuid| world.call(&format!("{LOCATIONS}/{id}")).key(&key).send();
    assert_eq!(one(base).await.status, 200);
    // A live record is not there, not even by its id, nor for whoever names the organisation.
    one(BASES[0]).await.problem(404, "not_found");
    let named = world.call(ME).key(&key).organization(SCHOOL).send().await;
    assert_eq!(
        named.json()["data"]["organization"]["id"],
        sandbox.to_string()
    );
    assert_nothing_live_was_asked_for(&world);
}

#[tokio::test]
async fn a_bound_test_key_reads_what_stands_for_its_locations() {
    let world = world().await;
    let (sandbox, base) = there();
    let other = LocationId(BASES[1]).in_sandbox(OrgId(sandbox)).0;
    add_school(&world, sandbox, &[base, other]);
    // By the live location, or by the sandbox's own.
    for named in [BASES[0], base] {
        let key = bound(&world, Surface::TrueFlightTest, &[named]);
        let list = world.call(LOCATIONS).key(&key).send().await;
        let list = list.json();
        assert_eq!(list["data"].as_array().unwrap().len(), 1);
        assert_eq!(list["data"][0]["id"], base.to_string());
        let hidden = world.call(&format!("{LOCATIONS}/{other}")).key(&key);
        hidden.send().await.problem(404, "not_found");
    }
    assert_nothing_live_was_asked_for(&world);
}

#[tokio::test]
async fn what_is_found_is_asked_for_once() {
    let world = world().await;
    let (sandbox, base) = there();
    add_school(&world, sandbox, &[base]);
    let key = key(&world, Surface::TrueFlightTest);
    let detail = format!("{LOCATIONS}/{base}");
    for path in [LOCATIONS, &detail] {
        assert_eq!(world.call(path).key(&key).send().await.status, 200);
    }
    assert_eq!(world.documents.lists().len(), 1);
    assert_eq!(world.documents.gets().len(), 1);
}

#[tokio::test]
async fn where_nothing_is_found_there_is_a_sandbox_all_the_same() {
    let world = world().await;
    let (sandbox, _) = there();
    add_school(&world, sandbox, &[]);
    let key = key(&world, Surface::TrueFlightTest);
    let list = world.call(LOCATIONS).key(&key).send().await;
    assert_eq!(list.json()["data"], serde_json::json!([]));
    let absent = world.call(&format!("{LOCATIONS}/{}", there().1)).key(&key);
    assert_eq!(absent.send().await.problem(404, "not_found"), "");
}

#[tokio::test]
async fn without_a_sandbox_a_test_key_is_told_how_to_get_one() {
    let world = world().await;
    let keys = [
        key(&world, Surface::TrueFlightTest),
        bound(&world, Surface::TrueFlightTest, &BASES),
    ];
    let detail = format!("{LOCATIONS}/{}", there().1);
    for key in &keys {
        for path in [ME, LOCATIONS, &detail] {
            let reply = world.call(path).key(key).send().await;
            assert_eq!(reply.problem(404, "not_found"), "no_sandbox", "{path}");
            let told = reply.json()["detail"].as_str().unwrap().to_owned();
            assert!(
                told.contains(&format!("gaf org sandbox {SCHOOL}")),
                "{told}"
            );
        }
    }
    assert_nothing_live_was_asked_for(&world);
}
