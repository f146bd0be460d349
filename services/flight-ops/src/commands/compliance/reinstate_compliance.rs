//! `suspended →` what it was before.

use contracts::v1;
use domain::compliance::{ComplianceRecord, Standing};
use domain::{ComplianceId, Moment};
use store::AsyncPgConnection;

use super::conclude;
use crate::commands::aim::{Aim, Aimed};
use crate::commands::{Command, Outcome};
use crate::context::Context;
use crate::error::OpsError;

pub struct ReinstateCompliance(Aim);

impl TryFrom<v1::Target> for ReinstateCompliance {
    type Error = OpsError;

    fn try_from(target: v1::Target) -> Result<Self, OpsError> {
        Aim::read::<ComplianceId>(Some(target)).map(Self)
    }
}

impl Command for ReinstateCompliance {
    const NAME: &'static str = "reinstate_compliance";
    type Answer = ComplianceRecord;

    async fn execute(
        &self,
        conn: &mut AsyncPgConnection,
        context: &Context,
    ) -> Result<Outcome<ComplianceRecord>, OpsError> {
        let Self(aim) = self;
        let Aimed { record, school, .. } = aim.load::<ComplianceRecord>(conn).await?;
        // Whoever saw the version before this one found it suspended.
        let seen_before = aim.expected_version == Some(record.version - 1);
        let counts = matches!(
            record.standing,
            Standing::Verified | Standing::PendingReview
        );
        if counts && seen_before {
            return Ok(Outcome::AlreadyApplied(record));
        }
        aim.expects(record.version)?;
        let moment = Moment::at(context.now(), &school.organization.timezone);
        let after = record.clone().reinstate(moment.now)?;
        conclude(conn, context, &record, after, &moment).await
    }
}
