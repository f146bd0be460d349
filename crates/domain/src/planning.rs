//! Planning: who and what is booked for when.
//!
//! `requested → scheduled → in_progress → completed`, and `cancelled` from either of the first
//! two. Times are half-open: a session that ends at noon leaves everything of it free at noon.

mod commands;
mod room;
mod rules;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::airport::Airport;
use crate::vocabulary::vocabulary;
use crate::{AircraftId, FlightId, LocationId, OrgId, PersonId, ProgramItemId, RoomId, SessionId};

pub use commands::{NewSession, SessionMove};
pub use room::Room;

vocabulary! {
    /// What is done in a session.
    SessionKind, "session kind" {
        Flight => "flight", Simulator => "simulator", Ground => "ground", Briefing => "briefing",
        Exam => "exam", Maintenance => "maintenance", Meeting => "meeting", Rental => "rental",
    }
}

vocabulary! {
    SessionStatus, "session status" {
        Requested => "requested", Scheduled => "scheduled", InProgress => "in_progress",
        Completed => "completed", Cancelled => "cancelled",
    }
}

vocabulary! {
    CancellationReason, "cancellation reason" {
        Weather => "weather", Maintenance => "maintenance", Student => "student",
        Instructor => "instructor", Admin => "admin", NoShow => "no_show",
    }
}

vocabulary! {
    ResourceType, "resource type" {
        Aircraft => "aircraft", Simulator => "simulator", Classroom => "classroom", Instructor => "instructor",
    }
}

/// What a session is held on or in, or with whom. Written as `{"type": "aircraft", "id": "…"}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "type", content = "id", rename_all = "snake_case")]
pub enum Resource {
    Aircraft(AircraftId),
    Simulator(AircraftId),
    Classroom(RoomId),
    Instructor(PersonId),
}

impl Resource {
    pub fn resource_type(self) -> ResourceType {
        match self {
            Self::Aircraft(_) => ResourceType::Aircraft,
            Self::Simulator(_) => ResourceType::Simulator,
            Self::Classroom(_) => ResourceType::Classroom,
            Self::Instructor(_) => ResourceType::Instructor,
        }
    }

    pub fn id(self) -> Uuid {
        match self {
            Self::Aircraft(id) | Self::Simulator(id) => id.0,
            Self::Classroom(id) => id.0,
            Self::Instructor(id) => id.0,
        }
    }

    /// The resource of that type and id.
    pub fn new(resource_type: ResourceType, id: Uuid) -> Self {
        match resource_type {
            ResourceType::Aircraft => Self::Aircraft(AircraftId(id)),
            ResourceType::Simulator => Self::Simulator(AircraftId(id)),
            ResourceType::Classroom => Self::Classroom(RoomId(id)),
            ResourceType::Instructor => Self::Instructor(PersonId(id)),
        }
    }

    /// The aircraft or simulator, if it is one.
    pub fn aircraft_id(self) -> Option<AircraftId> {
        match self {
            Self::Aircraft(id) | Self::Simulator(id) => Some(id),
            Self::Classroom(_) | Self::Instructor(_) => None,
        }
    }
}

/// A planned session as the system of record holds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    pub id: SessionId,
    pub organization_id: OrgId,
    pub location_id: Option<LocationId>,
    /// Rises by one with every change.
    pub version: i64,
    pub status: SessionStatus,
    pub plan: SessionPlan,
    pub cancellation: Option<Cancellation>,
    /// The flight that came of it.
    pub flight_id: Option<FlightId>,
    pub external_reference: Option<String>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// What is planned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionPlan {
    pub kind: SessionKind,
    pub title: Option<String>,
    pub starts_at: DateTime<Utc>,
    /// After the start; the session is over at this very moment.
    pub ends_at: DateTime<Utc>,
    pub resource: Resource,
    /// What the resource was called when it was booked: a registration, a room, a name.
    pub label: String,
    pub instructor_id: Option<PersonId>,
    pub student_ids: Vec<PersonId>,
    /// Who flies, where it is no student: the renter, the ferry pilot.
    pub pilot_id: Option<PersonId>,
    /// The lesson of a program that is to be given.
    pub program_item_id: Option<ProgramItemId>,
    pub departure: Option<Airport>,
    pub arrival: Option<Airport>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cancellation {
    pub reason: CancellationReason,
    pub comment: Option<String>,
    pub at: DateTime<Utc>,
}

impl Session {
    /// Whom and what the session keeps from being booked by another: its aircraft, simulator or
    /// room, its instructor, students and pilot, each once whatever they are there for. A request
    /// keeps nothing yet, a cancelled session nothing any more.
    pub fn occupied(&self) -> BTreeSet<Uuid> {
        match self.status {
            SessionStatus::Requested | SessionStatus::Cancelled => BTreeSet::new(),
            SessionStatus::Scheduled | SessionStatus::InProgress | SessionStatus::Completed => {
                self.plan.wanted()
            }
        }
    }
}

impl SessionPlan {
    /// Everyone and everything the session takes.
    pub fn wanted(&self) -> BTreeSet<Uuid> {
        let people = self.people().map(|(_, id)| id.0);
        people.chain([self.resource.id()]).collect()
    }

    /// Everyone who is named, and by which field.
    pub fn people(&self) -> impl Iterator<Item = (&'static str, PersonId)> {
        let resource = match self.resource {
            Resource::Instructor(id) => Some(id),
            Resource::Aircraft(_) | Resource::Simulator(_) | Resource::Classroom(_) => None,
        };
        let single = [
            ("resource", resource),
            ("instructor_id", self.instructor_id),
            ("pilot_id", self.pilot_id),
        ];
        let single = single
            .into_iter()
            .filter_map(|(field, id)| Some((field, id?)));
        single.chain(self.student_ids.iter().map(|id| ("student_ids", *id)))
    }
}
