//! The real gateway over real HTTP and a real broker. The services behind it are small
//! implementations of their contracts, on the test's own virtual host.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test"
)]

mod addresses;
mod caching;
mod changes;
mod harness;
mod last_use;
mod limits;
mod lists;
mod outages;
mod pages;
mod protocol;
mod replays;
mod revocation;
mod telemetry;
mod the_table;
mod trueflight;
