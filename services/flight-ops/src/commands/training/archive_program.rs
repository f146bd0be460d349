//! Nobody enrols in a program any more.

use contracts::v1;
use domain::ProgramId;
use domain::training::{Program, ProgramStatus};
use store::AsyncPgConnection;

use crate::commands::aim::{self, Aim, Aimed};
use crate::commands::{Command, Outcome};
use crate::context::Context;
use crate::error::OpsError;

pub struct ArchiveProgram(Aim);

impl TryFrom<v1::Target> for ArchiveProgram {
    type Error = OpsError;

    fn try_from(target: v1::Target) -> Result<Self, OpsError> {
        Aim::read::<ProgramId>(Some(target)).map(Self)
    }
}

impl Command for ArchiveProgram {
    const NAME: &'static str = "archive_program";
    type Answer = Program;

    async fn execute(
        &self,
        conn: &mut AsyncPgConnection,
        context: &Context,
    ) -> Result<Outcome<Program>, OpsError> {
        let Self(aim) = self;
        let Aimed { record, .. } = aim.load::<Program>(conn).await?;
        if record.status == ProgramStatus::Archived {
            aim.expected(record.version)?;
            return Ok(Outcome::AlreadyApplied(record));
        }
        aim.expects(record.version)?;
        let after = record.archive(context.now())?;
        aim::save(conn, context, after, |_, _| ()).await
    }
}
