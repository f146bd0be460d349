//! The draft of a program becomes its next revision.

use contracts::v1;
use domain::training::Program;
use domain::{ProgramId, Refusal};
use store::AsyncPgConnection;

use crate::commands::aim::{self, Aim, Aimed};
use crate::commands::{Command, Outcome};
use crate::context::Context;
use crate::error::OpsError;

pub struct PublishProgramRevision {
    aim: Aim,
    /// None: whichever is next.
    revision: Option<i32>,
}

impl TryFrom<v1::PublishProgramRevisionRequest> for PublishProgramRevision {
    type Error = OpsError;

    fn try_from(request: v1::PublishProgramRevisionRequest) -> Result<Self, OpsError> {
        Ok(Self {
            aim: Aim::read::<ProgramId>(request.target)?,
            revision: request.revision,
        })
    }
}

impl Command for PublishProgramRevision {
    const NAME: &'static str = "publish_program_revision";
    type Answer = Program;

    async fn execute(
        &self,
        conn: &mut AsyncPgConnection,
        context: &Context,
    ) -> Result<Outcome<Program>, OpsError> {
        let aim = &self.aim;
        let Aimed { record, actor, .. } = aim.load::<Program>(conn).await?;
        let latest = record.latest().map_or(0, |revision| revision.number);
        let made = match self.revision {
            Some(number) => number == latest && latest > 0,
            None => record.draft.is_none() && latest > 0,
        };
        if made {
            aim.expected(record.version)?;
            return Ok(Outcome::AlreadyApplied(record));
        }
        aim.expects(record.version)?;
        if self.revision.is_some_and(|number| number != latest + 1) {
            let detail = format!("the next revision is {}", latest + 1);
            return Err(Refusal::conflict("another_revision", detail).into());
        }
        let after = record.publish(actor, context.now())?;
        aim::save(conn, context, after, |_, _| ()).await
    }
}
