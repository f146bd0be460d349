//! What the services say to each other: messages, RPC stubs and the broker's topology.
//!
//! `proto/` is the contract. A school with a system of record of its own publishes the same
//! messages in place of flight-ops.

pub use prost_types::Timestamp;

pub mod convert;
pub mod fault;
mod redacted;
pub mod rpc;
pub mod topology;

/// Everything of the package `gaf.v1`, generated from `proto/`.
#[allow(
    clippy::all,
    clippy::as_conversions,
    clippy::too_many_lines,
    clippy::wildcard_imports,
    missing_docs
)]
pub mod v1 {
    include!(concat!(env!("OUT_DIR"), "/gaf.v1.rs"));
}
