//! A signoff is corrected by another one, which takes its place.

use contracts::convert::required;
use contracts::v1;
use domain::SignoffId;
use domain::training::{Enrollment, Signoff};
use store::AsyncPgConnection;

use super::said::Said;
use super::{SignoffState, signing};
use crate::commands::aim::{Aim, Aimed};
use crate::commands::{Command, Outcome};
use crate::context::Context;
use crate::db::aggregates;
use crate::error::OpsError;

pub struct SupersedeSignoff {
    aim: Aim,
    id: SignoffId,
    said: Said,
}

impl TryFrom<v1::SupersedeSignoffRequest> for SupersedeSignoff {
    type Error = OpsError;

    fn try_from(request: v1::SupersedeSignoffRequest) -> Result<Self, OpsError> {
        let aim = Aim::read::<SignoffId>(request.target)?;
        let signoff = required("signoff", request.signoff)?;
        let id = contracts::convert::parse("signoff.id", &signoff.id)?;
        Ok(Self {
            aim,
            id,
            said: Said::read(aim.organization_id, signoff)?,
        })
    }
}

impl Command for SupersedeSignoff {
    const NAME: &'static str = "supersede_signoff";
    type Answer = SignoffState;

    async fn execute(
        &self,
        conn: &mut AsyncPgConnection,
        context: &Context,
    ) -> Result<Outcome<SignoffState>, OpsError> {
        let aim = &self.aim;
        let organization = aim.organization_id;
        let key = signing::key(conn, context, organization).await?;
        let Aimed { record, school, .. } = aim.load::<Signoff>(conn).await?;
        let id = record.id;
        let belongs = |present: &Signoff| present.content.supersedes_id == Some(id);
        if let Some(repeated) = self.said.repeated(conn, belongs).await? {
            aim.expected(record.version)?;
            return Ok(repeated);
        }
        aim.expects(record.version)?;
        let enrollment_id = record.content.enrollment_id;
        let enrollment = aggregates::lock::<Enrollment>(conn, organization, enrollment_id).await?;
        let enrollment = enrollment.ok_or(OpsError::no_such("enrollment"))?;
        let corrected = record.supersede(self.id, context.now())?;
        if !aggregates::update(conn, &corrected).await? {
            return Err(OpsError::VersionMismatch);
        }
        let Self { said, .. } = self;
        said.sign_off(conn, context, &school, &key, &enrollment, Some(&corrected))
            .await
    }
}
