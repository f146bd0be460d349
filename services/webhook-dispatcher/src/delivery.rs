//! From a leased delivery to a recorded outcome.
//!
//! ```text
//! fan_out, claimer -> Leased -> sender -> Sent -> recorder -> Recorded
//! ```

pub mod attempt;
pub mod body;
pub mod claimer;
pub mod crew;
pub mod destination;
pub mod exchange;
pub mod lanes;
pub mod later;
pub mod recalls;
pub mod recorder;
pub mod retry_after;
pub mod room;
pub mod schedule;
pub mod sender;
pub mod signing;
pub mod stages;
pub mod under_way;
pub mod witnesses;
