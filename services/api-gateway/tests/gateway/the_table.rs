//! Every route of the table, in every way it must say no. A new row is covered the day it appears.

use chrono::TimeDelta;
use domain::api_key::Surface;
use domain::scope::Scope;
use public_api::routes::{Filter, Form, IdForm, ROUTES, Route, RouteKind};

use crate::harness::{Call, Minted, OTHER_SCHOOL, SCHOOL, World};

/// A path that the row serves.
fn path(route: &Route) -> String {
    let id = match route.kind {
        RouteKind::Detail {
            id: IdForm::EventId,
        } => "evt_01HZX3T9V5Q8W7E6R5T4Y3V2N1",
        RouteKind::Detail { id: IdForm::Uuid } | RouteKind::List { .. } => {
            "3f0c0000-0000-4000-8000-0000000000aa"
        }
    };
    route.template().replace("{id}", id)
}

/// Sends a request for every row and checks each answer; gives the first errors' codes.
async fn for_each_route(
    world: &World,
    status: u16,
    kind: &str,
    change: impl Fn(&Route, Call) -> Call,
) -> Vec<String> {
    let mut codes = Vec::new();
    for route in ROUTES {
        let reply = change(route, world.call(&path(route))).send().await;
        codes.push(reply.problem(status, kind));
        if status == 401 {
            assert!(
                reply
                    .header("www-authenticate")
                    .is_some_and(|challenge| challenge.starts_with("Bearer"))
            );
        }
    }
    codes
}

fn all_are(codes: &[String], code: &str) -> bool {
    codes.len() == ROUTES.len() && codes.iter().all(|found| found == code)
}

#[tokio::test]
async fn without_a_key_that_opens_anything_every_route_is_shut() {
    let world = World::start().await;
    let now = world.kit.clock.now();
    let (revoked, expired) = (world.keys.mint(Scope::ALL), world.keys.mint(Scope::ALL));
    world.keys.revoke(&revoked, now);
    world.keys.expire(&expired, now - TimeDelta::seconds(1));

    let none = for_each_route(&world, 401, "unauthenticated", |_, call| {
        call.organization(SCHOOL)
    })
    .await;
    assert!(all_are(&none, "missing"), "{none:?}");
    let malformed = for_each_route(&world, 401, "unauthenticated", |_, call| {
        call.organization(SCHOOL)
            .header("authorization", "Bearer gaf_pk_mistyped")
    });
    assert!(all_are(&malformed.await, "malformed"));
    assert_eq!(
        world.keys.look_ups(),
        0,
        "what cannot be a key is not looked up"
    );

    for (key, code) in [
        (Minted::unknown(), "unknown"),
        (revoked, "revoked"),
        (expired, "expired"),
    ] {
        let refused = for_each_route(&world, 401, "unauthenticated", |_, call| {
            call.key(&key).organization(SCHOOL)
        });
        assert!(all_are(&refused.await, code), "{code}");
    }
    assert!(world.documents.lists().is_empty());
}

#[tokio::test]
async fn a_key_of_one_school_opens_no_other() {
    let world = World::start().await;
    let foreign = world.keys.mint_for(OTHER_SCHOOL, Scope::ALL);
    for_each_route(&world, 403, "organization_mismatch", |_, call| {
        call.key(&foreign).organization(SCHOOL)
    })
    .await;
    let missing = for_each_route(&world, 400, "invalid_parameter", |_, call| {
        call.key(&foreign)
    })
    .await;
    assert!(all_are(&missing, "missing"));
    let no_uuid = for_each_route(&world, 400, "invalid_parameter", |_, call| {
        call.key(&foreign).header("x-org-id", "the other school")
    });
    assert!(all_are(&no_uuid.await, "not_a_uuid"));
    let twice = for_each_route(&world, 400, "invalid_parameter", |_, call| {
        call.key(&foreign)
            .organization(OTHER_SCHOOL)
            .organization(SCHOOL)
    });
    assert!(all_are(&twice.await, "repeated_header"));
    let two_keys = for_each_route(&world, 400, "invalid_parameter", |_, call| {
        call.key(&foreign).key(&foreign).organization(OTHER_SCHOOL)
    });
    assert!(all_are(&two_keys.await, "repeated_header"));
    assert!(world.documents.lists().is_empty());
}

#[tokio::test]
async fn every_scope_but_the_routes_own_is_not_enough() {
    let world = World::start().await;
    for route in ROUTES {
        let others: Vec<_> = Scope::ALL
            .iter()
            .copied()
            .filter(|scope| *scope != route.scope)
            .collect();
        let key = world.keys.mint(&others);
        let reply = world.get(&key, &path(route)).send().await;
        assert_eq!(
            reply.problem(403, "insufficient_scope"),
            "insufficient_scope"
        );
        assert!(
            reply.text().contains(route.scope.as_str()),
            "{}",
            reply.text()
        );

        let own = world.keys.mint(&[route.scope]);
        let reply = world.get(&own, &path(route)).send().await;
        assert!(
            matches!(reply.status.as_u16(), 200 | 404),
            "{} {}",
            route.path,
            reply.status
        );
    }
    let other_surface = world
        .keys
        .mint_of(Surface::TrueFlight, SCHOOL, &["read", "write"]);
    for_each_route(&world, 403, "surface_mismatch", |_, call| {
        call.key(&other_surface).organization(SCHOOL)
    })
    .await;
}

