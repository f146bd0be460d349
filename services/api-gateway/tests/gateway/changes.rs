//! `updated_since` and `fields` together with everything else a list has.

use domain::scope::Scope;
use public_api::routes::View;
use serde_json::json;

use crate::harness::{Minted, Reply, World};

const FLIGHTS: &str = "/api/v1/public/flights";
const SINCE: &str = "updated_since=2026-05-28T14:00:00%2B02:00";

async fn page(world: &World, key: &Minted, path: &str) -> Reply {
    let reply = world.get(key, path).send().await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    reply
}

#[tokio::test]
async fn changes_are_asked_for_with_all_that_narrows_them() {
    let world = World::start().await;
    let key = world.keys.mint(Scope::ALL);
    page(
        &world,
        &key,
        &format!("{FLIGHTS}?{SINCE}&status=approved&from=2026-05-01&limit=3"),
    )
    .await;
    let asked = world.documents.lists().pop().unwrap();
    let noon = contracts::convert::timestamp("2026-05-28T12:00:00Z".parse().unwrap());
    assert_eq!(asked.updated_since, Some(noon));
    assert_eq!(
        asked.sort_from.as_deref(),
        Some("2026-05-01T00:00:00.000000Z")
    );
    assert_eq!((asked.facets.len(), asked.limit), (1, 3));
    page(&world, &key, FLIGHTS).await;
    assert_eq!(world.documents.lists().pop().unwrap().updated_since, None);
}

#[tokio::test]
async fn what_is_gone_says_so_whatever_is_selected() {
    let world = World::start().await;
    let key = world.keys.mint(Scope::ALL);
    world.documents.add(
        View::Flights,
        "a",
        r#"{"id":"a","status":"draft","remarks":null}"#,
    );
    world.documents.add_tombstone(View::Flights, "b");
    let gone = json!({"id": "b", "deleted": true, "deleted_at": "2026-05-28T12:00:00Z"});
    let whole = page(&world, &key, &format!("{FLIGHTS}?{SINCE}"))
        .await
        .json();
    assert_eq!(whole["data"][1], gone);
    let some = page(&world, &key, &format!("{FLIGHTS}?{SINCE}&fields=status")).await;
    assert_eq!(
        some.json()["data"],
        json!([{"id": "a", "status": "draft"}, gone])
    );
}

#[tokio::test]
async fn a_cursor_of_changes_is_good_for_those_changes_only() {
    let world = World::start().await;
    let key = world.keys.mint(Scope::ALL);
    for id in ["a", "b", "c"] {
        world
            .documents
            .add(View::Flights, id, r#"{"id":"x","status":"draft"}"#);
    }
    let path = format!("{FLIGHTS}?{SINCE}&fields=status&limit=1");
    let first = page(&world, &key, &path).await;
    let cursor = first.json()["cursor"].as_str().unwrap().to_owned();
    let link = first.header("link").unwrap().to_owned();
    let next = format!(
        "{FLIGHTS}?updated_since=2026-05-28T14%3A00%3A00%2B02%3A00&fields=status&limit=1&cursor={cursor}"
    );
    assert_eq!(link, format!(r#"<{next}>; rel="next""#));
    page(&world, &key, &next).await;
    assert_eq!(
        world.documents.lists().pop().unwrap().after.unwrap().id,
        "a"
    );

    // What is shown of a document, and how many, may change from page to page.
    page(
        &world,
        &key,
        &format!("{FLIGHTS}?{SINCE}&limit=2&cursor={cursor}"),
    )
    .await;
    page(
        &world,
        &key,
        &format!("{FLIGHTS}?updated_since=2026-05-28T12:00:00Z&cursor={cursor}"),
    )
    .await;
    for other in [
        "",
        "updated_since=2026-05-28T12:00:01Z&",
        "from=2026-05-28T12:00:00Z&",
    ] {
        let reply = world
            .get(&key, &format!("{FLIGHTS}?{other}cursor={cursor}"))
            .send()
            .await;
        assert_eq!(
            reply.problem(400, "invalid_cursor"),
            "invalid_cursor",
            "{other}"
        );
    }
}

#[tokio::test]
async fn a_selection_has_an_entity_tag_of_its_own() {
    let world = World::start().await;
    let key = world.keys.mint(Scope::ALL);
    let id = "3f0c0000-0000-4000-8000-0000000000aa";
    world.documents.add(
        View::Flights,
        id,
        r#"{"id":"x","status":"draft","remarks":"r"}"#,
    );
    for path in [FLIGHTS.to_owned(), format!("{FLIGHTS}/{id}")] {
        let selected = format!("{path}?fields=status");
        let tag = |reply: &Reply| reply.header("etag").unwrap().to_owned();
        let (whole, some) = (
            page(&world, &key, &path).await,
            page(&world, &key, &selected).await,
        );
        assert_ne!(tag(&whole), tag(&some));
        assert!(!some.text().contains("remarks"), "{}", some.text());
        let again = world
            .get(&key, &selected)
            .header("if-none-match", tag(&some));
        assert_eq!(again.send().await.status, 304);
        let other = world
            .get(&key, &selected)
            .header("if-none-match", tag(&whole));
        assert_eq!(other.send().await.status, 200);
    }
}

#[tokio::test]
async fn nobody_is_asked_about_deliveries_that_are_not_shown() {
    let world = World::start().await;
    let key = world.keys.mint(Scope::ALL);
    world.documents.add(
        View::Events,
        "evt_1",
        r#"{"id":"evt_1","type":"webhook.test"}"#,
    );
    let some = page(&world, &key, "/api/v1/public/events?fields=type").await;
    assert_eq!(
        some.json()["data"],
        json!([{"id": "evt_1", "type": "webhook.test"}])
    );
    assert!(world.endpoints.asked().is_empty());
    let summary = page(
        &world,
        &key,
        "/api/v1/public/events?fields=delivery_summary",
    )
    .await;
    assert!(summary.json()["data"][0]["delivery_summary"].is_object());
    assert_eq!(world.endpoints.asked().len(), 1);
}
