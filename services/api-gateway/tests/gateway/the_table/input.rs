//! What routes take in their queries, and what they refuse.

use public_api::routes::{self, Bound, Filter, Form, Route};

use super::{get, keyring, values};
use crate::harness::{Minted, SCHOOL, World};

async fn refused(
    world: &World,
    key: &Minted,
    route: &Route,
    query: &str,
    kind: &str,
) -> Vec<(String, String)> {
    let reply = get(world, key, route, query).send().await;
    assert_eq!(
        reply.status,
        400,
        "{} ?{query}: {}",
        route.path,
        reply.text()
    );
    reply.problem(400, kind);
    let document = reply.json();
    let errors = document["errors"].as_array().unwrap().iter();
    errors
        .map(|error| {
            assert!(!error["detail"].as_str().unwrap().is_empty());
            let text = |member: &str| error[member].as_str().unwrap().to_owned();
            (text("parameter"), text("code"))
        })
        .collect()
}

#[tokio::test]
async fn every_filter_refuses_what_it_does_not_take() {
    let world = World::start().await;
    let keys = keyring(&world);
    for route in routes::all() {
        for filter in route.filters() {
            let only = |code: &str| [(filter.name.to_owned(), code.to_owned())];
            for (value, code) in values::wrong(filter) {
                let query = format!("{}={value}", filter.name);
                let errors =
                    refused(&world, keys.key(route), route, &query, "invalid_parameter").await;
                assert_eq!(errors, only(code), "{query}");
            }
            let query = format!("{0}={1}&{0}={1}", filter.name, values::right(filter));
            let errors = refused(&world, keys.key(route), route, &query, "invalid_parameter").await;
            assert_eq!(errors, only("repeated_parameter"), "{query}");
            let query = format!("{}=%zz", filter.name);
            let errors = refused(&world, keys.key(route), route, &query, "invalid_parameter").await;
            assert_eq!(errors, only("malformed_encoding"), "{query}");
        }
    }
    assert!(world.documents.lists().is_empty());
}

#[tokio::test]
async fn an_unknown_value_is_told_what_is_allowed() {
    let world = World::start().await;
    let keys = keyring(&world);
    for route in routes::all() {
        for filter in route.filters() {
            let allowed: &[&str] = match filter.form {
                Form::Enum(terms) => terms,
                Form::Bool => &["true", "false"],
                _ => continue,
            };
            let query = format!("{}=nothing", filter.name);
            let reply = get(&world, keys.key(route), route, &query).send().await;
            let detail = reply.json()["errors"][0]["detail"].to_string();
            assert!(detail.contains(&allowed.join(", ")), "{detail}");
        }
    }
}

#[tokio::test]
async fn every_filter_takes_what_it_should_and_passes_it_on() {
    let world = World::start().await;
    let keys = keyring(&world);
    for route in routes::all() {
        for filter in route.filters() {
            let value = values::right(filter);
            let query = format!("{}={value}", filter.name);
            let reply = get(&world, keys.key(route), route, &query).send().await;
            assert_eq!(reply.status, 200, "{query}: {}", reply.text());
            let asked = world.documents.lists().pop().unwrap();
            assert_eq!(
                (asked.view.as_str(), asked.organization_id),
                (route.view.as_str(), SCHOOL.to_string())
            );
            let facets: Vec<_> = asked
                .facets
                .iter()
                .map(|f| (f.name.as_str(), f.value.as_str()))
                .collect();
            let bounds = (asked.sort_from.as_deref(), asked.sort_to.as_deref());
            match values::bound(filter.form) {
                Some((Bound::From, key)) => assert_eq!(bounds, (Some(key), None), "{query}"),
                Some((_, key)) => {
                    // What has no date is left out by either bound.
                    let least = matches!(filter.form, Form::Date(_)).then_some("0");
                    assert_eq!(bounds, (least, Some(key)), "{query}");
                }
                None => assert_eq!(facets, [(filter.name, value.as_str())]),
            }
        }
    }
}

