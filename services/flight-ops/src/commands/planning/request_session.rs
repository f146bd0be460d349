//! Writing a session down, as a request or scheduled at once.

use chrono::SubsecRound;
use contracts::convert::{parse, parse_optional, required};
use contracts::v1;
use domain::planning::{NewSession, Session, SessionPlan, SessionStatus};
use domain::{LocationId, OrgId, SessionId};
use store::AsyncPgConnection;

use super::booking;
use crate::commands::{Command, Outcome, entry, school};
use crate::context::Context;
use crate::db::aggregates;
use crate::error::OpsError;
use crate::outgoing::Outgoing;
use crate::validate::Checks;

pub struct RequestSession {
    id: SessionId,
    organization_id: OrgId,
    location_id: Option<LocationId>,
    /// Without its label.
    plan: SessionPlan,
    scheduled: bool,
    external_reference: Option<String>,
}

impl TryFrom<v1::RequestSessionRequest> for RequestSession {
    type Error = OpsError;

    fn try_from(request: v1::RequestSessionRequest) -> Result<Self, OpsError> {
        let id: SessionId = parse("id", &request.id)?;
        let mut plan: SessionPlan = required("plan", request.plan)?.try_into()?;
        let mut checks = Checks::default();
        checks.chosen_id("id", id.0);
        plan.title = checks.optional("title", plan.title.as_deref(), 1..=200);
        let external_reference = checks.reference(request.external_reference.as_deref());
        checks.finish()?;
        // As precise as PostgreSQL keeps them.
        plan.starts_at = plan.starts_at.trunc_subsecs(6);
        plan.ends_at = plan.ends_at.trunc_subsecs(6);
        plan.label = String::new();
        Ok(Self {
            id,
            organization_id: parse("organization_id", &request.organization_id)?,
            location_id: parse_optional("location_id", request.location_id.as_deref())?,
            plan,
            scheduled: request.scheduled,
            external_reference,
        })
    }
}

impl Command for RequestSession {
    const NAME: &'static str = "request_session";
    type Answer = Session;

    async fn execute(
        &self,
        conn: &mut AsyncPgConnection,
        context: &Context,
    ) -> Result<Outcome<Session>, OpsError> {
        school(conn, self.organization_id).await?;
        if let Some(present) = aggregates::find(conn, self.organization_id, self.id).await? {
            return self.repeats(present);
        }
        entry::require_location(conn, self.organization_id, self.location_id).await?;
        let label = booking::label(conn, self.organization_id, &self.plan).await?;
        let session = Session::plan(self.new_session(label), context.now())?;
        if self.scheduled {
            booking::must_be_fit(conn, self.organization_id, &session.plan).await?;
        }
        if !aggregates::insert(conn, &session).await? {
            // Another call of the same id was faster; its row is visible now.
            let present = aggregates::find(conn, self.organization_id, self.id).await?;
            return self.repeats(present.ok_or(OpsError::IdTaken("session"))?);
        }
        booking::occupy(conn, &session).await?;
        let mut outgoing = Outgoing::new(context);
        outgoing.record(&session);
        outgoing.write(conn).await?;
        Ok(Outcome::Executed(session))
    }
}

impl RequestSession {
    fn new_session(&self, label: String) -> NewSession {
        NewSession {
            id: self.id,
            organization_id: self.organization_id,
            location_id: self.location_id,
            plan: SessionPlan {
                label,
                ..self.plan.clone()
            },
            scheduled: self.scheduled,
            external_reference: self.external_reference.clone(),
        }
    }

    /// The same plan again is a repetition, however far the session has come since.
    fn repeats(&self, present: Session) -> Result<Outcome<Session>, OpsError> {
        let wanted = self.new_session(present.plan.label.clone());
        // One that waits for somebody to grant it is not yet the booking that is asked for.
        let waits = self.scheduled && present.status == SessionStatus::Requested;
        let same = !waits
            && present.plan == wanted.plan
            && present.location_id == wanted.location_id
            && present.external_reference == wanted.external_reference;
        if same {
            Ok(Outcome::AlreadyApplied(present))
        } else {
            Err(OpsError::IdTaken("session"))
        }
    }
}
