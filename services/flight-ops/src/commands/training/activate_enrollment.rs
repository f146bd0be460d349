//! `pending | standby → active`.

use contracts::v1;
use domain::EnrollmentId;
use domain::training::{Enrollment, EnrollmentStatus};
use store::AsyncPgConnection;

use crate::commands::aim::{self, Aim, Aimed};
use crate::commands::{Command, Outcome};
use crate::context::Context;
use crate::error::OpsError;

pub struct ActivateEnrollment(Aim);

impl TryFrom<v1::Target> for ActivateEnrollment {
    type Error = OpsError;

    fn try_from(target: v1::Target) -> Result<Self, OpsError> {
        Aim::read::<EnrollmentId>(Some(target)).map(Self)
    }
}

impl Command for ActivateEnrollment {
    const NAME: &'static str = "activate_enrollment";
    type Answer = Enrollment;

    async fn execute(
        &self,
        conn: &mut AsyncPgConnection,
        context: &Context,
    ) -> Result<Outcome<Enrollment>, OpsError> {
        let Self(aim) = self;
        let Aimed { record, .. } = aim.load::<Enrollment>(conn).await?;
        if record.status == EnrollmentStatus::Active {
            aim.expected(record.version)?;
            return Ok(Outcome::AlreadyApplied(record));
        }
        aim.expects(record.version)?;
        let after = record.activate(context.now())?;
        aim::save(conn, context, after, |_, _| ()).await
    }
}
