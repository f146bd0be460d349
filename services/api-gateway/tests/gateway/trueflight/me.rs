//! `/me`

use chrono::{DateTime, TimeDelta, Utc};
use contracts::convert::timestamp;
use contracts::v1;
use domain::api_key::Surface;
use public_api::routes::View;
use serde_json::json;

use super::{BASES, ME, add_school, bound, key, location, world};
use crate::harness::{OTHER_SCHOOL, SCHOOL, World};

#[tokio::test]
async fn it_says_who_asks_with_which_key() {
    let world = world().await;
    let key = world.keys.mint_of(Surface::TrueFlight, SCHOOL, &["write"]);
    let reply = world.call(ME).key(&key).send().await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    let data = &reply.json()["data"];
    assert_eq!(data["organization"]["id"], SCHOOL.to_string());
    let mut told = data["key"].clone();
    let id = told.as_object_mut().unwrap().remove("id").unwrap();
    assert!(id.as_str().unwrap().parse::<uuid::Uuid>().is_ok());
    let expected = json!({
        "name": "Nightly sync",
        "prefix": key.token.display_prefix(),
        "last_four": key.token.last_four(),
        "environment": "live",
        "kind": "org",
        "scopes": ["write"],
        "created_at": "1970-01-01T00:00:00Z",
        "last_used_at": null,
        "expires_at": null,
        "rate_limit": told["rate_limit"],
    });
    assert_eq!(told, expected);
    assert!(!reply.text().contains(key.token.reveal()));
    // What the read model has goes out byte for byte.
    let bases: Vec<_> = BASES.iter().map(|base| location(*base)).collect();
    let locations = format!(r#""locations":[{}]"#, bases.join(","));
    assert!(reply.text().contains(&locations), "{}", reply.text());
    assert!(reply.text().contains(r#""odd":1.0"#));
}

#[tokio::test]
async fn it_tells_the_end_the_last_use_and_the_limit_of_the_key() {
    let world = world().await;
    let key = key(&world, Surface::TrueFlight);
    let used_at = DateTime::UNIX_EPOCH + TimeDelta::days(2);
    let end = world.kit.clock.now() + TimeDelta::days(1);
    world.keys.change(&key, |known| {
        known.expires_at = Some(timestamp(end));
        known.rate_limit = Some(v1::RateLimit {
            requests: 70,
            seconds: 30,
        });
        known.last_use = Some(v1::KeyUse {
            key_id: known.id.clone(),
            at: Some(timestamp(used_at)),
            address: "203.0.113.9".to_owned(),
            user_agent: None,
        });
    });
    let reply = world.call(ME).key(&key).send().await;
    let told = &reply.json()["data"]["key"];
    assert_eq!(told["last_used_at"], "1970-01-03T00:00:00Z");
    assert_eq!(told["rate_limit"], json!({"requests": 70, "seconds": 30}));
    let expires_at = told["expires_at"].as_str().unwrap();
    assert_eq!(expires_at.parse::<DateTime<Utc>>().unwrap(), end);
    assert!(
        !reply.text().contains("203.0.113.9"),
        "where from is not told"
    );
    let policy = reply.header("ratelimit-policy").unwrap();
    assert!(policy.contains(r#""key";q=70;w=30"#), "{policy}");
}

#[tokio::test]
async fn a_bound_key_is_told_of_its_locations_only() {
    let world = world().await;
    let key = bound(&world, Surface::TrueFlight, &BASES[1..2]);
    let reply = world.call(ME).key(&key).send().await;
    let data = &reply.json()["data"];
    assert_eq!(data["key"]["kind"], "location");
    assert_eq!(data["locations"].as_array().unwrap().len(), 1);
    assert_eq!(data["locations"][0]["id"], BASES[1].to_string());
    let asked = world.documents.lists().pop().unwrap();
    assert_eq!(asked.only.unwrap().ids, [BASES[1].to_string()]);
}

#[tokio::test]
async fn the_organisation_is_the_keys_whatever_a_header_says() {
    let world = world().await;
    add_school(&world, OTHER_SCHOOL, &[]);
    let key = key(&world, Surface::TrueFlight);
    let named = world.call(ME).key(&key).organization(OTHER_SCHOOL);
    let reply = named.send().await;
    let data = &reply.json()["data"];
    assert_eq!(data["organization"]["id"], SCHOOL.to_string());
    let asked = world.documents.gets();
    assert!(
        asked
            .iter()
            .all(|get| get.organization_id == SCHOOL.to_string())
    );
}

#[tokio::test]
async fn an_answer_that_is_the_same_is_not_sent_again() {
    let world = world().await;
    let key = key(&world, Surface::TrueFlight);
    let first = world.call(ME).key(&key).send().await;
    let known = first.header("etag").unwrap().to_owned();
    let again = world.call(ME).key(&key).header("if-none-match", known);
    assert_eq!(again.send().await.status, 304);
    let refused = world.call(&format!("{ME}?fields=key")).key(&key).send();
    let code = refused.await.problem(400, "invalid_parameter");
    assert_eq!(code, "unknown_parameter");
}

#[tokio::test]
async fn an_organisation_that_is_not_read_yet_is_asked_for_later() {
    let world = World::start().await;
    let base = BASES[0].to_string();
    world
        .documents
        .add_for(SCHOOL, View::Locations, &base, location(BASES[0]));
    let key = key(&world, Surface::TrueFlight);
    let reply = world.call(ME).key(&key).send().await;
    reply.problem(503, "service_unavailable");
    assert!(reply.header("retry-after").is_some());
}
