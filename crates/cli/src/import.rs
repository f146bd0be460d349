//! From a ForeFlight logbook to requests for flight-ops.
//!
//! [`logbook`] reads the file; what is here turns its rows into the school's terms, says what
//! could not be taken over as it stands ([`notes`]), and sends them in parts, some at the same
//! time. Nothing grows with the file.
//!
//! What a logbook holds and a flight record does not: remarks and people, which are personal
//! data; distances and times of duty.

pub mod notes;
pub mod reading;
pub mod report;
pub mod sending;

mod aircraft;
mod airports;
mod entry;
mod ground;
mod registration;
mod texts;
mod times;
