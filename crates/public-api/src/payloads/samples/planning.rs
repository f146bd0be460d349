use domain::airport::Airport;
use domain::planning::{Resource, Session, SessionKind, SessionPlan, SessionStatus};
use domain::{AircraftId, FlightId, OrgId, PersonId, SessionId};

use super::{at, id};

/// A lesson that was given.
pub fn session() -> Session {
    Session {
        id: id::<SessionId>(0x5e1),
        organization_id: id::<OrgId>(0x01),
        location_id: None,
        version: 3,
        status: SessionStatus::Completed,
        plan: SessionPlan {
            kind: SessionKind::Flight,
            title: Some("Lesson 12".into()),
            starts_at: at("2026-05-02T18:30:00Z"),
            ends_at: at("2026-05-02T21:30:00Z"),
            resource: Resource::Aircraft(id::<AircraftId>(0xa1)),
            label: "N740SP".into(),
            instructor_id: Some(id::<PersonId>(0xb2)),
            student_ids: vec![id::<PersonId>(0xb1)],
            pilot_id: None,
            program_item_id: None,
            departure: Airport::from_ident("KIOW").ok(),
            arrival: Airport::from_ident("C17").ok(),
        },
        cancellation: None,
        flight_id: Some(id::<FlightId>(0xf1)),
        external_reference: None,
        created_at: at("2026-04-25T16:00:00Z"),
        updated_at: at("2026-05-02T21:10:00Z"),
    }
}
