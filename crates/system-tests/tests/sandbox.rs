//! A live school and its sandbox side by side: `gaf org sandbox` fills it, a `tf_test_` key reads
//! it and nothing else, and the live school's partner hears nothing of it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test"
)]

use std::collections::BTreeSet;
use std::time::Duration;

use domain::{LocationId, OrgId};
use serde_json::Value;
use system_tests::{Api, Ask, Connection, Reply, School, Stack, gaf};
use test_support::{Receiver, eventually};
use uuid::Uuid;

const PATIENCE: Duration = Duration::from_secs(60);
const BASE: &str = "/api/external/v1";

/// Where no day ends during the test, so that filling again has no day to add.
fn zone() -> &'static str {
    #[expect(clippy::disallowed_methods, reason = "the stack runs by this clock")]
    let now = chrono::Utc::now();
    let west = chrono_tz::America::Los_Angeles;
    if now.with_timezone(&west).format("%H").to_string() == "23" {
        "Asia/Tokyo"
    } else {
        west.name()
    }
}

struct World {
    stack: Stack,
    live: School,
    sandbox: String,
    live_partner: Receiver,
}

impl World {
    /// A school with flights and a partner, and no sandbox yet.
    async fn start(label: &str) -> Self {
        let stack = Stack::start(label).await;
        let live_partner = Receiver::start();
        let url = live_partner.url("/webhooks");
        let live = School::open_in(zone(), &stack, url, &["flight.approved"]).await;
        live.submit_flights(&stack, 3).await;
        let id: OrgId = live.organization_id.parse().unwrap();
        Self {
            stack,
            live,
            sandbox: id.sandbox().to_string(),
            live_partner,
        }
    }

    async fn gaf(&self, arguments: &[&str]) -> Value {
        gaf(&self.stack, &self.live.organization_id, arguments).await
    }

    async fn fill(&self) -> Value {
        self.gaf(&["org", "sandbox", "--months", "1"]).await
    }

    /// The token of a new key of the live school.
    async fn key(&self, surface: &str, options: &[&str]) -> String {
        let mint = ["key", "mint", "--surface", surface, "--name", "partner"];
        let minted = self.gaf(&[&mint[..], options].concat()).await;
        minted["token"].as_str().unwrap().to_owned()
    }

    async fn ask(&self, token: &str, path: &str) -> Reply {
        let ask = Ask::get(format!("{BASE}{path}")).bearer(token);
        Connection::to(&self.stack.gateway_url).send(&ask).await
    }

    /// Waits for the first document of a list.
    async fn list(&self, token: &str, path: &str) -> Value {
        eventually(path, PATIENCE, async || {
            let reply = self.ask(token, path).await;
            assert_eq!(reply.status, 200, "{}", reply.body);
            let page: Value = serde_json::from_str(&reply.body).unwrap();
            let found = !page["data"].as_array().unwrap().is_empty();
            found.then_some(page)
        })
        .await
    }
}

fn json(reply: &Reply) -> Value {
    assert_eq!(reply.status, 200, "{}", reply.body);
    serde_json::from_str(&reply.body).unwrap()
}

/// Every UUID in a document, wherever it stands.
fn uuids(document: &Value) -> BTreeSet<Uuid> {
    match document {
        Value::String(text) => text.parse().into_iter().collect(),
        Value::Array(items) => items.iter().flat_map(uuids).collect(),
        Value::Object(members) => members.values().flat_map(uuids).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) => BTreeSet::new(),
    }
}

