//! API keys: hashes, scopes, life.
//!
//! Owns the keys of both surfaces. A token leaves this service once, in the answer that mints it;
//! what is stored is its SHA-256. Every change commits together with its audit row and with the
//! invalidation that makes the gateways forget what they know of the key.

mod app;
mod commands;
mod db;
mod entropy;
mod error;
mod metrics;
mod schema;
mod service;
mod settings;
mod wire;

pub use app::App;
pub use settings::{Rpc, Settings};
