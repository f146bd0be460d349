//! Queries, beside the rows they read and write.

pub mod audit;
pub mod keys;
