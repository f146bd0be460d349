//! The school's vocabulary, aggregates and rules.
//!
//! Pure: no I/O, no async, no database, no HTTP. Time, ids and randomness come in as
//! arguments. A rule is a function from a state and a command to a new state and its events.

pub mod aircraft;
pub mod airport;
pub mod api_key;
pub mod event;
pub mod flight;
pub mod ids;
pub mod meter;
pub mod organization;
pub mod person;
pub mod scope;
mod vocabulary;

pub use ids::{
    AircraftId, ApiKeyId, DeliveryId, EndpointId, EventId, FlightId, LocationId, OrgId, PersonId,
};
pub use vocabulary::UnknownTerm;
