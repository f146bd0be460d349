//! A Verified Training Record is revoked, with a reason.

use contracts::v1;
use domain::VtrId;
use domain::vtr::{ChainEvent, Vtr, VtrStatus};
use store::AsyncPgConnection;

use super::pack;
use crate::commands::aim::{self, Aim, Aimed};
use crate::commands::{Command, Outcome};
use crate::context::Context;
use crate::error::OpsError;
use crate::validate::Checks;

pub struct RevokeVtr {
    aim: Aim,
    reason: String,
}

impl TryFrom<v1::RevokeVtrRequest> for RevokeVtr {
    type Error = OpsError;

    fn try_from(request: v1::RevokeVtrRequest) -> Result<Self, OpsError> {
        let mut checks = Checks::default();
        let reason = checks.text("reason", &request.reason, 1..=1_000);
        checks.finish()?;
        Ok(Self {
            aim: Aim::read::<VtrId>(request.target)?,
            reason,
        })
    }
}

impl Command for RevokeVtr {
    const NAME: &'static str = "revoke_vtr";
    type Answer = Vtr;

    async fn execute(
        &self,
        conn: &mut AsyncPgConnection,
        context: &Context,
    ) -> Result<Outcome<Vtr>, OpsError> {
        let aim = &self.aim;
        pack::lock_chain(conn, aim.organization_id).await?;
        let Aimed { record, actor, .. } = aim.load::<Vtr>(conn).await?;
        if record.status == VtrStatus::Revoked && self.made(&record) {
            aim.expected(record.version)?;
            return Ok(Outcome::AlreadyApplied(record));
        }
        aim.expects(record.version)?;
        let after = record.revoke(actor, &self.reason, context.now())?;
        pack::anchor(conn, &after, ChainEvent::Revoked).await?;
        aim::save(conn, context, after, |_, _| ()).await
    }
}

impl RevokeVtr {
    fn made(&self, vtr: &Vtr) -> bool {
        let made = vtr.revocation.as_ref();
        made.is_some_and(|made| {
            made.reason == self.reason && self.aim.actor_id.is_none_or(|actor| actor == made.by)
        })
    }
}
