//! A Verified Training Record is issued of what stands signed for a student.

use contracts::convert::{parse, required};
use contracts::v1;
use domain::training::Enrollment;
use domain::vtr::Vtr;
use domain::{EnrollmentId, VtrId};
use store::AsyncPgConnection;

use super::pack::{self, Issue, Wish};
use crate::commands::aim::Aim;
use crate::commands::{Command, Outcome};
use crate::context::Context;
use crate::db::aggregates;
use crate::error::OpsError;
use crate::outgoing::Outgoing;

pub struct IssueVtr {
    aim: Aim,
    enrollment_id: EnrollmentId,
    wish: Wish,
}

impl TryFrom<v1::IssueVtrRequest> for IssueVtr {
    type Error = OpsError;

    fn try_from(request: v1::IssueVtrRequest) -> Result<Self, OpsError> {
        let target = required("target", request.target)?;
        let id: VtrId = parse("id", &target.id)?;
        let period = (request.period_from.as_deref(), request.period_to.as_deref());
        let reference = request.external_reference.as_deref();
        Ok(Self {
            aim: Aim::read::<VtrId>(Some(target))?,
            enrollment_id: parse("enrollment_id", &request.enrollment_id)?,
            wish: Wish::read(id, period, request.attached, reference)?,
        })
    }
}

impl Command for IssueVtr {
    const NAME: &'static str = "issue_vtr";
    type Answer = Vtr;

    async fn execute(
        &self,
        conn: &mut AsyncPgConnection,
        context: &Context,
    ) -> Result<Outcome<Vtr>, OpsError> {
        let Self { aim, wish, .. } = self;
        let organization = aim.organization_id;
        pack::lock_chain(conn, organization).await?;
        let (actor, school) = aim.actor(conn).await?;
        if let Some(present) = aggregates::find::<Vtr>(conn, organization, aim.id).await? {
            let same = present.content.enrollment_id == self.enrollment_id
                && present.content.supersedes_id.is_none()
                && wish.is_met_by(&present);
            return if same {
                Ok(Outcome::AlreadyApplied(present))
            } else {
                Err(OpsError::IdTaken("VTR"))
            };
        }
        let found = aggregates::find::<Enrollment>(conn, organization, self.enrollment_id).await?;
        let enrollment = found.ok_or(OpsError::no_such_at("enrollment_id", "enrollment"))?;
        let issue = Issue {
            school: &school,
            actor,
            enrollment: &enrollment,
            supersedes: None,
        };
        let vtr = wish.issue(conn, context, issue).await?;
        let mut outgoing = Outgoing::new(context);
        outgoing.record(&vtr);
        outgoing.write(conn).await?;
        Ok(Outcome::Executed(vtr))
    }
}
