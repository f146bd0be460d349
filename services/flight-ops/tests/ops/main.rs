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
mod course;
mod crowd;
mod events;
mod faults;
mod flights;
mod guards;
mod hearing;
mod import;
mod organizations;
mod people;
mod refusals;
mod school;
mod upkeep;
mod world;
