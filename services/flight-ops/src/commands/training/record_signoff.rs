//! An instructor signs an item off, and the school signs the signoff.

use contracts::convert::{parse, required};
use contracts::v1;
use domain::training::Enrollment;
use domain::{EnrollmentId, OrgId};
use store::AsyncPgConnection;

use super::said::Said;
use super::{SignoffState, signing};
use crate::commands::{Command, Outcome, school};
use crate::context::Context;
use crate::db::aggregates;
use crate::error::OpsError;

pub struct RecordSignoff {
    organization_id: OrgId,
    enrollment_id: EnrollmentId,
    said: Said,
}

impl TryFrom<v1::RecordSignoffRequest> for RecordSignoff {
    type Error = OpsError;

    fn try_from(request: v1::RecordSignoffRequest) -> Result<Self, OpsError> {
        let organization_id = parse("organization_id", &request.organization_id)?;
        Ok(Self {
            organization_id,
            enrollment_id: parse("enrollment_id", &request.enrollment_id)?,
            said: Said::read(organization_id, required("signoff", request.signoff)?)?,
        })
    }
}

impl Command for RecordSignoff {
    const NAME: &'static str = "record_signoff";
    type Answer = SignoffState;

    async fn execute(
        &self,
        conn: &mut AsyncPgConnection,
        context: &Context,
    ) -> Result<Outcome<SignoffState>, OpsError> {
        let (organization, enrollment_id) = (self.organization_id, self.enrollment_id);
        let school = school(conn, organization).await?;
        let key = signing::key(conn, context, organization).await?;
        // One at a time signs for a student, so that the figures of each event are right.
        let enrollment = aggregates::lock::<Enrollment>(conn, organization, enrollment_id).await?;
        let enrollment = enrollment.ok_or(OpsError::no_such_at("enrollment_id", "enrollment"))?;
        let repeated = self.said.repeated(conn, |present| {
            present.content.enrollment_id == enrollment_id
                && present.content.supersedes_id.is_none()
        });
        if let Some(repeated) = repeated.await? {
            return Ok(repeated);
        }
        let Self { said, .. } = self;
        said.sign_off(conn, context, &school, &key, &enrollment, None)
            .await
    }
}
