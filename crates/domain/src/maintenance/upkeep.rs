//! One aircraft with everything that says whether it may fly.
//!
//! Whatever changes any of it is followed by a [`Upkeep::review`], which brings the aircraft's
//! airworthiness up to date and finds what is to be alerted on.

mod orders;
mod review;

use crate::aircraft::Aircraft;

use super::airworthiness::Declared;
use super::due_item::DueItem;
use super::squawk::Squawk;
use super::work_order::WorkOrder;

pub use review::Review;

/// An aircraft, all that falls due on it, and every squawk and work order that is not settled.
#[derive(Debug, Clone, PartialEq)]
pub struct Upkeep {
    pub aircraft: Aircraft,
    pub declared: Declared,
    pub due_items: Vec<DueItem>,
    pub squawks: Vec<Squawk>,
    pub work_orders: Vec<WorkOrder>,
}
