//! `gaf key rotate` and `gaf key audit`

use serde_json::json;

use crate::fakes::{FakeKeys, TOKEN};
use crate::world::{World, id};

const MINT: [&str; 9] = [
    "key",
    "mint",
    "--surface",
    "tf",
    "--name",
    "one",
    "--scope",
    "read",
    "--allow-cidr",
];

async fn with_a_key() -> (World, FakeKeys) {
    let world = World::start().await;
    let fake = world.keys(FakeKeys::default()).await;
    let location = id(70);
    let bound = ["2001:db8::/32,203.0.113.9", "--location", location.as_str()];
    let minted = world.json(&[&MINT[..], &bound].concat()).await;
    assert_eq!(
        minted["allowed_cidrs"],
        json!(["203.0.113.9/32", "2001:db8::/32"])
    );
    assert_eq!(minted["location_ids"], json!([location]));
    (world, fake)
}

#[tokio::test]
async fn a_rotated_key_shows_its_new_token_once_and_when_the_old_one_ends() {
    let (world, fake) = with_a_key().await;
    let ran = world
        .gaf(&["key", "rotate", &id(1), "--overlap", "48h", "--by", "ops"])
        .await;
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert_eq!(ran.out.matches(TOKEN).count(), 1);
    assert!(ran.out.contains("works until 2126-05-30T"), "{}", ran.out);
    let asked = fake.rotated.lock().unwrap()[0].clone();
    assert_eq!(
        (asked.overlap_seconds, asked.expires_at),
        (Some(172_800), None)
    );
    assert_eq!(asked.rotated_by.as_deref(), Some("ops"));

    let listed = world.json(&["key", "list"]).await;
    assert_eq!(
        (&listed[0]["state"], &listed[1]["state"]),
        (&"retiring".into(), &"live".into())
    );
    assert_eq!(listed[1]["replaces"], id(1));
    for wrong in ["31d", "2027-01-31T18:00:00Z", "soon"] {
        let ran = world
            .gaf(&["key", "rotate", &id(1), "--overlap", wrong])
            .await;
        assert_eq!(ran.code, 2, "{wrong}");
    }
    assert_eq!(fake.rotated.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn the_audit_trail_is_shown_with_where_it_goes_on() {
    let (world, _fake) = with_a_key().await;
    let trail = world
        .json(&["key", "audit", "--key", &id(1), "--limit", "1"])
        .await;
    assert_eq!(
        (
            &trail["entries"][0]["act"],
            &trail["entries"][0]["detail"]["name"]
        ),
        (&"minted".into(), &"one".into())
    );
    assert_eq!(trail["next_before"], 7);
    let ran = world.gaf(&["key", "audit", "--limit", "1"]).await;
    assert!(ran.out.contains("--before 7"), "{}", ran.out);
    let ran = world.gaf(&["key", "audit", "--before", "7"]).await;
    assert!(ran.out.contains("Nothing was done"), "{}", ran.out);
    assert_eq!(world.gaf(&["key", "audit", "--limit", "0"]).await.code, 2);
}
