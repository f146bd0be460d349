//! The tables of this service. Statements take whole batches as arrays, so that the number of
//! round trips does not depend on the number of messages.

pub mod documents;
pub mod facets;
pub mod pages;
pub mod pilot_totals;
pub mod records;
mod statement;

pub use statement::Statement;
