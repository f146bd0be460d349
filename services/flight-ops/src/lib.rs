//! The system of record: organisations, bases, people, aircraft, flights with the way of their
//! approval, and the meters that approval moves.
//!
//! A command is one transaction: load, decide in `domain`, save, write to the outbox. The relay
//! then takes what the transaction owes to the broker.

mod app;
mod commands;
mod context;
mod db;
mod error;
mod metrics;
mod outgoing;
mod queries;
mod records;
mod schema;
mod service;
mod settings;
mod validate;
mod vault;
mod watch;
mod wire;

pub use ::secrets::KeyRing;
pub use app::App;
pub use settings::{Rpc, Secrets, Settings};
pub use watch::{Failed, Looked, Watch};
