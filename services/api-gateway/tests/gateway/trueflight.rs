//! TrueFlight, as far as it goes: health, the caller, the locations, test keys.

mod health;
mod locations;
mod me;
mod sandbox;

use domain::api_key::Surface;
use public_api::routes::View;
use uuid::Uuid;

use crate::harness::{Minted, SCHOOL, World};

const LOCATIONS: &str = "/api/external/v1/locations";
const ME: &str = "/api/external/v1/me";

/// The bases of [`SCHOOL`].
const BASES: [Uuid; 3] = [
    Uuid::from_u128(0x3f0c_0000_0000_4000_8000_0000_0000_00c1),
    Uuid::from_u128(0x3f0c_0000_0000_4000_8000_0000_0000_00c2),
    Uuid::from_u128(0x3f0c_0000_0000_4000_8000_0000_0000_00c3),
];

/// With a school of three bases in the read model.
async fn world() -> World {
    let world = World::start().await;
    add_school(&world, SCHOOL, &BASES);
    world
}

/// Bodies have a number that a parser would write otherwise: they must go through untouched.
fn add_school(world: &World, organization: Uuid, bases: &[Uuid]) {
    let body = format!(r#"{{"id":"{organization}","name":"Bayside","odd":1.0}}"#);
    let id = organization.to_string();
    world
        .documents
        .add_for(organization, View::Organizations, &id, body);
    for base in bases {
        let body = location(*base);
        let id = base.to_string();
        world
            .documents
            .add_for(organization, View::Locations, &id, body);
    }
}

fn location(base: Uuid) -> String {
    format!(r#"{{"id":"{base}","name":"Base","odd":2.50}}"#)
}

/// A key of the whole school.
fn key(world: &World, surface: Surface) -> Minted {
    world.keys.mint_of(surface, SCHOOL, &["read"])
}

/// A key that is bound to these bases.
fn bound(world: &World, surface: Surface, bases: &[Uuid]) -> Minted {
    let key = key(world, surface);
    let ids = bases.iter().map(ToString::to_string).collect();
    world.keys.change(&key, |known| known.location_ids = ids);
    key
}
