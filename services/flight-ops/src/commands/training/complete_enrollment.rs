//! `active | standby → completed`, certified by whoever acts.

use chrono::NaiveDate;
use contracts::convert::date;
use contracts::v1;
use domain::EnrollmentId;
use domain::training::{Enrollment, EnrollmentStatus, progress};
use store::AsyncPgConnection;

use super::{day_of, past_day, revision_of, training_of};
use crate::commands::aim::{self, Aim, Aimed};
use crate::commands::{Command, Outcome};
use crate::context::Context;
use crate::error::OpsError;

pub struct CompleteEnrollment {
    aim: Aim,
    completed_on: Option<NaiveDate>,
}

impl TryFrom<v1::CompleteEnrollmentRequest> for CompleteEnrollment {
    type Error = OpsError;

    fn try_from(request: v1::CompleteEnrollmentRequest) -> Result<Self, OpsError> {
        Ok(Self {
            aim: Aim::read::<EnrollmentId>(request.target)?,
            completed_on: date("completed_on", request.completed_on.as_deref())?,
        })
    }
}

impl Command for CompleteEnrollment {
    const NAME: &'static str = "complete_enrollment";
    type Answer = Enrollment;

    async fn execute(
        &self,
        conn: &mut AsyncPgConnection,
        context: &Context,
    ) -> Result<Outcome<Enrollment>, OpsError> {
        let aim = &self.aim;
        let Aimed {
            record,
            actor,
            school,
        } = aim.load::<Enrollment>(conn).await?;
        if record.status == EnrollmentStatus::Completed && self.made(&record) {
            aim.expected(record.version)?;
            return Ok(Outcome::AlreadyApplied(record));
        }
        aim.expects(record.version)?;
        let now = context.now();
        let today = day_of(&school, now);
        let completed_on = past_day("completed_on", self.completed_on, today)?;
        let revision = revision_of(conn, &record).await?;
        let (signoffs, flights) = training_of(conn, &record).await?;
        let progress = progress(&revision, &signoffs, &flights);
        let after = record.complete(&progress, actor, completed_on, now)?;
        aim::save(conn, context, after, |_, _| ()).await
    }
}

impl CompleteEnrollment {
    /// Whether this is the completion that the enrolment bears.
    fn made(&self, enrollment: &Enrollment) -> bool {
        let same_day = self
            .completed_on
            .is_none_or(|day| enrollment.completed_on == Some(day));
        let same_actor = self
            .aim
            .actor_id
            .is_none_or(|actor| enrollment.certified_by_id == Some(actor));
        same_day && same_actor
    }
}
