//! The service on a real PostgreSQL and a real RabbitMQ, asked by RPC.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test"
)]

mod aircraft;
mod amendments;
mod approvals;
mod boundaries;
mod compliance;
mod course;
mod crowd;
mod dates;
mod events;
mod export;
mod faults;
mod finance;
mod flights;
mod guards;
mod hearing;
mod import;
mod maintenance;
mod organizations;
mod people;
mod planning;
mod refusals;
mod sandboxes;
mod school;
mod simulated;
mod throng;
mod training;
mod upkeep;
mod world;
