//! What a request costs, by its answer.

use contracts::v1::Fault;
use domain::api_key::Surface;
use domain::scope::Scope;
use public_api::routes::View;

use super::{FLEET, FLIGHTS, exhausted, get, left, limited};
use crate::harness::{Minted, OTHER_SCHOOL, SCHOOL};

const FLIGHT: &str = "/api/v1/public/flights/3f0c0000-0000-4000-8000-0000000000aa";
const REPLAY: &str = "/api/v1/public/events/evt_01HZX3T9V5Q8W7E6R5T4Y3V2N1/replay";

#[tokio::test]
async fn what_has_not_changed_costs_nothing() {
    let world = limited("3/h", "100/h").await;
    let key = world.keys.mint(Scope::ALL);
    world.documents.add(View::Flights, "a", r#"{"id":"a"}"#);
    let first = get(&world, &key).await;
    let tag = first.header("etag").unwrap();
    for _ in 0..30 {
        let call = world.get(&key, FLIGHTS).header("if-none-match", tag);
        let unchanged = call.send().await;
        assert_eq!((unchanged.status.as_u16(), left(&unchanged)), (304, 2));
        assert!(unchanged.header("ratelimit-policy").is_some());
    }
    for used in [1, 0] {
        assert_eq!(left(&get(&world, &key).await), used);
    }
    // With nothing left there is nothing to give back either.
    for _ in 0..3 {
        let call = world.get(&key, FLIGHTS).header("if-none-match", tag);
        exhausted(&call.send().await, "key");
    }
}

#[tokio::test]
async fn what_cannot_be_answered_costs_nothing() {
    let world = limited("3/h", "100/h").await;
    let key = world.keys.mint(Scope::ALL);
    world.documents.fail(Fault::unavailable("away"));
    for _ in 0..10 {
        let reply = get(&world, &key).await;
        reply.problem(503, "service_unavailable");
        assert_eq!(left(&reply), 3);
    }
    // A fault of ours is told of, and costs: nobody finds the end of it by asking on.
    world.documents.fail(Fault::internal());
    let reply = get(&world, &key).await;
    reply.problem(500, "internal");
    assert_eq!(left(&reply), 2);
}

#[tokio::test]
async fn every_other_answer_costs_and_says_what_is_left() {
    let world = limited("100/h", "100/h").await;
    let scopes = [Scope::Flights, Scope::EventsReplay];
    let key = world.keys.mint(&scopes);
    let own = |path: &str| world.get(&key, path);
    let without_organization = world.call(FLIGHTS).key(&key);
    let calls = [
        (own(FLIGHTS), 200),
        (own(FLIGHTS).method("HEAD"), 200),
        (own(FLIGHT), 404),
        (own(REPLAY).method("POST"), 404),
        (own("/api/v1/public/flights?colour=red"), 400),
        (own("/api/v1/public/flights?cursor=x"), 400),
        (own(FLEET), 403),
        (without_organization.clone(), 400),
        (without_organization.organization(OTHER_SCHOOL), 403),
    ];
    let count = u64::try_from(calls.len()).unwrap();
    for (number, (call, status)) in (1..).zip(calls) {
        let reply = call.send().await;
        assert_eq!(reply.status, status, "{number}");
        assert_eq!(left(&reply), 100 - number, "{number}");
    }
    assert_eq!(left(&get(&world, &key).await), 99 - count);
}

#[tokio::test]
async fn a_key_of_another_api_spends_its_own_requests() {
    let world = limited("100/h", "100/h").await;
    let key = world.keys.mint_of(Surface::TrueFlight, SCHOOL, &["read"]);
    let refused = get(&world, &key).await;
    refused.problem(403, "surface_mismatch");
    assert_eq!(left(&refused), 99);
}

#[tokio::test]
async fn who_is_not_let_in_hears_of_nobodys_budget() {
    let world = limited("100/h", "100/h").await;
    let (revoked, elsewhere) = (world.keys.mint(Scope::ALL), world.keys.mint(Scope::ALL));
    world.keys.revoke(&revoked, world.kit.clock.now());
    world.keys.allow_only(&elsewhere, "203.0.113.0/24");
    let good = world.keys.mint(Scope::ALL);
    let no_form = world.get(&good, FLIGHTS);
    let no_form = no_form.header("accept-encoding", "identity;q=0");
    let calls = [
        (world.call(FLIGHTS), 401),
        (world.call(FLIGHTS).header("authorization", "Bearer x"), 401),
        (world.get(&Minted::unknown(), FLIGHTS), 401),
        (world.get(&revoked, FLIGHTS), 401),
        (world.get(&elsewhere, FLIGHTS), 403),
        (world.get(&good, FLIGHTS).key(&good), 400),
        (world.get(&good, "/nothing"), 404),
        (world.get(&good, FLIGHTS).method("DELETE"), 405),
        (world.get(&good, "/openapi.json"), 200),
        (world.get(&good, "/api/external/v1/health"), 200),
        (no_form, 406),
    ];
    for (call, status) in calls {
        let reply = call.send().await;
        assert_eq!(reply.status, status);
        for header in ["ratelimit", "ratelimit-policy", "retry-after"] {
            assert_eq!(reply.header(header), None, "{header} with {status}");
        }
    }
    assert_eq!(left(&get(&world, &good).await), 99);
}
