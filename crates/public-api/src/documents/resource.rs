//! What a session is booked on: one of several types of thing, told apart by `type`.

use domain::planning::Resource;
use domain::{AircraftId, PersonId, RoomId};
use schemars::JsonSchema;
use serde::Serialize;

/// `{"type": "aircraft", "id": "…", "label": "N740SP"}`; `id` is of the record that `type` names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ResourceFields<'a> {
    Aircraft {
        id: AircraftId,
        /// The registration when it was booked.
        label: &'a str,
    },
    Simulator {
        id: AircraftId,
        /// The registration when it was booked.
        label: &'a str,
    },
    Classroom {
        id: RoomId,
        /// The room's name when it was booked.
        label: &'a str,
    },
    Instructor {
        id: PersonId,
        /// The instructor's call sign, or else the name.
        label: &'a str,
    },
}

impl<'a> ResourceFields<'a> {
    pub fn new(resource: Resource, label: &'a str) -> Self {
        match resource {
            Resource::Aircraft(id) => Self::Aircraft { id, label },
            Resource::Simulator(id) => Self::Simulator { id, label },
            Resource::Classroom(id) => Self::Classroom { id, label },
            Resource::Instructor(id) => Self::Instructor { id, label },
        }
    }
}
