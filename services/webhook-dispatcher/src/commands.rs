//! What callers may change: one transaction each, with what others must hear of it.

pub mod announce;
pub mod cancel_recovery;
pub mod create_endpoint;
pub mod delete_endpoint;
pub mod note_health;
pub mod ping_endpoint;
pub mod redeliver;
pub mod reencrypt;
pub mod replay_event;
pub mod rotate_secret;
pub mod start_recovery;
pub mod update_endpoint;
