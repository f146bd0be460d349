use contracts::v1;
use domain::planning::{Room, Session};

use crate::commands::Outcome;

impl From<Outcome<Session>> for v1::SessionResponse {
    fn from(outcome: Outcome<Session>) -> Self {
        let applied = outcome.applied();
        Self {
            session: Some((&outcome.into_state()).into()),
            applied,
        }
    }
}

impl From<Outcome<Room>> for v1::SaveRoomResponse {
    fn from(outcome: Outcome<Room>) -> Self {
        let applied = outcome.applied();
        Self {
            room: Some((&outcome.into_state()).into()),
            applied,
        }
    }
}
