//! Ready-made public documents and the event log.
//!
//! Record changes and catalog events come in by the broker, and leave as documents: byte for byte
//! what partners are served, with what they are sorted and found by. Everything here is derived
//! from the replica of the records, by functions that know nothing but their arguments
//! ([`projection`]), so it can be derived again.

mod app;
mod apply;
pub mod consumer;
pub mod db;
mod error;
mod metrics;
pub mod projection;
pub mod query;
pub mod rebuilding;
pub mod record;
mod rpc;
pub mod turning;
pub mod views;

pub use app::{App, ConsumeSettings, RpcSettings, Settings};
pub use error::ReadModelError;
pub use metrics::Metrics;
pub use rpc::Documents;
