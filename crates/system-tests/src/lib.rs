//! The five services as processes of their own, with databases and a virtual host of their own,
//! for tests that look at them from outside: over HTTP, over the broker, and with `kill -9`.
//!
//! The programs are those that `cargo build --workspace --bins` left beside the tests.
#![allow(
    clippy::panic,
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "the helpers of a test fail the test"
)]

mod api;
mod connection;
mod gaf;
mod http;
mod partner;
mod process;
mod proxy;
mod school;
mod servers;
mod stack;
pub mod webhooks;

pub use api::{Answer, Api};
pub use connection::{Ask, Connection, Reply};
pub use gaf::{Gaf, gaf};
pub use partner::Partner;
pub use process::program;
pub use proxy::Proxy;
pub use school::{School, approve_all};
pub use servers::{Servers, restart_postgres, stop_rabbitmq_for};
pub use stack::{Server, Service, Stack, StackBuilder};
