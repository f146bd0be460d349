//! Putting a VTR together, and what it is checked against.

use chrono::{DateTime, NaiveDate, Utc};
use contracts::convert::{Read, date};
use contracts::v1;
use domain::training::{Enrollment, Program, Signoff};
use domain::vtr::{ChainEntry, ChainEvent, Check, Evidence, ManifestFile, NewVtr, Vtr};
use domain::{OrgId, PersonId, Refusal, VtrId};
use store::AsyncPgConnection;

use super::{day_of, past_day, revision_of, signing};
use crate::context::Context;
use crate::db::organizations::{self, School};
use crate::db::{aggregates, audit_chain, signing_keys, training};
use crate::error::OpsError;
use crate::validate::Checks;

/// What a request says of the pack.
#[derive(Debug, Clone)]
pub struct Wish {
    pub id: VtrId,
    period: (Option<NaiveDate>, Option<NaiveDate>),
    attached: Vec<ManifestFile>,
    external_reference: Option<String>,
}

/// Who issues it, and in whose place.
pub struct Issue<'a> {
    pub school: &'a School,
    pub actor: PersonId,
    pub enrollment: &'a Enrollment,
    pub supersedes: Option<&'a Vtr>,
}

impl Wish {
    pub fn read(
        id: VtrId,
        period: (Option<&str>, Option<&str>),
        attached: Vec<v1::ManifestFile>,
        external_reference: Option<&str>,
    ) -> Result<Self, OpsError> {
        let mut checks = Checks::default();
        checks.chosen_id("id", id.into());
        let external_reference = checks.reference(external_reference);
        checks.finish()?;
        let attached = attached.into_iter().map(TryInto::try_into);
        Ok(Self {
            id,
            period: (date("period_from", period.0)?, date("period_to", period.1)?),
            attached: attached.collect::<Read<_>>()?,
            external_reference,
        })
    }

    /// Whether it is this pack that was issued; what was left out may be anything.
    pub fn is_met_by(&self, vtr: &Vtr) -> bool {
        let (from, to) = self.period;
        let files = self.attached.iter();
        from.is_none_or(|day| day == vtr.content.period_from)
            && to.is_none_or(|day| day == vtr.content.period_to)
            && vtr.external_reference == self.external_reference
            && files
                .clone()
                .all(|file| vtr.manifest.file(&file.path) == Some(file))
    }

    /// Issues it: signed, anchored, checked and stored. The organisation is locked, and what is
    /// superseded no longer stands.
    pub async fn issue(
        &self,
        conn: &mut AsyncPgConnection,
        context: &Context,
        issue: Issue<'_>,
    ) -> Result<Vtr, OpsError> {
        let Issue {
            school,
            actor,
            enrollment,
            supersedes,
        } = issue;
        let (organization, now) = (enrollment.organization_id, context.now());
        let period = self.period(school, enrollment, now)?;
        let key = signing::key(conn, context, organization).await?;
        let revision = revision_of(conn, enrollment).await?;
        let mut signoffs = training::signoffs(conn, organization, enrollment.id).await?;
        signoffs.retain(|signoff| {
            let day = day_of(school, signoff.content.signed_at);
            signoff.is_recorded() && (period.0..=period.1).contains(&day)
        });
        let keys = signing_keys::list(conn, organization).await?;
        let new = NewVtr {
            id: self.id,
            organization_id: organization,
            issuer_name: school.organization.name.clone(),
            issued_by_id: actor,
            period,
            attached: self.attached.clone(),
            external_reference: self.external_reference.clone(),
        };
        let unsigned = new.prepare(enrollment, &revision, &signoffs, &keys, supersedes, now)?;
        let signature = context.vault()?.sign(&key, unsigned.payload().sha256)?;
        let last = audit_chain::last(conn, organization).await?;
        let (vtr, entry) = unsigned.signed(signature, last.as_ref(), now)?;
        let evidence = Evidence {
            keys: &keys,
            revision: Some(&revision),
            signoffs: &signoffs,
            entry: Some(&entry),
            before: last.as_ref(),
        };
        let check = vtr.verify(&evidence, now);
        let vtr = Vtr {
            check: Some(check),
            ..vtr
        };
        if !aggregates::insert(conn, &vtr).await? {
            return Err(OpsError::IdTaken("VTR"));
        }
        audit_chain::append(conn, &entry).await?;
        Ok(vtr)
    }

    fn period(
        &self,
        school: &School,
        enrollment: &Enrollment,
        now: DateTime<Utc>,
    ) -> Result<(NaiveDate, NaiveDate), OpsError> {
        let from = self.period.0.unwrap_or(enrollment.enrolled_on);
        let to = past_day("period_to", self.period.1, day_of(school, now))?;
        if to < from {
            let detail = "period_to is before period_from";
            return Err(Refusal::invalid("period_to", "out_of_order", detail).into());
        }
        Ok((from, to))
    }
}

/// The school, locked: one at a time appends to its audit chain.
pub async fn lock_chain(conn: &mut AsyncPgConnection, id: OrgId) -> Result<(), OpsError> {
    if organizations::lock(conn, id).await? {
        Ok(())
    } else {
        Err(OpsError::no_such("organization"))
    }
}

/// Writes down in the audit chain what happened to a record.
pub async fn anchor(
    conn: &mut AsyncPgConnection,
    vtr: &Vtr,
    event: ChainEvent,
) -> Result<(), OpsError> {
    let organization = vtr.organization_id;
    let last = audit_chain::last(conn, organization).await?;
    let entry = ChainEntry::follow(
        last.as_ref(),
        organization,
        event,
        vtr.id,
        vtr.manifest_sha256(),
        vtr.updated_at,
    )?;
    audit_chain::append(conn, &entry).await?;
    Ok(())
}

/// Checks a record against what is stored now.
pub async fn check(
    conn: &mut AsyncPgConnection,
    vtr: &Vtr,
    now: DateTime<Utc>,
) -> Result<Check, OpsError> {
    let (organization, content) = (vtr.organization_id, &vtr.content);
    let keys = signing_keys::list(conn, organization).await?;
    let program = aggregates::find::<Program>(conn, organization, content.program_id).await?;
    let revision = program
        .as_ref()
        .and_then(|program| program.revision(content.program_revision));
    let listed = vtr.manifest.signoffs();
    let signoffs: Vec<Signoff> = training::signoffs_by_id(conn, organization, listed).await?;
    let sequence = vtr.chain.sequence;
    let entry = audit_chain::find(conn, organization, sequence).await?;
    let before = audit_chain::find(conn, organization, sequence - 1).await?;
    let evidence = Evidence {
        keys: &keys,
        revision,
        signoffs: &signoffs,
        entry: entry.as_ref(),
        before: before.as_ref(),
    };
    Ok(vtr.verify(&evidence, now))
}
