//! The service on real PostgreSQL and RabbitMQ, with partners on real sockets.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test"
)]

mod answers;
mod attempts;
mod changes;
mod endpoints;
mod events;
mod explain;
mod fan_out;
mod guard;
mod health;
mod in_order;
mod isolation;
mod killed;
mod lists;
mod migration;
mod ping;
mod poison;
mod rates;
mod recoveries;
mod redeliver;
mod replays;
mod retention;
mod rotation;
mod schemes;
mod secrets;
mod signature;
mod takeover;
mod trials;
mod verifiers;
mod world;
