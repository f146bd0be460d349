//! What callers may change: one transaction each, with what others must hear of it.

pub mod announce;
pub mod create_endpoint;
pub mod ping_endpoint;
pub mod replay_event;