#[tokio::test]
async fn every_filter_refuses_what_it_does_not_take() {
    let world = World::start().await;
    let key = world.keys.mint(Scope::ALL);
    for route in ROUTES {
        for filter in route.filters() {
            for (value, code) in wrong_values(filter) {
                let path = format!("{}?{}={value}", path(route), filter.name);
                let reply = world.get(&key, &path).send().await;
                assert_eq!(reply.problem(400, "invalid_parameter"), code, "{path}");
                assert_eq!(reply.json()["errors"][0]["parameter"], filter.name);
            }
            let path = format!(
                "{0}?{1}={2}&{1}={2}",
                path(route),
                filter.name,
                right_value(filter)
            );
            let reply = world.get(&key, &path).send().await;
            assert_eq!(
                reply.problem(400, "invalid_parameter"),
                "repeated_parameter",
                "{path}"
            );
        }
    }
    assert!(world.documents.lists().is_empty());
}

#[tokio::test]
async fn every_filter_takes_what_it_should_and_passes_it_on() {
    let world = World::start().await;
    let key = world.keys.mint(Scope::ALL);
    for route in ROUTES {
        for filter in route.filters() {
            let value = right_value(filter);
            let path = format!("{}?{}={value}", path(route), filter.name);
            let reply = world.get(&key, &path).send().await;
            assert_eq!(reply.status, 200, "{path}: {}", reply.text());
            let asked = world.documents.lists().pop().unwrap();
            assert_eq!(
                (asked.view.as_str(), asked.organization_id),
                (route.view.as_str(), SCHOOL.to_string())
            );
            if matches!(filter.form, Form::Instant(_)) {
                assert!(
                    asked
                        .sort_from
                        .or(asked.sort_to)
                        .is_some_and(|bound| bound.starts_with("2026-05-28T"))
                );
            } else {
                let facets: Vec<_> = asked
                    .facets
                    .iter()
                    .map(|f| (f.name.as_str(), f.value.as_str()))
                    .collect();
                assert_eq!(facets, [(filter.name, value.as_str())]);
            }
        }
    }
}

#[tokio::test]
async fn every_route_refuses_what_it_does_not_know() {
    let world = World::start().await;
    let key = world.keys.mint(Scope::ALL);
    for route in ROUTES {
        for query in [
            "colour=red",
            "limit=0",
            "limit=201",
            "cursor=x",
            "from=2026-05-28T12:00:00",
            "status=%zz",
        ] {
            let path = format!("{}?{query}", path(route));
            let reply = world.get(&key, &path).send().await;
            assert_eq!(reply.status, 400, "{path}: {}", reply.text());
        }
    }
}

#[tokio::test]
async fn every_route_has_its_methods_and_no_others() {
    let world = World::start().await;
    for method in ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"] {
        for route in ROUTES {
            let reply = world.call(&path(route)).method(method).send().await;
            reply.problem(405, "method_not_allowed");
            assert_eq!(
                reply.header("allow"),
                Some("GET, HEAD"),
                "{method} {}",
                route.path
            );
        }
    }
    for stranger in [
        "/",
        "/api/v1/public",
        "/api/v1/public/flight",
        "/api/v1/public/flights/",
        "/api/v1/public/flights/1/2",
        "/api/v2/public/flights",
    ] {
        for method in ["GET", "DELETE"] {
            world
                .call(stranger)
                .method(method)
                .send()
                .await
                .problem(404, "not_found");
        }
    }
}

fn right_value(filter: &Filter) -> String {
    match filter.form {
        Form::Enum(terms) => (*terms.last().unwrap()).to_owned(),
        Form::Uuid => "3f0c0000-0000-4000-8000-0000000000aa".to_owned(),
        Form::Text { .. } => "jane".to_owned(),
        Form::Instant(_) => "2026-05-28T12:00:00Z".to_owned(),
    }
}

fn wrong_values(filter: &Filter) -> Vec<(String, &'static str)> {
    match filter.form {
        Form::Enum(terms) => {
            vec![
                (String::new(), "unknown_value"),
                (terms.join(","), "unknown_value"),
                (terms[0].to_uppercase(), "unknown_value"),
            ]
        }
        Form::Uuid => vec![
            (String::new(), "not_a_uuid"),
            ("3f0c00000000400080000000000000aa".into(), "not_a_uuid"),
        ],
        Form::Text { max, words } => vec![
            (String::new(), "empty"),
            ("x".repeat(max + 1), "too_long"),
            ("a%0Ab".into(), "control_character"),
            ("x+".repeat(words + 1), "too_many_words"),
        ],
        Form::Instant(_) => vec![
            ("2026-05-28T12:00:00".into(), "offset_required"),
            ("2026-02-30".into(), "not_an_instant"),
            ("yesterday".into(), "not_an_instant"),
            ("1066-10-14".into(), "out_of_range"),
        ],
    }
}
