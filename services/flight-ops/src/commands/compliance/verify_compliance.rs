//! `pending_review → valid`: somebody has looked at the paper and found it in order.

use chrono::{DateTime, SubsecRound, Utc};
use contracts::convert::instant_optional;
use contracts::v1;
use domain::compliance::{Act, ComplianceRecord, Standing};
use domain::{ComplianceId, Moment};
use store::AsyncPgConnection;

use super::conclude;
use crate::commands::aim::{Aim, Aimed};
use crate::commands::{Command, Outcome};
use crate::context::Context;
use crate::error::OpsError;

pub struct VerifyCompliance {
    aim: Aim,
    at: Option<DateTime<Utc>>,
}

impl TryFrom<v1::VerifyComplianceRequest> for VerifyCompliance {
    type Error = OpsError;

    fn try_from(request: v1::VerifyComplianceRequest) -> Result<Self, OpsError> {
        let at = instant_optional("at", request.at)?;
        Ok(Self {
            aim: Aim::read::<ComplianceId>(request.target)?,
            at: at.map(|at| at.trunc_subsecs(6)),
        })
    }
}

impl Command for VerifyCompliance {
    const NAME: &'static str = "verify_compliance";
    type Answer = ComplianceRecord;

    async fn execute(
        &self,
        conn: &mut AsyncPgConnection,
        context: &Context,
    ) -> Result<Outcome<ComplianceRecord>, OpsError> {
        let Aimed {
            record,
            actor,
            school,
        } = self.aim.load::<ComplianceRecord>(conn).await?;
        if record.standing == Standing::Verified
            && record.verification.is_some_and(|v| self.made(v))
        {
            self.aim.expected(record.version)?;
            return Ok(Outcome::AlreadyApplied(record));
        }
        self.aim.expects(record.version)?;
        let moment = Moment::at(context.now(), &school.organization.timezone);
        let act = Act::new(actor, self.at.unwrap_or(moment.now));
        let after = record.clone().verify(act, moment.now)?;
        conclude(conn, context, &record, after, &moment).await
    }
}

impl VerifyCompliance {
    /// Whether this is the verification that the record bears.
    fn made(&self, verification: Act) -> bool {
        self.aim.actor_id.is_none_or(|by| by == verification.by)
            && self.at.is_none_or(|at| at == verification.at)
    }
}
