//! `gaf signing-key`

use serde_json::Value;

use crate::fakes::FakeFlightOps;
use crate::world::{World, org};

#[tokio::test]
async fn another_key_signs_and_the_one_before_is_still_listed() {
    let world = World::start().await;
    let fake = world.flight_ops(FakeFlightOps::default()).await;
    let ran = world.gaf(&["signing-key", "list"]).await;
    assert!(ran.out.contains("no signing key yet"), "{}", ran.out);

    let first = world.json(&["signing-key", "rotate"]).await;
    assert_eq!(first["organization_id"], org());
    assert_eq!(first["public_key"], "01".repeat(32));
    let ran = world.gaf(&["signing-key", "rotate"]).await;
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.contains(&"02".repeat(32)), "{}", ran.out);

    let keys = world.json(&["signing-key", "list"]).await;
    let [signs, retired] = keys.as_array().unwrap().as_slice() else {
        panic!("{keys}");
    };
    assert_eq!(signs["retired_at"], Value::Null);
    assert_eq!(retired["id"], first["id"]);
    assert!(retired["retired_at"].is_string(), "{retired}");
    let ran = world.gaf(&["signing-key", "list"]).await;
    assert!(ran.out.contains("Ed25519"), "{}", ran.out);
    drop(fake);
}

#[tokio::test]
async fn a_request_that_is_repeated_makes_one_key() {
    let world = World::start().await;
    let fake = FakeFlightOps::default();
    fake.0.lock().unwrap().failures = 2;
    let fake = world.flight_ops(fake).await;
    let ran = world.gaf(&["signing-key", "rotate"]).await;
    assert_eq!(ran.code, 0, "{}", ran.err);
    let asked = fake.0.lock().unwrap().rotations.clone();
    assert_eq!(asked.len(), 3);
    assert!(asked.iter().all(|id| *id == asked[0]), "{asked:?}");
    assert_eq!(fake.0.lock().unwrap().signing_keys.len(), 1);
}
