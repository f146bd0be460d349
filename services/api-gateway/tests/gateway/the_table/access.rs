//! Who may ask.

use chrono::TimeDelta;
use domain::api_key::Surface;
use domain::scope::{Access, Scope};
use public_api::routes::{self, Api, RequiredScope, Route, View};

use super::{call, keyring, path, signed};
use crate::harness::{Call, Minted, OTHER_SCHOOL, SCHOOL, World};

/// Sends a request for every row of every API and checks each answer; gives the first errors' codes.
async fn for_each_route(
    world: &World,
    status: u16,
    kind: &str,
    change: impl Fn(&Route, Call) -> Call,
) -> Vec<String> {
    for_each(routes::all(), world, (status, kind), change).await
}

async fn for_each(
    routes: impl Iterator<Item = &'static Route>,
    world: &World,
    (status, kind): (u16, &str),
    change: impl Fn(&Route, Call) -> Call,
) -> Vec<String> {
    let mut codes = Vec::new();
    for route in routes {
        let reply = change(route, call(world, route)).send().await;
        let code = reply.problem(status, kind);
        assert_eq!(reply.header("www-authenticate").is_some(), status == 401);
        codes.push(code);
    }
    codes
}

fn all_are(codes: &[String], code: &str) -> bool {
    !codes.is_empty() && codes.iter().all(|found| found == code)
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
async fn a_challenge_names_an_error_only_where_a_key_was_sent() {
    let world = World::start().await;
    let (unknown, mistyped) = (Minted::unknown(), "Bearer gaf_pk_mistyped".to_owned());
    let unknown = format!("Bearer {}", unknown.token.reveal());
    let (realm, invalid) = (
        r#"Bearer realm="api""#,
        r#"Bearer realm="api", error="invalid_token""#,
    );
    for (sent, challenge) in [
        (None, realm),
        (Some("Basic dXNlcjpwYXNz".to_owned()), realm),
        (Some(mistyped), invalid),
        (Some(unknown), invalid),
    ] {
        let mut call = world.call("/api/v1/public/fleet").organization(SCHOOL);
        if let Some(sent) = &sent {
            call = call.header("authorization", sent.as_str());
        }
        let refused = call.send().await;
        refused.problem(401, "unauthenticated");
        assert_eq!(refused.header("www-authenticate"), Some(challenge));
    }
}

#[tokio::test]
async fn a_key_of_one_school_opens_no_other() {
    let world = World::start().await;
    let foreign = world.keys.mint_for(OTHER_SCHOOL, Scope::ALL);
    // TrueFlight has no organisation named: the key says whose records are asked for.
    let ga = || Api::GaFlight.routes().iter();
    let mismatch = (403, "organization_mismatch");
    let named = for_each(ga(), &world, mismatch, |_, call| {
        call.key(&foreign).organization(SCHOOL)
    });
    assert!(all_are(&named.await, "organization_mismatch"));
    let invalid = (400, "invalid_parameter");
    let missing = for_each(ga(), &world, invalid, |_, call| call.key(&foreign));
    assert!(all_are(&missing.await, "missing"));
    let no_uuid = for_each(ga(), &world, invalid, |_, call| {
        call.key(&foreign).header("x-org-id", "the other school")
    });
    assert!(all_are(&no_uuid.await, "not_a_uuid"));
    let twice = for_each(ga(), &world, invalid, |_, call| {
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
async fn a_key_opens_nothing_where_it_may_not_be_used() {
    let world = World::start().await;
    let elsewhere = world.keys.mint(Scope::ALL);
    world.keys.allow_only(&elsewhere, "203.0.113.0/24");
    let codes = for_each_route(&world, 403, "network_forbidden", |_, call| {
        call.key(&elsewhere).organization(SCHOOL)
    });
    assert!(all_are(&codes.await, "network_forbidden"));

    let bound = world.keys.mint(Scope::ALL);
    world.keys.bind_to(&bound, OTHER_SCHOOL);
    let (ga, forbidden) = (Api::GaFlight.routes(), (403, "location_forbidden"));
    let codes = for_each(ga.iter(), &world, forbidden, |_, call| {
        call.key(&bound).organization(SCHOOL)
    });
    assert!(all_are(&codes.await, "location_forbidden"));
    assert_nothing_asked(&world);
}

/// A key with every scope of the route's API that is not enough for it.
fn not_enough(world: &World, scope: RequiredScope) -> Minted {
    match scope {
        RequiredScope::GaFlight(needed) => {
            let all = Scope::ALL.iter().copied();
            let others: Vec<_> = all.filter(|scope| *scope != needed).collect();
            world.keys.mint(&others)
        }
        RequiredScope::TrueFlight(needed) => {
            let all = Access::ALL.iter().filter(|own| !own.implies(needed));
            let mut others: Vec<_> = all.map(|access| access.as_str()).collect();
            // Of a later version: it opens nothing here.
            others.push("admin");
            world.keys.mint_of(Surface::TrueFlight, SCHOOL, &others)
        }
    }
}

/// Keys with the one scope, any of which is enough for the route.
fn enough(world: &World, scope: RequiredScope) -> Vec<Minted> {
    match scope {
        RequiredScope::GaFlight(needed) => vec![world.keys.mint(&[needed])],
        RequiredScope::TrueFlight(needed) => {
            let all = Access::ALL.iter().filter(|own| own.implies(needed));
            let scopes = all.map(|access| [access.as_str()]);
            scopes
                .map(|one| world.keys.mint_of(Surface::TrueFlight, SCHOOL, &one))
                .collect()
        }
    }
}

#[tokio::test]
async fn every_scope_but_the_routes_own_is_not_enough() {
    let world = World::start().await;
    for route in routes::all() {
        let key = not_enough(&world, route.scope);
        let reply = signed(call(&world, route), route, &key).send().await;
        assert_eq!(
            reply.problem(403, "insufficient_scope"),
            "insufficient_scope"
        );
        let scope = route.scope.as_str();
        assert!(reply.text().contains(scope), "{}", reply.text());
        let challenge =
            format!(r#"Bearer realm="api", error="insufficient_scope", scope="{scope}""#);
        assert_eq!(reply.header("www-authenticate"), Some(&*challenge));
    }
    assert_nothing_asked(&world);

    let school = SCHOOL.to_string();
    world
        .documents
        .add_for(SCHOOL, View::Organizations, &school, "{}");
    for route in routes::all() {
        for own in enough(&world, route.scope) {
            let reply = signed(call(&world, route), route, &own).send().await;
            let expected = if route.id().is_none() { 200 } else { 404 };
            assert_eq!(reply.status, expected, "{}", path(route));
        }
    }
}

#[tokio::test]
async fn a_key_of_one_api_opens_nothing_of_the_other_and_is_told_where_it_belongs() {
    let world = World::start().await;
    let keys = keyring(&world);
    let test = ["read", "write"];
    let test = world.keys.mint_of(Surface::TrueFlightTest, SCHOOL, &test);
    let elsewhere = [
        (Api::GaFlight, &keys.trueflight),
        (Api::GaFlight, &test),
        (Api::TrueFlight, &keys.ga),
    ];
    for (api, key) in elsewhere {
        for route in api.routes() {
            let call = call(&world, route).key(key).organization(SCHOOL);
            let reply = call.send().await;
            reply.problem(403, "surface_mismatch");
            let own = Api::of(key.token.surface());
            let told = reply.json()["detail"].as_str().unwrap().to_owned();
            assert!(told.contains(&api.key_prefixes()), "{told}");
            assert!(told.contains(own.base_path()), "{told}");
        }
    }
    assert_nothing_asked(&world);
}
