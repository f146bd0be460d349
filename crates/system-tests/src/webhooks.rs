//! Dispatchers under load, what they are put through, and what must have come of it.

mod events;
pub mod faults;
mod load;
mod moments;
mod tally;
mod witness;
mod world;

pub use load::publish_one;
pub use world::DISPATCHER;
