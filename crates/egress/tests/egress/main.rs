//! The client against real sockets, and its guard against every form of address.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test"
)]

mod check_url;
mod sockets;
mod support;
mod tls;
