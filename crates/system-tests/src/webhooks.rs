//! Dispatchers under load, what they are put through, and what must have come of it.

mod events;
pub mod faults;
mod load;
mod moments;
mod tally;
mod witness;
mod world;

pub use load::{Load, publish_one};
pub use moments::Moments;
pub use tally::{Tally, twice};
pub use witness::{Arrival, Witness};
pub use world::{DISPATCHER, Plan, World};
