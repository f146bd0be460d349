//! `in_progress → completed`, with the flight that came of it.

use contracts::convert::parse_optional;
use contracts::v1;
use domain::planning::{Session, SessionStatus};
use domain::{FlightId, SessionId};
use store::AsyncPgConnection;

use crate::commands::aim::{self, Aim, Aimed};
use crate::commands::{Command, Outcome};
use crate::context::Context;
use crate::db::flights;
use crate::error::OpsError;

pub struct CompleteSession {
    aim: Aim,
    flight_id: Option<FlightId>,
}

impl TryFrom<v1::CompleteSessionRequest> for CompleteSession {
    type Error = OpsError;

    fn try_from(request: v1::CompleteSessionRequest) -> Result<Self, OpsError> {
        Ok(Self {
            aim: Aim::read::<SessionId>(request.target)?,
            flight_id: parse_optional("flight_id", request.flight_id.as_deref())?,
        })
    }
}

impl Command for CompleteSession {
    const NAME: &'static str = "complete_session";
    type Answer = Session;

    async fn execute(
        &self,
        conn: &mut AsyncPgConnection,
        context: &Context,
    ) -> Result<Outcome<Session>, OpsError> {
        let Self { aim, flight_id } = self;
        let Aimed { record, .. } = aim.load::<Session>(conn).await?;
        if record.status == SessionStatus::Completed && record.flight_id == *flight_id {
            aim.expected(record.version)?;
            return Ok(Outcome::AlreadyApplied(record));
        }
        aim.expects(record.version)?;
        let after = record.complete(*flight_id, context.now())?;
        if let Some(id) = *flight_id
            && flights::find(conn, aim.organization_id, id)
                .await?
                .is_none()
        {
            return Err(OpsError::no_such_at("flight_id", "flight"));
        }
        aim::save(conn, context, after, |_, _| ()).await
    }
}
