//! Other times, or another resource.

use chrono::{DateTime, SubsecRound, Utc};
use contracts::convert::{instant_optional, resource_in};
use contracts::v1;
use domain::SessionId;
use domain::planning::{Resource, Session, SessionMove, SessionPlan};
use store::AsyncPgConnection;

use super::{booking, conclude};
use crate::commands::aim::{Aim, Aimed};
use crate::commands::{Command, Outcome};
use crate::context::Context;
use crate::error::OpsError;

pub struct MoveSession {
    aim: Aim,
    starts_at: Option<DateTime<Utc>>,
    ends_at: Option<DateTime<Utc>>,
    resource: Option<Resource>,
}

impl TryFrom<v1::MoveSessionRequest> for MoveSession {
    type Error = OpsError;

    fn try_from(request: v1::MoveSessionRequest) -> Result<Self, OpsError> {
        let at = |field, at| {
            let at = instant_optional(field, at)?;
            Ok::<_, OpsError>(at.map(|at| at.trunc_subsecs(6)))
        };
        let resource = request.resource.map(resource_in).transpose()?;
        Ok(Self {
            aim: Aim::read::<SessionId>(request.target)?,
            starts_at: at("starts_at", request.starts_at)?,
            ends_at: at("ends_at", request.ends_at)?,
            resource: resource.map(|(resource, _)| resource),
        })
    }
}

impl Command for MoveSession {
    const NAME: &'static str = "move_session";
    type Answer = Session;

    async fn execute(
        &self,
        conn: &mut AsyncPgConnection,
        context: &Context,
    ) -> Result<Outcome<Session>, OpsError> {
        let Aimed { record, .. } = self.aim.load::<Session>(conn).await?;
        if self.is_there(&record.plan) {
            self.aim.expected(record.version)?;
            return Ok(Outcome::AlreadyApplied(record));
        }
        self.aim.expects(record.version)?;
        let organization = self.aim.organization_id;
        let resource = match self.resource {
            Some(resource) if resource != record.plan.resource => {
                let plan = SessionPlan {
                    resource,
                    ..record.plan.clone()
                };
                Some((resource, booking::label(conn, organization, &plan).await?))
            }
            _ => None,
        };
        let to = SessionMove {
            starts_at: self.starts_at,
            ends_at: self.ends_at,
            resource,
        };
        let after = record.moved(to, context.now())?;
        if !after.occupied().is_empty() {
            booking::must_be_fit(conn, organization, &after.plan).await?;
        }
        conclude(conn, context, after).await
    }
}

impl MoveSession {
    fn is_there(&self, plan: &SessionPlan) -> bool {
        self.starts_at.is_none_or(|at| at == plan.starts_at)
            && self.ends_at.is_none_or(|at| at == plan.ends_at)
            && self
                .resource
                .is_none_or(|resource| resource == plan.resource)
    }
}
