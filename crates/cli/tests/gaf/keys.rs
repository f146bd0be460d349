//! `gaf key`

use std::time::Duration;

use contracts::convert::instant;
use serde_json::json;

use crate::fakes::FakeKeys;
use crate::world::{World, id, org};

const TOKEN: &str = "gaf_pk_theTokenItself";

#[tokio::test]
async fn a_minted_key_is_shown_with_its_token_once() {
    let world = World::start().await;
    let fake = world.keys(FakeKeys::default()).await;
    let mint = ["key", "mint", "--surface", "ga", "--name", "demo"];
    let answer = world.json(&[&mint[..], &["--all-scopes"]].concat()).await;
    assert_eq!(
        (&answer["token"], &answer["id"]),
        (&TOKEN.into(), &id(1).into())
    );
    assert_eq!(
        answer["scopes"].as_array().unwrap().len(),
        domain::scope::Scope::ALL.len()
    );
    assert_eq!(
        (&answer["state"], &answer["organization_id"]),
        (&"live".into(), &org().into())
    );

    let scopes = [
        "--scope",
        "public.flights:read,public.events:read",
        "--scope",
        "public.fleet:read",
    ];
    let more = [
        "--expires",
        "90d",
        "--note",
        "for the warehouse",
        "--by",
        "ops",
    ];
    let ran = world.gaf(&[&mint[..], &scopes, &more].concat()).await;
    assert_eq!(ran.out.matches(TOKEN).count(), 1);
    assert!(ran.out.contains("It is shown this once"), "{}", ran.out);
    let asked = fake.minted.lock().unwrap()[1].clone();
    assert_eq!(
        asked.scopes,
        [
            "public.flights:read",
            "public.fleet:read",
            "public.events:read"
        ]
    );
    assert_eq!(
        (asked.note.as_deref(), asked.created_by.as_deref()),
        (Some("for the warehouse"), Some("ops"))
    );
    let expires_at = instant("", asked.expires_at).unwrap();
    let days = (expires_at - chrono::DateTime::UNIX_EPOCH).num_days();
    let stored = world.json(&["key", "list"]).await;
    assert_eq!(
        stored[1]["expires_at"].as_str().unwrap()[..10],
        expires_at.date_naive().to_string()
    );
    assert!(days > 20_000);
}

#[tokio::test]
async fn what_cannot_be_minted_is_refused_before_anybody_is_asked() {
    let world = World::start().await;
    let fake = world.keys(FakeKeys::default()).await;
    let mint = ["key", "mint", "--name", "demo", "--surface"];
    let location = id(70);
    let wrong: [&[&str]; 13] = [
        &["ga"],
        &["ga", "--scope", "read"],
        &["tf", "--scope", "public.flights:read"],
        &["gb", "--all-scopes"],
        &["ga", "--all-scopes", "--scope", "public.flights:read"],
        &["ga", "--all-scopes", "--expires", "2026-01-01T00:00:00Z"],
        &["ga", "--all-scopes", "--expires", "tomorrow"],
        &["ga", "--all-scopes", "--allow-cidr", "10.1.2.3/8"],
        &["ga", "--all-scopes", "--allow-cidr", "example.org"],
        &["tf", "--all-scopes", "--location", "KPAO"],
        &["ga", "--all-scopes", "--location", &location],
        &["ga", "--all-scopes", "--rate-limit", "600"],
        &["ga", "--all-scopes", "--rate-limit", "0/min"],
    ];
    for rest in wrong {
        let ran = world.gaf(&[&mint[..], rest].concat()).await;
        assert_eq!(
            (ran.code, ran.out.as_str()),
            (2, ""),
            "{rest:?}: {}",
            ran.err
        );
    }
    assert!(fake.minted.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_mint_without_an_answer_is_not_repeated_and_says_what_may_have_happened() {
    let world = World::start().await;
    let fake = world
        .keys(FakeKeys {
            silent: true,
            ..FakeKeys::default()
        })
        .await;
    let begun = std::time::Instant::now();
    let ran = world
        .gaf(&[
            "key",
            "mint",
            "--surface",
            "ga",
            "--name",
            "demo",
            "--all-scopes",
        ])
        .await;
    assert!(begun.elapsed() < Duration::from_secs(15));
    assert_eq!(ran.code, 5);
    assert!(ran.err.contains("gaf key list"), "{}", ran.err);
    assert_eq!(fake.minted.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn a_list_shows_how_each_key_stands_and_no_token() {
    let world = World::start().await;
    let fake = world.keys(FakeKeys::default()).await;
    let ran = world.gaf(&["key", "list"]).await;
    assert!(ran.out.contains("There is no key yet"), "{}", ran.out);
    for name in ["one", "two", "three"] {
        world
            .json(&[
                "key",
                "mint",
                "--surface",
                "tf",
                "--name",
                name,
                "--scope",
                "read",
            ])
            .await;
    }
    let past = contracts::convert::timestamp("2026-05-28T12:03:12Z".parse().unwrap());
    fake.keys.lock().unwrap()[1].expires_at = Some(past);
    fake.keys.lock().unwrap()[2].revoked_at = Some(past);

    let listed = world.json(&["key", "list"]).await;
    let states: Vec<_> = listed
        .as_array()
        .unwrap()
        .iter()
        .map(|key| key["state"].clone())
        .collect();
    assert_eq!(json!(states), json!(["live", "expired", "revoked"]));
    let ran = world.gaf(&["key", "list"]).await;
    assert!(ran.out.contains("gaf_pk_theT…self"), "{}", ran.out);
    assert!(!ran.out.contains(TOKEN));
}

#[tokio::test]
async fn revoking_twice_is_told_apart_and_an_unknown_key_is_not_found() {
    let world = World::start().await;
    let fake = world.keys(FakeKeys::default()).await;
    world
        .json(&[
            "key",
            "mint",
            "--surface",
            "tf",
            "--name",
            "one",
            "--scope",
            "read",
        ])
        .await;
    let ran = world
        .gaf(&["key", "revoke", &id(1), "--reason", "lost laptop"])
        .await;
    assert_eq!(ran.code, 0);
    assert!(ran.out.contains("is revoked"), "{}", ran.out);
    assert_eq!(
        fake.revoked.lock().unwrap()[0].reason.as_deref(),
        Some("lost laptop")
    );
    let ran = world.gaf(&["key", "revoke", &id(1)]).await;
    assert_eq!(ran.code, 0);
    assert!(ran.out.contains("was revoked before"), "{}", ran.out);

    let ran = world.gaf(&["key", "revoke", &id(9)]).await;
    assert_eq!(ran.code, 3);
    let ran = world.gaf(&["key", "revoke", TOKEN]).await;
    assert_eq!(ran.code, 2);
}
