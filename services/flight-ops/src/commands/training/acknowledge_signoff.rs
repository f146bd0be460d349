//! The student has seen a signoff.

use contracts::v1;
use domain::SignoffId;
use domain::training::Signoff;
use store::AsyncPgConnection;

use super::SignoffState;
use crate::commands::aim::{self, Aim, Aimed};
use crate::commands::{Command, Outcome};
use crate::context::Context;
use crate::error::OpsError;

pub struct AcknowledgeSignoff(Aim);

impl TryFrom<v1::Target> for AcknowledgeSignoff {
    type Error = OpsError;

    fn try_from(target: v1::Target) -> Result<Self, OpsError> {
        Aim::read::<SignoffId>(Some(target)).map(Self)
    }
}

impl Command for AcknowledgeSignoff {
    const NAME: &'static str = "acknowledge_signoff";
    type Answer = SignoffState;

    async fn execute(
        &self,
        conn: &mut AsyncPgConnection,
        context: &Context,
    ) -> Result<Outcome<SignoffState>, OpsError> {
        let Self(aim) = self;
        let Aimed { record, .. } = aim.load::<Signoff>(conn).await?;
        // It is the student's to acknowledge, so that is who acts where nobody is named.
        let actor = aim.actor_id.unwrap_or(record.content.student_id);
        if record.student_acknowledged_at.is_some() && actor == record.content.student_id {
            aim.expected(record.version)?;
            return Ok(Outcome::AlreadyApplied(record.into()));
        }
        aim.expects(record.version)?;
        let after = record.acknowledge(actor, context.now())?;
        let outcome = aim::save(conn, context, after, |_, _| ()).await?;
        Ok(Outcome::Executed(outcome.into_state().into()))
    }
}
