//! The tables of what falls due, defects and work; all of it hangs on an aircraft, whose row is
//! locked before any of it changes.

pub mod counts;
pub mod lists;
pub mod numbers;
pub mod postings;
pub mod standing;
