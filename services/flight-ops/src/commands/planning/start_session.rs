//! `scheduled → in_progress`.

use contracts::v1;
use domain::SessionId;
use domain::planning::{Session, SessionStatus};
use store::AsyncPgConnection;

use super::booking;
use crate::commands::aim::{self, Aim, Aimed};
use crate::commands::{Command, Outcome};
use crate::context::Context;
use crate::error::OpsError;

pub struct StartSession(Aim);

impl TryFrom<v1::Target> for StartSession {
    type Error = OpsError;

    fn try_from(target: v1::Target) -> Result<Self, OpsError> {
        Aim::read::<SessionId>(Some(target)).map(Self)
    }
}

impl Command for StartSession {
    const NAME: &'static str = "start_session";
    type Answer = Session;

    async fn execute(
        &self,
        conn: &mut AsyncPgConnection,
        context: &Context,
    ) -> Result<Outcome<Session>, OpsError> {
        let Self(aim) = self;
        let Aimed { record, .. } = aim.load::<Session>(conn).await?;
        if record.status == SessionStatus::InProgress {
            aim.expected(record.version)?;
            return Ok(Outcome::AlreadyApplied(record));
        }
        aim.expects(record.version)?;
        let after = record.start(context.now())?;
        // It may have been grounded since it was booked.
        booking::must_be_fit(conn, aim.organization_id, &after.plan).await?;
        aim::save(conn, context, after, |_, _| ()).await
    }
}
