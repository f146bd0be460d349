//! `active | standby → discontinued | transferred`, with a reason.

use chrono::NaiveDate;
use contracts::convert::date;
use contracts::v1;
use domain::EnrollmentId;
use domain::training::{Ending, Enrollment, EnrollmentStatus};
use store::AsyncPgConnection;

use super::{day_of, past_day};
use crate::commands::aim::{self, Aim, Aimed};
use crate::commands::{Command, Outcome};
use crate::context::Context;
use crate::error::OpsError;
use crate::validate::Checks;

/// The student gives up.
pub struct DiscontinueEnrollment(End);

/// The student goes on at another school.
pub struct TransferEnrollment(End);

struct End {
    aim: Aim,
    reason: String,
    terminated_on: Option<NaiveDate>,
}

impl TryFrom<v1::EndEnrollmentRequest> for End {
    type Error = OpsError;

    fn try_from(request: v1::EndEnrollmentRequest) -> Result<Self, OpsError> {
        let mut checks = Checks::default();
        let reason = checks.text("reason", &request.reason, 1..=1_000);
        checks.finish()?;
        Ok(Self {
            aim: Aim::read::<EnrollmentId>(request.target)?,
            reason,
            terminated_on: date("terminated_on", request.terminated_on.as_deref())?,
        })
    }
}

impl End {
    async fn carry_out(
        &self,
        conn: &mut AsyncPgConnection,
        context: &Context,
        ending: Ending,
        status: EnrollmentStatus,
    ) -> Result<Outcome<Enrollment>, OpsError> {
        let aim = &self.aim;
        let Aimed { record, school, .. } = aim.load::<Enrollment>(conn).await?;
        if record.status == status && self.made(&record) {
            aim.expected(record.version)?;
            return Ok(Outcome::AlreadyApplied(record));
        }
        aim.expects(record.version)?;
        let now = context.now();
        let today = day_of(&school, now);
        let terminated_on = past_day("terminated_on", self.terminated_on, today)?;
        let after = record.end(ending, &self.reason, terminated_on, now)?;
        aim::save(conn, context, after, |_, _| ()).await
    }

    /// Whether this is the end that the enrolment came to.
    fn made(&self, enrollment: &Enrollment) -> bool {
        enrollment.termination_reason.as_ref() == Some(&self.reason)
            && self
                .terminated_on
                .is_none_or(|day| enrollment.terminated_on == Some(day))
    }
}

macro_rules! endings {
    ($($command:ident, $name:literal, $ending:ident);+ $(;)?) => {$(
        impl TryFrom<v1::EndEnrollmentRequest> for $command {
            type Error = OpsError;

            fn try_from(request: v1::EndEnrollmentRequest) -> Result<Self, OpsError> {
                End::try_from(request).map(Self)
            }
        }

        impl Command for $command {
            const NAME: &'static str = $name;
            type Answer = Enrollment;

            async fn execute(
                &self,
                conn: &mut AsyncPgConnection,
                context: &Context,
            ) -> Result<Outcome<Enrollment>, OpsError> {
                let (ending, status) = (Ending::$ending, EnrollmentStatus::$ending);
                self.0.carry_out(conn, context, ending, status).await
            }
        }
    )+};
}

endings! {
    DiscontinueEnrollment, "discontinue_enrollment", Discontinued;
    TransferEnrollment, "transfer_enrollment", Transferred;
}
