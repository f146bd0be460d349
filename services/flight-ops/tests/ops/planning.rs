//! Planned sessions: their way, what they occupy, and what they are refused for.

mod lessons;
mod overlaps;
mod refusals;
mod way;

use chrono::TimeDelta;
use contracts::convert::timestamp;
use contracts::rpc::RpcError;
use contracts::v1::{
    CancelSessionRequest, MoveSessionRequest, RequestSessionRequest, Room, SaveRoomRequest,
    Session, SessionPlan, SessionResource, SessionResponse, Target,
};

use crate::school::{School, new_id, noon};
use crate::world::World;

pub fn resource(resource_type: &str, id: &str) -> Option<SessionResource> {
    Some(SessionResource {
        r#type: resource_type.to_owned(),
        id: id.to_owned(),
        label: String::new(),
    })
}

impl School {
    /// A flight on the school's aircraft with everybody, from that minute after noon for that long.
    pub fn lesson(&self, from: i64, minutes: i64) -> SessionPlan {
        let begin = noon() + TimeDelta::minutes(from);
        SessionPlan {
            kind: "flight".into(),
            title: Some("Lesson 3".into()),
            starts_at: Some(timestamp(begin)),
            ends_at: Some(timestamp(begin + TimeDelta::minutes(minutes))),
            resource: resource("aircraft", &self.aircraft),
            instructor_id: Some(self.instructor.clone()),
            student_ids: vec![self.pilot.clone()],
            departure: Some("KPAO".into()),
            ..SessionPlan::default()
        }
    }

    /// A talk in that room about nothing that occupies anybody else.
    pub fn talk(&self, room: &str, from: i64, minutes: i64) -> SessionPlan {
        SessionPlan {
            kind: "ground".into(),
            resource: resource("classroom", room),
            instructor_id: None,
            student_ids: Vec::new(),
            ..self.lesson(from, minutes)
        }
    }

    pub fn request(&self, plan: SessionPlan) -> RequestSessionRequest {
        RequestSessionRequest {
            id: new_id(),
            organization_id: self.id.clone(),
            location_id: Some(self.location.clone()),
            plan: Some(plan),
            scheduled: true,
            external_reference: None,
        }
    }

    pub fn target(&self, session: &Session) -> Target {
        Target {
            organization_id: self.id.clone(),
            id: session.id.clone(),
            expected_version: None,
            actor_id: None,
        }
    }

    pub fn cancellation(&self, session: &Session) -> CancelSessionRequest {
        CancelSessionRequest {
            target: Some(self.target(session)),
            reason: "weather".into(),
            comment: Some("low ceiling".into()),
            at: None,
        }
    }

    /// To that minute after noon, for that long.
    pub fn moving(&self, session: &Session, from: i64, minutes: i64) -> MoveSessionRequest {
        let plan = self.lesson(from, minutes);
        MoveSessionRequest {
            target: Some(self.target(session)),
            starts_at: plan.starts_at,
            ends_at: plan.ends_at,
            resource: None,
        }
    }
}

impl World {
    /// Books at once.
    pub async fn book(
        &self,
        school: &School,
        plan: SessionPlan,
    ) -> Result<SessionResponse, RpcError> {
        self.ops.request_session(school.request(plan)).await
    }

    pub async fn booked(&self, school: &School, plan: SessionPlan) -> Session {
        self.book(school, plan).await.unwrap().session.unwrap()
    }

    pub async fn requested(&self, school: &School, plan: SessionPlan) -> Session {
        let request = RequestSessionRequest {
            scheduled: false,
            ..school.request(plan)
        };
        let answer = self.ops.request_session(request).await.unwrap();
        answer.session.unwrap()
    }

    pub async fn room(&self, school: &School, name: &str) -> Room {
        let room = Room {
            id: new_id(),
            organization_id: school.id.clone(),
            location_id: Some(school.location.clone()),
            name: name.to_owned(),
            seats: Some(12),
            active: true,
            ..Room::default()
        };
        let request = SaveRoomRequest { room: Some(room) };
        self.ops.save_room(request).await.unwrap().room.unwrap()
    }
}
