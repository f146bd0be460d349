//! The commands, by their nouns.

pub mod dead_letters;
pub mod deliveries;
pub mod delivery;
pub mod endpoint;
pub mod event;
pub mod flight;
pub mod import;
pub mod key;
pub mod org;
pub mod read_model;
pub mod recovery;
pub mod retention;
pub mod signing_key;
pub mod simulate;
