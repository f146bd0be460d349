//! Pages, cursors, details and the event log.

use std::time::Instant;

use contracts::v1::{DeliverySummary, Fault};
use domain::scope::Scope;
use public_api::routes::View;
use serde_json::{Value, json};

use crate::harness::{LIMIT, Minted, OTHER_SCHOOL, Reply, SCHOOL, World};

const FLIGHTS: &str = "/api/v1/public/flights";
const EVENTS: &str = "/api/v1/public/events";
const EVENT: &str = "evt_01HZX3T9V5Q8W7E6R5T4Y3V2N1";

async fn page(world: &World, key: &Minted, path: &str) -> Reply {
    let reply = world.get(key, path).send().await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    assert_eq!(reply.header("content-type"), Some("application/json"));
    reply
}

/// The address in `Link: <…>; rel="next"`.
fn next(reply: &Reply) -> Option<String> {
    let link = reply.header("link")?;
    Some(
        link.strip_prefix('<')
            .unwrap()
            .strip_suffix(r#">; rel="next""#)
            .unwrap()
            .to_owned(),
    )
}

#[tokio::test]
async fn documents_are_served_byte_for_byte_and_the_pages_join_up() {
    let world = World::start().await;
    let key = world.keys.mint(&[Scope::Flights]);
    for (id, body) in [
        ("a", r#"{"id":"a","hobbs_start":2274.30}"#),
        ("b", r#"{ "id":"b" }"#),
        ("c", r#"{"id":"c"}"#),
    ] {
        world.documents.add(View::Flights, id, body);
    }
    world
        .documents
        .add_for(OTHER_SCHOOL, View::Flights, "z", r#"{"id":"z"}"#);

    let first = page(&world, &key, &format!("{FLIGHTS}?status=approved&limit=2")).await;
    let cursor = first.json()["cursor"].as_str().unwrap().to_owned();
    let data = r#"{"data":[{"id":"a","hobbs_start":2274.30},{ "id":"b" }],"cursor":""#;
    assert!(first.text().starts_with(data), "{}", first.text());
    assert_eq!(
        next(&first).unwrap(),
        format!("{FLIGHTS}?status=approved&limit=2&cursor={cursor}")
    );

    let last = page(&world, &key, &next(&first).unwrap()).await;
    assert_eq!(
        (last.text(), next(&last)),
        (r#"{"data":[{"id":"c"}],"cursor":null}"#, None)
    );
    let asked = world.documents.lists().pop().unwrap();
    let after = asked.after.unwrap();
    assert_eq!(
        (after.sort_key.as_str(), after.id.as_str(), asked.limit),
        ("at b", "b", 2)
    );
}

#[tokio::test]
async fn a_cursor_is_good_for_its_own_list_only() {
    let world = World::start().await;
    let key = world.keys.mint(Scope::ALL);
    let other = world.keys.mint_for(OTHER_SCHOOL, Scope::ALL);
    for id in ["a", "b"] {
        world.documents.add(View::Flights, id, "{}");
    }
    let first = page(&world, &key, &format!("{FLIGHTS}?limit=1&from=2026-05-01")).await;
    let cursor = first.json()["cursor"].as_str().unwrap().to_owned();
    // Another limit, and the same bound in other words.
    page(
        &world,
        &key,
        &format!("{FLIGHTS}?limit=9&from=2026-05-01T02:00:00%2B02:00&cursor={cursor}"),
    )
    .await;

    let at = |path: &str| format!("/api/v1/public/{path}cursor={cursor}");
    let foreign = [
        (&key, at("fleet?")),
        (&key, at("events?from=2026-05-01&")),
        (&key, at("flights?")),
        (&key, at("flights?from=2026-05-02&")),
        (&key, at("flights?from=2026-05-01&status=draft&")),
        (&other, at("flights?from=2026-05-01&")),
        (&key, format!("{FLIGHTS}?from=2026-05-01&cursor={cursor}A")),
        (
            &key,
            format!(
                "{FLIGHTS}?from=2026-05-01&cursor={}",
                &cursor[..cursor.len() - 1]
            ),
        ),
        (&key, format!("{FLIGHTS}?from=2026-05-01&cursor=")),
    ];
    let asked = world.documents.lists().len();
    for (key, path) in foreign {
        let reply = world.get(key, &path).send().await;
        assert_eq!(
            reply.problem(400, "invalid_cursor"),
            "invalid_cursor",
            "{path}"
        );
    }
    assert_eq!(world.documents.lists().len(), asked);
}

#[tokio::test]
async fn a_detail_is_there_for_its_own_school_only() {
    let world = World::start().await;
    let key = world.keys.mint(Scope::ALL);
    let own = "3f0c0000-0000-4000-8000-0000000000aa";
    let foreign = "3f0c0000-0000-4000-8000-0000000000bb";
    for view in [View::Flights, View::Fleet, View::Pilots] {
        world.documents.add(view, own, r#"{"own":1}"#);
        world
            .documents
            .add_for(OTHER_SCHOOL, view, foreign, r#"{"own":0}"#);
        let path = |id: &str| format!("/api/v1/public/{}/{id}", view.as_str());
        assert_eq!(
            page(&world, &key, &path(own)).await.text(),
            r#"{"data":{"own":1}}"#
        );
        assert_eq!(
            page(&world, &key, &path(&own.to_uppercase())).await.text(),
            r#"{"data":{"own":1}}"#
        );
        for absent in [
            foreign,
            "3f0c0000-0000-4000-8000-0000000000cc",
            "1",
            "%00",
            EVENT,
        ] {
            let reply = world.get(&key, &path(absent)).send().await;
            reply.problem(404, "not_found");
            assert!(reply.text().contains(view.noun()), "{}", reply.text());
        }
    }
}

#[tokio::test]
async fn events_tell_how_their_deliveries_stand() {
    let world = World::start().await;
    let key = world.keys.mint(&[Scope::Events]);
    world.documents.add(
        View::Events,
        EVENT,
        r#"{"id":"evt_01HZX3T9V5Q8W7E6R5T4Y3V2N1"}"#,
    );
    world
        .documents
        .add(View::Events, "evt_2", r#"{"id":"evt_2"}"#);
    world.endpoints.say(DeliverySummary {
        event_id: EVENT.into(),
        endpoints: 3,
        succeeded: 1,
        failed: 1,
        pending: 1,
    });

    let list = page(&world, &key, EVENTS).await.json();
    let told = json!({"endpoints": 3, "succeeded": 1, "failed": 1, "pending": 1});
    let owed_to_nobody = json!({"endpoints": 0, "succeeded": 0, "failed": 0, "pending": 0});
    assert_eq!(
        list["data"][0],
        json!({"id": EVENT, "delivery_summary": told})
    );
    assert_eq!(list["data"][1]["delivery_summary"], owed_to_nobody);
    let asked = world.endpoints.asked();
    assert_eq!(asked.len(), 1, "one request for the page");
    assert_eq!(asked[0].event_ids, [EVENT, "evt_2"]);
    assert_eq!(asked[0].organization_id, SCHOOL.to_string());

    let detail = page(&world, &key, &format!("{EVENTS}/{EVENT}"))
        .await
        .json();
    assert_eq!(detail["data"]["delivery_summary"], told);
}

#[tokio::test]
async fn a_silent_dispatcher_costs_the_summary_and_not_the_events() {
    let world = World::start().await;
    let key = world.keys.mint(&[Scope::Events]);
    world.documents.add(View::Events, EVENT, r#"{"a":1}"#);
    world.endpoints.fall_silent();
    let begun = Instant::now();
    let list = page(&world, &key, EVENTS).await;
    assert!(begun.elapsed() < LIMIT);
    assert_eq!(
        list.text(),
        r#"{"data":[{"a":1,"delivery_summary":null}],"cursor":null}"#
    );
}

#[tokio::test]
async fn an_empty_event_log_asks_nobody_about_deliveries() {
    let world = World::start().await;
    let key = world.keys.mint(&[Scope::Events]);
    assert_eq!(
        page(&world, &key, EVENTS).await.json()["data"],
        Value::Array(vec![])
    );
    assert!(world.endpoints.asked().is_empty());
}

#[tokio::test]
async fn a_fault_behind_the_gateway_says_nothing_of_the_inside() {
    let world = World::start().await;
    let key = world.keys.mint(Scope::ALL);
    let secret = "relation \"documents\" does not exist";
    for (fault, status, kind) in [
        (Fault::unavailable(secret), 503, "service_unavailable"),
        (Fault::invalid("invalid_message", secret), 500, "internal"),
        (Fault::conflict("conflict", secret), 500, "internal"),
        (Fault::internal(), 500, "internal"),
    ] {
        world.documents.fail(fault);
        let reply = world.get(&key, FLIGHTS).send().await;
        reply.problem(status, kind);
        assert!(!reply.text().contains("relation"), "{}", reply.text());
        assert_eq!(reply.header("retry-after").is_some(), status == 503);
    }
}

#[tokio::test]
async fn a_document_that_is_none_is_our_fault() {
    let world = World::start().await;
    let key = world.keys.mint(&[Scope::Events]);
    world.documents.add(View::Events, EVENT, "[]");
    world
        .get(&key, EVENTS)
        .send()
        .await
        .problem(500, "internal");
}
