//! What a replay of an event is answered with.

use domain::EventId;
use schemars::JsonSchema;
use serde::Serialize;

/// An event that goes once more to the endpoints that want it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ReplayDocument {
    pub event_id: EventId,
    /// Endpoints that the event is now on its way to, each time under a delivery id of its own.
    pub endpoints: i32,
    /// Endpoints that are still owed it from before; it is not sent to them twice.
    pub already_pending: i32,
}
