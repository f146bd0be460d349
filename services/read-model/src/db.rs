//! The tables of this service. Statements take whole batches as arrays, so that the number of
//! round trips does not depend on the number of messages.

pub mod changes;
pub mod documents;
pub mod facets;
pub mod generation;
pub mod own;
pub mod pages;
pub mod pilot_totals;
pub mod rebuilds;
pub mod record_links;
pub mod records;
pub mod turns;
pub mod view_clocks;

pub use store::Statement;
