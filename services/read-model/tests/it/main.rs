//! The read model on a real database and a real broker.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test"
)]

mod changes;
mod finance;
mod flights;
mod locations;
mod maintenance;
mod order;
mod paging;
mod papers;
mod plans;
mod projection;
mod queues;
mod rebuild;
mod related;
mod rpc;
mod school;
mod sessions;
mod stack;
mod training;
mod world;
