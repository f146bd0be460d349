//! Queries: plain functions that take a connection, beside the rows they read and write.

pub mod attempts;
pub mod claims;
pub mod closing;
pub mod deliveries;
pub mod destinations;
pub mod endpoints;
pub mod fan_out;
pub mod leases;
pub mod outcomes;
pub mod replays;
pub mod sealed;
pub mod summaries;
