//! `requested → scheduled`: from now on it occupies what it takes.

use contracts::v1;
use domain::SessionId;
use domain::planning::{Session, SessionStatus};
use store::AsyncPgConnection;

use super::{booking, conclude};
use crate::commands::aim::{Aim, Aimed};
use crate::commands::{Command, Outcome};
use crate::context::Context;
use crate::error::OpsError;

pub struct ScheduleSession(Aim);

impl TryFrom<v1::Target> for ScheduleSession {
    type Error = OpsError;

    fn try_from(target: v1::Target) -> Result<Self, OpsError> {
        Aim::read::<SessionId>(Some(target)).map(Self)
    }
}

impl Command for ScheduleSession {
    const NAME: &'static str = "schedule_session";
    type Answer = Session;

    async fn execute(
        &self,
        conn: &mut AsyncPgConnection,
        context: &Context,
    ) -> Result<Outcome<Session>, OpsError> {
        let Self(aim) = self;
        let Aimed { record, .. } = aim.load::<Session>(conn).await?;
        if record.status == SessionStatus::Scheduled {
            aim.expected(record.version)?;
            return Ok(Outcome::AlreadyApplied(record));
        }
        aim.expects(record.version)?;
        let after = record.schedule(context.now())?;
        booking::must_be_fit(conn, aim.organization_id, &after.plan).await?;
        conclude(conn, context, after).await
    }
}
