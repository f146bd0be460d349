//! Keeping aircraft fit to fly. Every command locks the aircraft first, and ends with a review of
//! all that is open about it.

pub mod complete_due_item;
pub mod create_work_order;
pub mod decide_squawk;
pub mod delete_due_item;
pub mod hangar;
pub mod post_meters;
pub mod report_squawk;
pub mod revise_work_order;
pub mod save_due_item;
pub mod step_work_order;
