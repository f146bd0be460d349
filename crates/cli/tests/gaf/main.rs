//! The program `gaf` against services that are played, on a real broker.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test"
)]

mod answers;
mod dead_letters;
mod endpoints;
mod fakes;
mod flights;
mod importing;
mod key_inspect;
mod key_life;
mod key_limits;
mod keys;
mod organizations;
mod rebuilding;
mod recoveries;
mod retention;
mod sandboxes;
mod signing_keys;
mod surroundings;
mod world;
