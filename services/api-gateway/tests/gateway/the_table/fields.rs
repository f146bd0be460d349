//! `fields` on every route that has it.

use std::collections::BTreeSet;

use public_api::routes::{self, Route};
use serde_json::Value;

use super::{get, keyring};
use crate::harness::{SCHOOL, World};

/// A document with every member that the route's documents have.
fn whole(route: &Route) -> String {
    let members = route.fields().iter();
    let stored = members.filter(|name| *name != "delivery_summary");
    let members: Vec<_> = stored
        .map(|name| format!(r#""{name}":[1.0,null]"#))
        .collect();
    format!("{{{}}}", members.join(","))
}

#[tokio::test]
async fn every_field_can_be_selected_and_only_those_that_there_are() {
    let world = World::start().await;
    let keys = keyring(&world);
    for route in routes::all().filter(|r| r.parameters().contains(&"fields")) {
        assert!(
            !route.fields().is_empty(),
            "{} has no documents",
            route.path
        );
        let id = route.id().map_or("first", |id| id.example());
        world.documents.clear();
        world
            .documents
            .add_for(SCHOOL, route.view, id, whole(route));
        for field in route.fields() {
            let reply = get(&world, keys.key(route), route, &format!("fields={field}"))
                .send()
                .await;
            assert_eq!(
                reply.status,
                200,
                "{} {field}: {}",
                route.path,
                reply.text()
            );
            let document = reply.json();
            let document = match &document["data"] {
                Value::Array(page) => page[0].clone(),
                alone => alone.clone(),
            };
            let members: BTreeSet<_> = document.as_object().unwrap().keys().cloned().collect();
            let mut expected = BTreeSet::from([field.clone()]);
            expected.extend(route.fields().iter().filter(|name| *name == "id").cloned());
            assert_eq!(members, expected, "{}", route.path);
            assert!(
                field == "delivery_summary" || document[field] == serde_json::json!([1.0, null]),
                "{document}"
            );
        }
        let reply = get(&world, keys.key(route), route, "fields=colour")
            .send()
            .await;
        let told = reply.json()["errors"][0]["detail"].to_string();
        assert!(told.contains(&route.fields().join(", ")), "{told}");
    }
}
