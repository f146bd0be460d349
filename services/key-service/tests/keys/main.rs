//! The service on a real PostgreSQL and a real RabbitMQ, asked by RPC.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test"
)]

mod audit;
mod comparison;
mod invalidations;
mod life;
mod limits;
mod model;
mod refusals;
mod rights;
mod rotation;
mod secrecy;
mod support;
mod trail;
mod usage;
