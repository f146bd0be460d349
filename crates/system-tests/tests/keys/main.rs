//! Keys over the real services, with three gateways: who is let in, and for how long.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test"
)]

mod cut_off;
mod expiry;
mod limits;
mod model;
mod revocation;
mod secrecy;
mod storm;
mod world;
