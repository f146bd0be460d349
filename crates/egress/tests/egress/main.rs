//! The client against real sockets, and its guard against every form of address.
//!
//! The guard's part: `forms` are the tables of `tests/data`, tried when an address is saved
//! (`save`) and when it is dialled (`dial`); `registry` holds the guard's own list against IANA's;
//! `properties` tries what no table lists, and `corpus` what a fuzzer once found worth keeping,
//! both judged by `oracle`, which shares no code with the guard.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test"
)]

mod authority;
mod corpus;
mod dial;
mod forms;
mod http1;
mod http2;
mod oracle;
mod partner;
mod properties;
mod refused;
mod registry;
mod save;
mod sockets;
mod spelling;
mod support;
mod tls;
