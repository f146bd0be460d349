//! `recorded → revoked`, with a reason.

use contracts::v1;
use domain::SignoffId;
use domain::training::{Signoff, SignoffStatus};
use store::AsyncPgConnection;

use super::SignoffState;
use crate::commands::aim::{self, Aim, Aimed};
use crate::commands::{Command, Outcome};
use crate::context::Context;
use crate::error::OpsError;
use crate::validate::Checks;

pub struct RevokeSignoff {
    aim: Aim,
    reason: String,
}

impl TryFrom<v1::RevokeSignoffRequest> for RevokeSignoff {
    type Error = OpsError;

    fn try_from(request: v1::RevokeSignoffRequest) -> Result<Self, OpsError> {
        let mut checks = Checks::default();
        let reason = checks.text("reason", &request.reason, 1..=1_000);
        checks.finish()?;
        Ok(Self {
            aim: Aim::read::<SignoffId>(request.target)?,
            reason,
        })
    }
}

impl Command for RevokeSignoff {
    const NAME: &'static str = "revoke_signoff";
    type Answer = SignoffState;

    async fn execute(
        &self,
        conn: &mut AsyncPgConnection,
        context: &Context,
    ) -> Result<Outcome<SignoffState>, OpsError> {
        let aim = &self.aim;
        let Aimed { record, actor, .. } = aim.load::<Signoff>(conn).await?;
        if record.status == SignoffStatus::Revoked && self.made(&record) {
            aim.expected(record.version)?;
            return Ok(Outcome::AlreadyApplied(record.into()));
        }
        aim.expects(record.version)?;
        let after = record.revoke(actor, &self.reason, context.now())?;
        let outcome = aim::save(conn, context, after, |_, _| ()).await?;
        Ok(Outcome::Executed(outcome.into_state().into()))
    }
}

impl RevokeSignoff {
    fn made(&self, signoff: &Signoff) -> bool {
        let made = signoff.revocation.as_ref();
        made.is_some_and(|made| {
            made.reason == self.reason && self.aim.actor_id.is_none_or(|actor| actor == made.by)
        })
    }
}

impl From<Signoff> for SignoffState {
    fn from(signoff: Signoff) -> Self {
        Self {
            signoff,
            progress: None,
        }
    }
}
