//! What callers may change: one transaction each, with what others must hear of it.

pub mod announce;
pub mod create_endpoint;
pub mod delete_endpoint;
pub mod ping_endpoint;
pub mod reencrypt;
pub mod replay_event;
pub mod rotate_secret;
pub mod update_endpoint;
