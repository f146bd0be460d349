//! Recording a paper, renewing it, or correcting what is recorded of it.

use contracts::convert::{parse, required};
use contracts::v1;
use domain::compliance::{ComplianceRecord, ComplianceSubject, Paper, SubjectType};
use domain::{ComplianceId, Moment, OrgId, PersonId};
use store::AsyncPgConnection;

use super::{conclude, tell};
use crate::commands::{Command, Outcome, school};
use crate::context::Context;
use crate::db::{aggregates, aircraft, organizations, people};
use crate::error::OpsError;
use crate::outgoing::Outgoing;
use crate::validate::Checks;

pub struct SaveCompliance {
    id: ComplianceId,
    organization_id: OrgId,
    /// 0 to create, otherwise the version the caller saw.
    version: i64,
    paper: Paper,
    external_reference: Option<String>,
}

impl TryFrom<v1::SaveComplianceRequest> for SaveCompliance {
    type Error = OpsError;

    fn try_from(request: v1::SaveComplianceRequest) -> Result<Self, OpsError> {
        let id: ComplianceId = parse("id", &request.id)?;
        let paper = Paper::try_from(required("paper", request.paper)?)?;
        let mut checks = Checks::default();
        checks.chosen_id("id", id.0);
        let paper = Paper {
            title: checks.name("title", &paper.title),
            authority: checks.optional("authority", paper.authority.as_deref(), 1..=100),
            reference: checks.optional("reference", paper.reference.as_deref(), 1..=100),
            ..paper
        };
        let external_reference = checks.reference(request.external_reference.as_deref());
        checks.finish()?;
        Ok(Self {
            id,
            organization_id: parse("organization_id", &request.organization_id)?,
            version: request.version,
            paper,
            external_reference,
        })
    }
}

impl Command for SaveCompliance {
    const NAME: &'static str = "save_compliance";
    type Answer = ComplianceRecord;

    async fn execute(
        &self,
        conn: &mut AsyncPgConnection,
        context: &Context,
    ) -> Result<Outcome<ComplianceRecord>, OpsError> {
        let school = school(conn, self.organization_id).await?;
        // One at a time, so that no two create the same record.
        organizations::lock(conn, self.organization_id).await?;
        let moment = Moment::at(context.now(), &school.organization.timezone);
        known(conn, self.organization_id, self.paper.subject).await?;
        let present = aggregates::lock(conn, self.organization_id, self.id).await?;
        match present {
            Some(present) => self.change(conn, context, present, &moment).await,
            None if self.version != 0 => Err(OpsError::no_such("compliance record")),
            None => self.create(conn, context, &moment).await,
        }
    }
}

impl SaveCompliance {
    async fn create(
        &self,
        conn: &mut AsyncPgConnection,
        context: &Context,
        moment: &Moment,
    ) -> Result<Outcome<ComplianceRecord>, OpsError> {
        let (paper, reference) = (self.paper.clone(), self.external_reference.clone());
        let new = ComplianceRecord::new(self.id, self.organization_id, paper, reference, moment)?;
        if !aggregates::insert(conn, &new).await? {
            return Err(OpsError::IdTaken("compliance record"));
        }
        let mut outgoing = Outgoing::new(context);
        outgoing.record(&new);
        tell(&mut outgoing, new.change_from(None, moment));
        outgoing.write(conn).await?;
        Ok(Outcome::Executed(new))
    }

    async fn change(
        &self,
        conn: &mut AsyncPgConnection,
        context: &Context,
        present: ComplianceRecord,
        moment: &Moment,
    ) -> Result<Outcome<ComplianceRecord>, OpsError> {
        let seen = self.version;
        // Whoever created it, or saw the version before this one, may be repeating himself.
        let may_repeat = seen == 0 || seen == present.version || seen == present.version - 1;
        let is_same =
            present.paper == self.paper && present.external_reference == self.external_reference;
        if may_repeat && is_same {
            return Ok(Outcome::AlreadyApplied(present));
        }
        if seen == 0 {
            return Err(OpsError::IdTaken("compliance record"));
        }
        if seen != present.version {
            return Err(OpsError::VersionMismatch);
        }
        let (paper, reference) = (self.paper.clone(), self.external_reference.clone());
        let after = present.clone().revise(paper, reference, moment)?;
        conclude(conn, context, &present, after, moment).await
    }
}

/// The subject is the organisation's.
async fn known(
    conn: &mut AsyncPgConnection,
    organization: OrgId,
    subject: ComplianceSubject,
) -> Result<(), OpsError> {
    let (found, what) = match subject.subject_type {
        SubjectType::Pilot | SubjectType::Instructor => {
            let person = PersonId(subject.id);
            let known = people::known(conn, organization, [person]).await?;
            (!known.is_empty(), "person")
        }
        SubjectType::Aircraft => {
            let found = aircraft::find(conn, organization, subject.id.into()).await?;
            (found.is_some(), "aircraft")
        }
        SubjectType::Organization => (organization.0 == subject.id, "organization"),
    };
    if found {
        Ok(())
    } else {
        Err(OpsError::no_such_at("subject.id", what))
    }
}
