//! A paper does not count for the time being (`suspended`), or never again (`revoked`).

use chrono::{DateTime, SubsecRound, Utc};
use contracts::convert::instant_optional;
use contracts::v1;
use domain::compliance::{ComplianceRecord, Hold, Standing};
use domain::{ComplianceId, Moment};
use store::AsyncPgConnection;

use super::conclude;
use crate::commands::aim::{Aim, Aimed};
use crate::commands::{Command, Outcome};
use crate::context::Context;
use crate::error::OpsError;
use crate::validate::Checks;

/// What both commands say.
struct Wanted {
    aim: Aim,
    reason: String,
    at: Option<DateTime<Utc>>,
}

pub struct SuspendCompliance(Wanted);

pub struct RevokeCompliance(Wanted);

impl TryFrom<v1::HoldComplianceRequest> for Wanted {
    type Error = OpsError;

    fn try_from(request: v1::HoldComplianceRequest) -> Result<Self, OpsError> {
        let mut checks = Checks::default();
        let reason = checks.text("reason", &request.reason, 1..=1_000);
        checks.finish()?;
        let at = instant_optional("at", request.at)?;
        Ok(Self {
            aim: Aim::read::<ComplianceId>(request.target)?,
            reason,
            at: at.map(|at| at.trunc_subsecs(6)),
        })
    }
}

impl TryFrom<v1::HoldComplianceRequest> for SuspendCompliance {
    type Error = OpsError;

    fn try_from(request: v1::HoldComplianceRequest) -> Result<Self, OpsError> {
        request.try_into().map(Self)
    }
}

impl TryFrom<v1::HoldComplianceRequest> for RevokeCompliance {
    type Error = OpsError;

    fn try_from(request: v1::HoldComplianceRequest) -> Result<Self, OpsError> {
        request.try_into().map(Self)
    }
}

impl Command for SuspendCompliance {
    const NAME: &'static str = "suspend_compliance";
    type Answer = ComplianceRecord;

    async fn execute(
        &self,
        conn: &mut AsyncPgConnection,
        context: &Context,
    ) -> Result<Outcome<ComplianceRecord>, OpsError> {
        self.0.execute(conn, context, Standing::Suspended).await
    }
}

impl Command for RevokeCompliance {
    const NAME: &'static str = "revoke_compliance";
    type Answer = ComplianceRecord;

    async fn execute(
        &self,
        conn: &mut AsyncPgConnection,
        context: &Context,
    ) -> Result<Outcome<ComplianceRecord>, OpsError> {
        self.0.execute(conn, context, Standing::Revoked).await
    }
}

impl Wanted {
    async fn execute(
        &self,
        conn: &mut AsyncPgConnection,
        context: &Context,
        standing: Standing,
    ) -> Result<Outcome<ComplianceRecord>, OpsError> {
        let Aimed {
            record,
            actor,
            school,
        } = self.aim.load::<ComplianceRecord>(conn).await?;
        if record.standing == standing && record.hold.as_ref().is_some_and(|hold| self.made(hold)) {
            self.aim.expected(record.version)?;
            return Ok(Outcome::AlreadyApplied(record));
        }
        self.aim.expects(record.version)?;
        let moment = Moment::at(context.now(), &school.organization.timezone);
        let hold = Hold {
            by: actor,
            at: self.at.unwrap_or(moment.now),
            reason: self.reason.clone(),
        };
        let before = record.clone();
        let after = match standing {
            Standing::Revoked => record.revoke(hold, moment.now)?,
            _ => record.suspend(hold, moment.now)?,
        };
        conclude(conn, context, &before, after, &moment).await
    }

    /// Whether this is what holds the record.
    fn made(&self, hold: &Hold) -> bool {
        hold.reason == self.reason
            && self.aim.actor_id.is_none_or(|by| by == hold.by)
            && self.at.is_none_or(|at| at == hold.at)
    }
}
