//! A Verified Training Record takes the place of another one.

use contracts::convert::parse;
use contracts::v1;
use domain::VtrId;
use domain::training::Enrollment;
use domain::vtr::{ChainEvent, Vtr};
use store::AsyncPgConnection;

use super::pack::{self, Issue, Wish};
use crate::commands::aim::{Aim, Aimed};
use crate::commands::{Command, Outcome};
use crate::context::Context;
use crate::db::aggregates;
use crate::error::OpsError;
use crate::outgoing::Outgoing;

pub struct SupersedeVtr {
    aim: Aim,
    wish: Wish,
}

impl TryFrom<v1::SupersedeVtrRequest> for SupersedeVtr {
    type Error = OpsError;

    fn try_from(request: v1::SupersedeVtrRequest) -> Result<Self, OpsError> {
        let id: VtrId = parse("id", &request.id)?;
        let period = (request.period_from.as_deref(), request.period_to.as_deref());
        let reference = request.external_reference.as_deref();
        Ok(Self {
            aim: Aim::read::<VtrId>(request.target)?,
            wish: Wish::read(id, period, request.attached, reference)?,
        })
    }
}

impl Command for SupersedeVtr {
    const NAME: &'static str = "supersede_vtr";
    type Answer = Vtr;

    async fn execute(
        &self,
        conn: &mut AsyncPgConnection,
        context: &Context,
    ) -> Result<Outcome<Vtr>, OpsError> {
        let Self { aim, wish } = self;
        let organization = aim.organization_id;
        pack::lock_chain(conn, organization).await?;
        let Aimed {
            record,
            actor,
            school,
        } = aim.load::<Vtr>(conn).await?;
        if let Some(present) = aggregates::find::<Vtr>(conn, organization, wish.id).await? {
            let same = present.content.supersedes_id == Some(record.id) && wish.is_met_by(&present);
            if !same {
                return Err(OpsError::IdTaken("VTR"));
            }
            aim.expected(record.version)?;
            return Ok(Outcome::AlreadyApplied(present));
        }
        aim.expects(record.version)?;
        let enrollment_id = record.content.enrollment_id;
        let found = aggregates::find::<Enrollment>(conn, organization, enrollment_id).await?;
        let enrollment = found.ok_or(OpsError::no_such("enrollment"))?;
        let superseded = record.supersede(wish.id, context.now())?;
        if !aggregates::update(conn, &superseded).await? {
            return Err(OpsError::VersionMismatch);
        }
        pack::anchor(conn, &superseded, ChainEvent::Superseded).await?;
        let issue = Issue {
            school: &school,
            actor,
            enrollment: &enrollment,
            supersedes: Some(&superseded),
        };
        let vtr = wish.issue(conn, context, issue).await?;
        let mut outgoing = Outgoing::new(context);
        outgoing.record(&superseded);
        outgoing.record(&vtr);
        outgoing.write(conn).await?;
        Ok(Outcome::Executed(vtr))
    }
}
