//! Signed webhooks: fan-out, attempts, retries.
//!
//! PostgreSQL is the truth of what is owed; memory only makes it fast. An event becomes deliveries
//! in one statement, leased to the replica that wrote them, and only then is it acknowledged. A
//! replica sends what it has leased; what it loses when it dies is leased by another.

mod app;
mod closing;
mod commands;
mod db;
mod delivery;
mod endpoint;
mod entropy;
mod error;
mod fan_out;
mod gauges;
mod lease;
mod metrics;
mod recall;
mod schema;
mod secrets;
mod service;
mod settings;
mod wire;

pub use crate::secrets::KeyRing;
pub use app::App;
pub use settings::{Delivery, Events, LeaseSettings, Rpc, Secrets, Settings};
