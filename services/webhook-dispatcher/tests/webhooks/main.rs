//! The service on real PostgreSQL and RabbitMQ, with partners on real sockets.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test"
)]

mod attempts;
mod changes;
mod endpoints;
mod events;
mod fan_out;
mod isolation;
mod killed;
mod lists;
mod ping;
mod poison;
mod replays;
mod rotation;
mod schemes;
mod secrets;
mod signature;
mod takeover;
mod verifiers;
mod world;
