//! Services as these tests need them: they remember what they were asked, and answer by simple
//! rules.

mod flight_ops;
mod keys;
mod logbook;
mod read_model;
mod records;
mod recoveries;
mod sandbox;
mod signing_keys;
mod webhooks;

pub use flight_ops::FakeFlightOps;
pub use keys::{FakeKeys, TOKEN};
pub use read_model::FakeReadModel;
pub use records::flight;
pub use webhooks::{FakeWebhooks, delivery};
