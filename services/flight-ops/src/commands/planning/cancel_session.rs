//! `requested | scheduled → cancelled`: whatever it occupied is free.

use chrono::{DateTime, SubsecRound, Utc};
use contracts::convert::{instant_optional, parse};
use contracts::v1;
use domain::SessionId;
use domain::planning::{CancellationReason, Session, SessionStatus};
use store::AsyncPgConnection;

use super::conclude;
use crate::commands::aim::{Aim, Aimed};
use crate::commands::{Command, Outcome};
use crate::context::Context;
use crate::error::OpsError;
use crate::validate::Checks;

pub struct CancelSession {
    aim: Aim,
    reason: CancellationReason,
    comment: Option<String>,
    at: Option<DateTime<Utc>>,
}

impl TryFrom<v1::CancelSessionRequest> for CancelSession {
    type Error = OpsError;

    fn try_from(request: v1::CancelSessionRequest) -> Result<Self, OpsError> {
        let mut checks = Checks::default();
        let comment = checks.optional("comment", request.comment.as_deref(), 1..=1_000);
        checks.finish()?;
        let at = instant_optional("at", request.at)?;
        Ok(Self {
            aim: Aim::read::<SessionId>(request.target)?,
            reason: parse("reason", &request.reason)?,
            comment,
            at: at.map(|at| at.trunc_subsecs(6)),
        })
    }
}

impl Command for CancelSession {
    const NAME: &'static str = "cancel_session";
    type Answer = Session;

    async fn execute(
        &self,
        conn: &mut AsyncPgConnection,
        context: &Context,
    ) -> Result<Outcome<Session>, OpsError> {
        let Aimed { record, .. } = self.aim.load::<Session>(conn).await?;
        if record.status == SessionStatus::Cancelled && self.made(&record) {
            self.aim.expected(record.version)?;
            return Ok(Outcome::AlreadyApplied(record));
        }
        self.aim.expects(record.version)?;
        let comment = self.comment.clone();
        let after = record.cancel(self.reason, comment, self.at, context.now())?;
        conclude(conn, context, after).await
    }
}

impl CancelSession {
    /// Whether this is the cancellation that the session bears.
    fn made(&self, session: &Session) -> bool {
        session.cancellation.as_ref().is_some_and(|made| {
            made.reason == self.reason
                && made.comment == self.comment
                && self.at.is_none_or(|at| at == made.at)
        })
    }
}
