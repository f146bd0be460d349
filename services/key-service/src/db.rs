//! Queries, beside the rows they read and write.

pub mod audit;
mod key_row;
pub mod keys;
pub mod usage;
