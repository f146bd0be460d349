//! `planning/sessions`: who and what is booked for when.

use domain::planning::{
    Cancellation, CancellationReason, Session, SessionKind, SessionPlan, SessionStatus,
};
use domain::{FlightId, PersonId, ProgramItemId, SessionId};
use schemars::JsonSchema;
use serde::Serialize;

use super::resource::ResourceFields;
use super::{AirportFields, Timestamp};

/// A planned session. It is over at `ends_at`: another may begin then.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct SessionDocument<'a> {
    pub id: SessionId,
    pub kind: SessionKind,
    pub title: Option<&'a str>,
    pub starts_at: Timestamp,
    pub ends_at: Timestamp,
    pub status: SessionStatus,
    pub resource: ResourceFields<'a>,
    pub instructor_id: Option<PersonId>,
    pub student_ids: &'a [PersonId],
    /// Who flies, where it is no student.
    pub pilot_id: Option<PersonId>,
    /// The lesson that is to be given.
    pub program_item_id: Option<ProgramItemId>,
    pub departure: Option<AirportFields<'a>>,
    pub arrival: Option<AirportFields<'a>>,
    pub cancellation: Option<CancellationFields<'a>>,
    /// The flight that came of it.
    pub flight_id: Option<FlightId>,
    pub external_reference: Option<&'a str>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// Why a session was called off, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CancellationFields<'a> {
    pub reason: CancellationReason,
    pub comment: Option<&'a str>,
    pub at: Timestamp,
}

impl<'a> From<&'a Cancellation> for CancellationFields<'a> {
    fn from(cancellation: &'a Cancellation) -> Self {
        Self {
            reason: cancellation.reason,
            comment: cancellation.comment.as_deref(),
            at: Timestamp(cancellation.at),
        }
    }
}

impl<'a> From<&'a Session> for SessionDocument<'a> {
    fn from(session: &'a Session) -> Self {
        let plan: &SessionPlan = &session.plan;
        Self {
            id: session.id,
            kind: plan.kind,
            title: plan.title.as_deref(),
            starts_at: Timestamp(plan.starts_at),
            ends_at: Timestamp(plan.ends_at),
            status: session.status,
            resource: ResourceFields::new(plan.resource, &plan.label),
            instructor_id: plan.instructor_id,
            student_ids: &plan.student_ids,
            pilot_id: plan.pilot_id,
            program_item_id: plan.program_item_id,
            departure: plan.departure.as_ref().map(Into::into),
            arrival: plan.arrival.as_ref().map(Into::into),
            cancellation: session.cancellation.as_ref().map(Into::into),
            flight_id: session.flight_id,
            external_reference: session.external_reference.as_deref(),
            created_at: Timestamp(session.created_at),
            updated_at: Timestamp(session.updated_at),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::payloads::samples::planning;

    #[test]
    fn a_document_is_what_the_contract_says() {
        let session = planning::session();
        let json = serde_json::to_string(&SessionDocument::from(&session)).unwrap();
        assert_eq!(
            json,
            concat!(
                r#"{"id":"00000000-0000-0000-0000-0000000005e1","kind":"flight","title":"Lesson 12","#,
                r#""starts_at":"2026-05-02T18:30:00Z","ends_at":"2026-05-02T21:30:00Z","status":"completed","#,
                r#""resource":{"type":"aircraft","id":"00000000-0000-0000-0000-0000000000a1","label":"N740SP"},"#,
                r#""instructor_id":"00000000-0000-0000-0000-0000000000b2","#,
                r#""student_ids":["00000000-0000-0000-0000-0000000000b1"],"pilot_id":null,"#,
                r#""program_item_id":null,"departure":{"ident":"KIOW","icao_code":"KIOW","local_code":"IOW"},"#,
                r#""arrival":{"ident":"C17","icao_code":null,"local_code":"C17"},"cancellation":null,"#,
                r#""flight_id":"00000000-0000-0000-0000-0000000000f1","external_reference":null,"#,
                r#""created_at":"2026-04-25T16:00:00Z","updated_at":"2026-05-02T21:10:00Z"}"#,
            )
        );
    }

    #[test]
    fn a_cancelled_session_says_why() {
        let cancellation = Cancellation {
            reason: CancellationReason::Weather,
            comment: None,
            at: planning::session().plan.starts_at,
        };
        let session = Session {
            cancellation: Some(cancellation),
            flight_id: None,
            ..planning::session()
        };
        let json = serde_json::to_value(SessionDocument::from(&session)).unwrap();
        let cancellation = serde_json::json!({
            "reason": "weather", "comment": null, "at": "2026-05-02T18:30:00Z",
        });
        assert_eq!(json["cancellation"], cancellation);
        assert_eq!(json["flight_id"], serde_json::Value::Null);
    }
}
