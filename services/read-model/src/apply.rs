//! What a batch of messages does to the database, within one transaction.

mod events;
mod put;
mod records;

pub use events::events;
pub use records::records;