fn ids(page: &Value) -> BTreeSet<&str> {
    let documents = page["data"].as_array().unwrap().iter();
    documents.map(|one| one["id"].as_str().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sandbox_key_reads_the_sandbox_and_nothing_of_the_live_school() {
    let world = World::start("sandbox").await;
    let filled = world.fill().await;
    assert_eq!(
        (&filled["id"], &filled["refused"]),
        (&world.sandbox.as_str().into(), &0.into())
    );
    let test = world.key("tf_test", &["--scope", "read"]).await;
    let live = world.key("tf", &["--scope", "write"]).await;

    let there = world.list(&test, "/locations").await;
    let here = world.list(&live, "/locations").await;
    assert_eq!(ids(&there), BTreeSet::from_iter(base_ids(&filled)));
    let me = json(&world.ask(&test, "/me").await);
    assert_eq!(
        me["data"]["organization"]["id"],
        world.sandbox.as_str(),
        "{me}"
    );
    for (token, theirs) in [(&test, &here), (&live, &there)] {
        for id in ids(theirs) {
            let reply = world.ask(token, &format!("/locations/{id}")).await;
            assert_eq!(reply.status, 404, "{}", reply.body);
        }
    }

    let seen = &uuids(&there) | &uuids(&me["data"]);
    let mut of_live = uuids(&here);
    let live_me = json(&world.ask(&live, "/me").await);
    of_live.extend(uuids(&live_me["data"]));
    for path in ["flights", "pilots", "fleet"] {
        let documents = eventually(path, PATIENCE, async || {
            let documents = world.live.list(&world.stack, path).await;
            (!documents.is_empty()).then_some(documents)
        });
        of_live.extend(documents.await.iter().flat_map(uuids));
    }
    assert!(seen.len() > 2 && of_live.len() > 5, "{seen:?} {of_live:?}");
    assert_eq!(seen.intersection(&of_live).next(), None);
    no_ga_route_opens(&world, &test).await;
}

/// The ids of the bases that `gaf org sandbox` told of.
fn base_ids(filled: &Value) -> Vec<&str> {
    let bases = filled["locations"].as_array().unwrap().iter();
    bases.map(|base| base["id"].as_str().unwrap()).collect()
}

/// Neither under the live school's name nor under the sandbox's.
async fn no_ga_route_opens(world: &World, test: &str) {
    let mut connection = Connection::to(&world.stack.gateway_url);
    for route in public_api::routes::Api::GaFlight.routes() {
        let path = route.path.replace("{id}", &Uuid::nil().to_string());
        for organization in [&world.live.organization_id, &world.sandbox] {
            let ask = Ask::get(format!("/api/v1/public{path}")).bearer(test);
            let reply = connection.send(&ask.organization(organization)).await;
            let refused = matches!(reply.status, 403 | 405);
            assert!(refused, "{path}: {} {}", reply.status, reply.body);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sandbox_key_kept_to_a_base_sees_the_one_that_stands_for_it() {
    let world = World::start("sandbox-base").await;
    world.fill().await;
    let live = world.key("tf", &["--scope", "read"]).await;
    let here = world.list(&live, "/locations").await;
    let base: LocationId = here["data"][0]["id"].as_str().unwrap().parse().unwrap();
    let there = base.in_sandbox(world.sandbox.parse().unwrap()).to_string();

    let bound = ["--scope", "read", "--location", &base.to_string()];
    let bound = world.key("tf_test", &bound).await;
    let seen = world.list(&bound, "/locations").await;
    assert_eq!(ids(&seen), BTreeSet::from([there.as_str()]));
    let elsewhere = Uuid::new_v4().to_string();
    let nowhere = world
        .key("tf_test", &["--scope", "read", "--location", &elsewhere])
        .await;
    let seen = json(&world.ask(&nowhere, "/locations").await);
    assert_eq!(ids(&seen), BTreeSet::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_happens_in_a_sandbox_is_told_to_its_own_partner_only() {
    let world = World::start("sandbox-events").await;
    let own = Receiver::start();
    let hooks = [
        "endpoint",
        "create",
        "--org",
        &world.sandbox,
        "--events",
        "flight.approved",
    ];
    let url = own.url("/webhooks");
    world.gaf(&[&hooks[..], &["--url", &url]].concat()).await;
    let filled = world.fill().await;
    let flights = usize::try_from(filled["flights"].as_u64().unwrap()).unwrap();
    assert!(flights > 0, "{filled}");
    let told = own.wait_for(flights, PATIENCE).await;
    let of: BTreeSet<String> = told.iter().map(|it| organization(&it.body)).collect();
    assert_eq!(of, BTreeSet::from([world.sandbox.clone()]));

    // What the live school's partner hears next is the first he hears at all.
    let flight = eventually("a live flight", PATIENCE, async || {
        world.live.first(&world.stack, "flights").await
    });
    let flight = flight.await;
    let id = flight["id"].as_str().unwrap();
    world.gaf(&["flight", "approve", id]).await;
    let heard = world.live_partner.wait_for(1, PATIENCE).await;
    let of: Vec<String> = heard.iter().map(|it| organization(&it.body)).collect();
    assert_eq!(of, [world.live.organization_id.as_str()]);

    // Everything again: nothing changes, and nobody hears of anything.
    let again = world.fill().await;
    assert_eq!(
        (&again["applied"], &again["flights"]),
        (&0.into(), &filled["flights"])
    );
    let reader = Api::with_scopes(&world.stack, &world.sandbox, &["public.flights:read"]).await;
    let page = reader.get("/flights?limit=200").await.json();
    assert_eq!(page["data"].as_array().unwrap().len(), flights);
    assert_eq!(own.received().len(), flights);
    assert_eq!(world.live_partner.received().len(), 1);
}

fn organization(body: &[u8]) -> String {
    let event: Value = serde_json::from_slice(body).unwrap();
    event["organization_id"].as_str().unwrap().to_owned()
}
