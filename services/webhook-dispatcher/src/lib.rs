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
mod explanation;
mod fan_out;
mod gauges;
mod lease;
mod ledger;
mod machine;
mod metrics;
mod recall;
mod recovery;
mod retention;
mod schema;
mod secrets;
mod service;
mod settings;
#[cfg(test)]
mod simulation;
mod wire;

pub use crate::secrets::KeyRing;
pub use app::App;
pub use retention::Days;
pub use settings::{
    Delivery, Events, HealthSettings, LeaseSettings, RecoverySettings, RetentionSettings, Rpc,
    Secrets, Settings,
};