#[tokio::test]
async fn a_range_that_ends_before_it_begins_is_refused() {
    let world = World::start().await;
    let keys = keyring(&world);
    let mut tried = 0;
    for route in routes::all() {
        let bounds = |wanted: fn(Bound) -> bool| {
            let of_form = move |filter: &&Filter| match filter.form {
                Form::Instant(bound) | Form::Date(bound) => wanted(bound),
                _ => false,
            };
            route.filters().iter().find(of_form)
        };
        let lower = bounds(|bound| bound == Bound::From);
        let upper = bounds(|bound| bound != Bound::From);
        let (Some(lower), Some(upper)) = (lower, upper) else {
            continue;
        };
        let query = format!("{}=2026-05-02&{}=2026-05-01", lower.name, upper.name);
        let errors = refused(&world, keys.key(route), route, &query, "invalid_parameter").await;
        assert_eq!(
            errors,
            [(lower.name.to_owned(), "from_after_to".to_owned())]
        );
        let query = format!("{}=2026-05-01&{}=2026-05-01", lower.name, upper.name);
        assert_eq!(
            get(&world, keys.key(route), route, &query)
                .send()
                .await
                .status,
            200
        );
        tried += 1;
    }
    assert!(tried >= 2);
}

#[tokio::test]
async fn what_all_routes_share_is_checked_on_each() {
    let world = World::start().await;
    let keys = keyring(&world);
    for route in routes::all() {
        for name in route.parameters() {
            for (value, code) in values::wrong_common(name) {
                let kind = match *name {
                    "cursor" => "invalid_cursor",
                    _ => "invalid_parameter",
                };
                let query = format!("{name}={value}");
                let errors = refused(&world, keys.key(route), route, &query, kind).await;
                assert_eq!(errors, [((*name).to_owned(), code.to_owned())], "{query}");
            }
            if *name != "cursor" {
                let right = values::right_common(route, name);
                let reply = get(&world, keys.key(route), route, &format!("{name}={right}"))
                    .send()
                    .await;
                let expected = if route.is_list() { 200 } else { 404 };
                assert_eq!(reply.status, expected, "{} ?{name}={right}", route.path);
            }
        }
    }
}

#[tokio::test]
async fn every_route_refuses_what_it_does_not_know() {
    let world = World::start().await;
    let keys = keyring(&world);
    let everywhere = [
        "limit",
        "cursor",
        "updated_since",
        "fields",
        "status",
        "offset",
        "Limit",
        "a%00b",
        "%20",
    ];
    for route in routes::all() {
        let filters: Vec<_> = route.filters().iter().map(|filter| filter.name).collect();
        for name in everywhere {
            if route.parameters().contains(&name) || filters.contains(&name) {
                continue;
            }
            let reply = get(&world, keys.key(route), route, &format!("{name}=1"))
                .send()
                .await;
            assert_eq!(
                reply.problem(400, "invalid_parameter"),
                "unknown_parameter",
                "{} ?{name}",
                route.path
            );
            let detail = reply.json()["errors"][0]["detail"].to_string();
            let known = filters.iter().chain(route.parameters());
            assert!(
                known.clone().all(|known| detail.contains(known)),
                "{detail}"
            );
        }
        // Everything that is wrong is told at once.
        let filters = route.filters().iter();
        let wrong =
            filters.map(|filter| format!("{}={}&", filter.name, values::wrong(filter)[0].0));
        let query = wrong.collect::<String>() + "colour=red";
        let errors = refused(&world, keys.key(route), route, &query, "invalid_parameter").await;
        assert_eq!(errors.len(), route.filters().len() + 1, "{query}");
    }
    assert!(world.documents.lists().is_empty());
    assert!(world.documents.gets().is_empty());
    assert!(world.endpoints.replays().is_empty());
}
