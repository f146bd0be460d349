//! What falls due, defects, work, and what they say about flying.

mod airworthiness;
mod alerts;
mod at_once;
mod due_items;
mod meters;
mod refusals;
mod squawks;
mod upkeep;
mod watch;
mod work_orders;
