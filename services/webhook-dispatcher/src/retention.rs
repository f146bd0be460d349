//! The log of what became of deliveries is kept for a number of days, each organisation's own or
//! the installation's.
//!
//! It stands in partitions of a day. A day that nobody keeps any more goes as one piece; of a day
//! that some still keep, the rows of the others go a few at a time. What is owed for longer than
//! the log is kept has failed by then, so nothing that goes is still needed.

mod batches;
mod days;
mod keeper;
mod policies;

pub use days::{Days, InvalidDays};
pub use keeper::Keeper;
pub use policies::{Fate, Policies, Whose};
