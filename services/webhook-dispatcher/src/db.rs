//! Queries: plain functions that take a connection, beside the rows they read and write.

pub mod attempts;
pub mod claims;
pub mod closing;
pub mod consignments;
pub mod deliveries;
pub mod destinations;
pub mod endpoints;
pub mod explanations;
pub mod fan_out;
pub mod health;
mod ids;
pub mod leases;
pub mod letters;
pub mod outcomes;
pub mod partitions;
pub mod purges;
pub mod recoveries;
pub mod replays;
pub mod retention;
pub mod sealed;
pub mod summaries;
pub mod undelivered;
