//! Who may ask.

use chrono::TimeDelta;
use domain::api_key::Surface;
use domain::scope::Scope;
use public_api::routes::{ROUTES, Route};

use super::{call, path};
use crate::harness::{Call, Minted, OTHER_SCHOOL, SCHOOL, World};

/// Sends a request for every row and checks each answer; gives the first errors' codes.
async fn for_each_route(
    world: &World,
    status: u16,
    kind: &str,
    change: impl Fn(&Route, Call) -> Call,
) -> Vec<String> {
    let mut codes = Vec::new();
    for route in ROUTES {
        let reply = change(route, call(world, route)).send().await;
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

/// Neither the read model nor the dispatcher has heard of any of it.
fn assert_nothing_asked(world: &World) {
    assert!(world.documents.lists().is_empty());
    assert!(world.documents.gets().is_empty());
    assert!(world.endpoints.replays().is_empty());
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
    for malformed in [
        "Bearer gaf_pk_mistyped",
        "Basic dXNlcjpwYXNz",
        "gaf_pk_",
        "Bearer",
        "",
    ] {
        let refused = for_each_route(&world, 401, "unauthenticated", |_, call| {
            call.organization(SCHOOL).header("authorization", malformed)
        });
        assert!(all_are(&refused.await, "malformed"), "{malformed}");
    }
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
    assert_nothing_asked(&world);
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
    assert_nothing_asked(&world);
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
        let reply = call(&world, route)
            .key(&key)
            .organization(SCHOOL)
            .send()
            .await;
        assert_eq!(
            reply.problem(403, "insufficient_scope"),
            "insufficient_scope"
        );
        assert!(
            reply.text().contains(route.scope.as_str()),
            "{}",
            reply.text()
        );
    }
    let other_surface = world
        .keys
        .mint_of(Surface::TrueFlight, SCHOOL, &["read", "write"]);
    for_each_route(&world, 403, "surface_mismatch", |_, call| {
        call.key(&other_surface).organization(SCHOOL)
    })
    .await;
    assert_nothing_asked(&world);

    for route in ROUTES {
        let own = world.keys.mint(&[route.scope]);
        let reply = call(&world, route)
            .key(&own)
            .organization(SCHOOL)
            .send()
            .await;
        let expected = if route.is_list() { 200 } else { 404 };
        assert_eq!(reply.status, expected, "{}", path(route));
    }
}
