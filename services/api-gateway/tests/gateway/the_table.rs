//! Every route of the table, in every way it must say no. A new row is covered the day it appears.

mod access;
mod fields;
mod ids;
mod input;
mod methods;
mod values;

use domain::api_key::Surface;
use domain::scope::Scope;
use public_api::documents::EventDocument;
use public_api::payloads::samples;
use public_api::routes::{self, Api, Route, View};
use uuid::Uuid;

use crate::harness::{Call, Minted, SCHOOL, World};

/// Keys of one school, which together open every route.
struct Keyring {
    ga: Minted,
    trueflight: Minted,
}

impl Keyring {
    fn of(world: &World, school: Uuid) -> Self {
        let (keys, write) = (&world.keys, ["write"]);
        Self {
            ga: keys.mint_for(school, Scope::ALL),
            trueflight: keys.mint_of(Surface::TrueFlight, school, &write),
        }
    }

    /// The one that opens the route.
    fn key(&self, route: &Route) -> &Minted {
        match route.api() {
            Api::GaFlight => &self.ga,
            Api::TrueFlight => &self.trueflight,
        }
    }
}

/// The keys of the school of most tests.
fn keyring(world: &World) -> Keyring {
    Keyring::of(world, SCHOOL)
}

/// A path that the row serves.
fn path(route: &Route) -> String {
    match route.id() {
        Some(id) => route.template().replace("{id}", id.example()),
        None => route.template(),
    }
}

/// A request for the row, with its method and without any header yet.
fn call(world: &World, route: &Route) -> Call {
    world.call(&path(route)).method(route.method.as_str())
}

/// A request as a partner with this key sends it, with this query.
fn get(world: &World, key: &Minted, route: &Route, query: &str) -> Call {
    let path = format!("{}?{query}", path(route));
    let call = world.call(&path).method(route.method.as_str());
    signed(call, route, key)
}

/// The request with this key, as the route's API asks for it.
fn signed(call: Call, route: &Route, key: &Minted) -> Call {
    match route.api() {
        Api::GaFlight => call.key(key).organization(key.organization),
        Api::TrueFlight => call.key(key),
    }
}

/// A document that could be of the view, by that id.
fn document(view: View, id: &str) -> Vec<u8> {
    match view {
        View::Events => serde_json::to_vec(&EventDocument::from(&samples::approved())).unwrap(),
        _ => format!(r#"{{"id":"{id}"}}"#).into_bytes(),
    }
}

/// The rows with an id in their path, and one such id.
fn with_id() -> impl Iterator<Item = (&'static Route, &'static str)> {
    routes::all().filter_map(|route| Some((route, route.id()?.example())))
}
