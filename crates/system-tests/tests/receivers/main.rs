//! Partners that answer in every way there is, on real sockets, to the real service: what it makes
//! of each, that it says so, and that each gets its delivery in the end.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test"
)]

mod answers;
mod broken;
mod case;
mod kept;
mod partner;
mod silence;
mod tls;
mod waits;
