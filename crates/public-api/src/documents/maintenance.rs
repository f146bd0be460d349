//! `maintenance`: what is due on each aircraft, and the work on them.

mod due;
mod due_item;
mod work_order;

pub use due::{MaintenanceDueDetail, MaintenanceDueDocument, NextDueFields};
pub use due_item::DueItemFields;
pub use work_order::{
    MeterAtFields, PartFields, ReturnToServiceFields, TaskFields, WorkOrderDocument,
};
