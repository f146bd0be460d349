//! Owing an endpoint again what it did not get since a point in time.
//!
//! A recovery is a row and a position: the event that was looked at last. A turn looks at the next
//! events, owes those that are missing and moves the position, in one transaction. So whoever takes
//! the next turn, of whichever replica, goes on behind the last event that was settled: there is
//! nothing to take over, and nothing that a replica could lose by dying.

mod counting;
mod kept;
mod pace;
mod search;
mod settle;
mod turn;
mod worker;

pub use counting::{Count, Counter};
pub use pace::Pace;
pub use search::{Candidate, Search, Standing};
pub use worker::Recoverer;
