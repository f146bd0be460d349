//! What tests of several crates share: a database and a virtual host for each test, an HTTP
//! receiver, real files, chance that a seed repeats, waiting without fixed sleeps.
//!
//! Everything here fails the test by panicking, with a message that says what to do.
#![allow(
    clippy::panic,
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "the helpers of a test fail the test"
)]

mod broker;
mod chance;
mod cleanup;
mod database;
mod eventually;
mod real;
mod receiver;

pub use broker::TestBroker;
pub use chance::Chance;
pub use database::TestDatabase;
pub use eventually::eventually;
pub use real::real_logbook;
pub use receiver::{Received, Receiver, Respond};

/// Where something is that tests need, from the environment.
pub fn place(variable: &str) -> String {
    #[expect(clippy::disallowed_methods, reason = "tests have no settings")]
    let place = std::env::var(variable);
    place.unwrap_or_else(|_| {
        panic!("{variable} is not set: run `./dev test-servers up` and export what it prints")
    })
}
