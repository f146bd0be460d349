//! What an instructor says, and how the school comes to sign it.

use chrono::{DateTime, SubsecRound, Utc};
use contracts::convert::{instant_optional, parse, parse_optional};
use contracts::v1;
use domain::event::EventData;
use domain::training::{Circumstances, Enrollment, ItemKind, NewSignoff, ProgressSummary, Signoff};
use domain::{OrgId, PersonId};
use store::AsyncPgConnection;

use super::{SignoffState, day_of, figures, revision_of};
use crate::commands::Outcome;
use crate::context::Context;
use crate::db::organizations::School;
use crate::db::{aggregates, flights, people, training};
use crate::error::OpsError;
use crate::outgoing::Outgoing;
use crate::validate::Checks;
use crate::vault::StoredKey;

/// A signoff as it arrived.
#[derive(Debug, Clone)]
pub struct Said {
    /// Signed at the beginning of time where the request does not say.
    new: NewSignoff,
    signed_at: Option<DateTime<Utc>>,
}

impl Said {
    pub fn read(organization_id: OrgId, said: v1::NewSignoff) -> Result<Self, OpsError> {
        let mut checks = Checks::default();
        let id = parse("id", &said.id)?;
        checks.chosen_id("id", uuid::Uuid::from(id));
        let external_reference = checks.reference(said.external_reference.as_deref());
        let comment = checks.optional("comment", said.comment.as_deref(), 1..=4_000);
        checks.finish()?;
        let signed_at = instant_optional("signed_at", said.signed_at)?;
        // As precise as PostgreSQL keeps it.
        let signed_at = signed_at.map(|at| at.trunc_subsecs(6));
        let certificate = said.instructor_certificate.map(TryInto::try_into);
        let endorsement = said.endorsement.map(TryInto::try_into);
        let competencies = said.competencies.into_iter().map(Into::into);
        let new = NewSignoff {
            id,
            organization_id,
            item_id: parse("item_id", &said.item_id)?,
            instructor_id: parse("instructor_id", &said.instructor_id)?,
            result: parse("result", &said.result)?,
            grade: said.grade,
            grade_scale: said.grade_scale,
            competencies: competencies.collect(),
            endorsement: endorsement.transpose()?,
            flight_id: parse_optional("flight_id", said.flight_id.as_deref())?,
            ground_minutes: said.ground_minutes,
            comment,
            signed_at: signed_at.unwrap_or_default(),
            instructor_certificate: certificate.transpose()?,
            external_reference,
        };
        Ok(Self { new, signed_at })
    }

    /// The signoff of this id, if there is one, which must then say the same.
    ///
    /// # Errors
    /// [`OpsError::IdTaken`]
    pub async fn repeated(
        &self,
        conn: &mut AsyncPgConnection,
        belongs: impl FnOnce(&Signoff) -> bool + Send,
    ) -> Result<Option<Outcome<SignoffState>>, OpsError> {
        let organization = self.new.organization_id;
        let present = aggregates::find::<Signoff>(conn, organization, self.new.id).await?;
        let Some(signoff) = present else {
            return Ok(None);
        };
        if !self.is_said_by(&signoff) || !belongs(&signoff) {
            return Err(OpsError::IdTaken("signoff"));
        }
        Ok(Some(Outcome::AlreadyApplied(SignoffState {
            signoff,
            progress: None,
        })))
    }

    /// What was left out may be anything.
    fn is_said_by(&self, signoff: &Signoff) -> bool {
        let (new, content) = (&self.new, &signoff.content);
        let certificate = new.instructor_certificate.as_ref();
        let endorsement = new.endorsement.clone().map(|mut endorsement| {
            let signed = content.endorsement.as_ref();
            endorsement.expires_on = endorsement
                .expires_on
                .or(signed.and_then(|signed| signed.expires_on));
            endorsement
        });
        content.item.id == new.item_id
            && content.instructor_id == new.instructor_id
            && content.result == new.result
            && content.grade == new.grade
            && content.grade_scale == new.grade_scale
            && content.competencies == new.competencies
            && content.endorsement == endorsement
            && content.flight_id == new.flight_id
            && content.ground_minutes == new.ground_minutes
            && content.comment == new.comment
            && self.signed_at.is_none_or(|at| at == content.signed_at)
            && certificate.is_none_or(|given| *given == content.instructor_certificate)
            && signoff.external_reference == new.external_reference
    }

    /// Signs it, stores it and tells of it. The enrolment is locked; `corrected` is superseded
    /// already.
    pub async fn sign_off(
        &self,
        conn: &mut AsyncPgConnection,
        context: &Context,
        school: &School,
        key: &StoredKey,
        enrollment: &Enrollment,
        corrected: Option<&Signoff>,
    ) -> Result<Outcome<SignoffState>, OpsError> {
        let now = context.now();
        let organization = self.new.organization_id;
        let new = NewSignoff {
            signed_at: self.signed_at.unwrap_or(now),
            ..self.new.clone()
        };
        let revision = revision_of(conn, enrollment).await?;
        let instructor = people::find(conn, organization, new.instructor_id).await?;
        let instructor = instructor.ok_or(OpsError::no_such_at("instructor_id", "person"))?;
        let flight = match new.flight_id {
            None => None,
            Some(id) => {
                let flight = flights::find(conn, organization, id).await?;
                Some(flight.ok_or(OpsError::no_such_at("flight_id", "flight"))?)
            }
        };
        let mut signoffs = training::signoffs(conn, organization, enrollment.id).await?;
        let circumstances = Circumstances {
            enrollment,
            revision: &revision,
            instructor: &instructor,
            recommending_id: recommending(enrollment, &signoffs),
            signed_on: day_of(school, new.signed_at),
            flight: flight.as_ref(),
            supersedes: corrected,
        };
        let unsigned = new.prepare(&circumstances, now)?;
        let signature = context.vault()?.sign(key, unsigned.payload().sha256)?;
        let signoff = unsigned.signed(signature, now);
        if !aggregates::insert(conn, &signoff).await? {
            return Err(OpsError::IdTaken("signoff"));
        }
        signoffs.push(signoff.clone());
        let progress = figures(&revision, &signoffs);
        tell(conn, context, corrected, &signoff, progress).await?;
        Ok(Outcome::Executed(SignoffState {
            signoff,
            progress: Some(progress),
        }))
    }
}

async fn tell(
    conn: &mut AsyncPgConnection,
    context: &Context,
    corrected: Option<&Signoff>,
    signoff: &Signoff,
    progress: ProgressSummary,
) -> Result<(), OpsError> {
    let mut outgoing = Outgoing::new(context);
    if let Some(corrected) = corrected {
        outgoing.record(corrected);
    }
    outgoing.record(signoff);
    let happened = EventData::signoff_recorded(signoff, progress);
    outgoing.happened(signoff.organization_id, None, signoff.created_at, happened);
    outgoing.write(conn).await?;
    Ok(())
}

/// The instructor of the enrolment recommends the student for checks; where there is none, whoever
/// signed the last lesson in the air.
fn recommending(enrollment: &Enrollment, signoffs: &[Signoff]) -> Option<PersonId> {
    let flown = signoffs.iter().rev().find(|signoff| {
        signoff.is_recorded() && signoff.content.item.kind == ItemKind::FlightLesson
    });
    let last = flown.map(|signoff| signoff.content.instructor_id);
    enrollment.instructor_id.or(last)
}
