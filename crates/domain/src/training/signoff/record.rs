//! From what an instructor says to a signoff that the school can sign.

use chrono::{DateTime, NaiveDate, Utc};

use super::{
    Competency, Endorsement, InstructorCertificate, Signoff, SignoffContent, SignoffResult,
    SignoffStatus, payload_of, rules,
};
use crate::flight::Flight;
use crate::person::Person;
use crate::signing::{Payload, Signature};
use crate::training::{Enrollment, ItemRef, Revision};
use crate::{FlightId, OrgId, PersonId, ProgramItemId, Refusal, SignoffId};

/// What an instructor says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSignoff {
    pub id: SignoffId,
    pub organization_id: OrgId,
    pub item_id: ProgramItemId,
    pub instructor_id: PersonId,
    pub result: SignoffResult,
    pub grade: Option<String>,
    pub grade_scale: Option<String>,
    pub competencies: Vec<Competency>,
    /// Without `expires_on`, a solo endorsement gets the longest that the rules allow.
    pub endorsement: Option<Endorsement>,
    pub flight_id: Option<FlightId>,
    pub ground_minutes: i32,
    pub comment: Option<String>,
    pub signed_at: DateTime<Utc>,
    /// None: the certificate in the instructor's own record.
    pub instructor_certificate: Option<InstructorCertificate>,
    pub external_reference: Option<String>,
}

/// What the rules look at besides.
#[derive(Debug, Clone, Copy)]
pub struct Circumstances<'a> {
    pub enrollment: &'a Enrollment,
    /// The enrolment's.
    pub revision: &'a Revision,
    pub instructor: &'a Person,
    /// Who recommended the student for a check, where that is known.
    pub recommending_id: Option<PersonId>,
    /// The day of `signed_at` where the school stands.
    pub signed_on: NaiveDate,
    /// The flight that the signoff names.
    pub flight: Option<&'a Flight>,
    /// The signoff that this one corrects.
    pub supersedes: Option<&'a Signoff>,
}

/// A signoff that wants only the school's signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsigned {
    id: SignoffId,
    organization_id: OrgId,
    content: SignoffContent,
    external_reference: Option<String>,
    payload: Payload,
}

impl NewSignoff {
    /// # Errors
    /// Whatever the rules have against it.
    pub fn prepare(
        self,
        circumstances: &Circumstances<'_>,
        now: DateTime<Utc>,
    ) -> Result<Unsigned, Refusal> {
        let item = rules::item_of(&self, circumstances)?;
        rules::check(&self, item, circumstances, now)?;
        let instructor_certificate = rules::certificate(&self, circumstances)?;
        let endorsement = self
            .endorsement
            .map(|endorsement| rules::bounded(endorsement, circumstances.signed_on))
            .transpose()?;
        let enrollment = circumstances.enrollment;
        let content = SignoffContent {
            enrollment_id: enrollment.id,
            student_id: enrollment.student_id,
            instructor_id: self.instructor_id,
            program_id: enrollment.program_id,
            program_revision: enrollment.program_revision,
            item: ItemRef::from(item),
            result: self.result,
            grade: self.grade,
            grade_scale: self.grade_scale,
            competencies: self.competencies,
            endorsement,
            flight_id: self.flight_id,
            ground_minutes: self.ground_minutes,
            comment: self.comment,
            signed_at: self.signed_at,
            instructor_certificate,
            supersedes_id: circumstances.supersedes.map(|signoff| signoff.id),
        };
        Ok(Unsigned {
            payload: payload_of(self.organization_id, self.id, &content)?,
            id: self.id,
            organization_id: self.organization_id,
            content,
            external_reference: self.external_reference,
        })
    }
}

impl Unsigned {
    /// What is to be signed.
    pub fn payload(&self) -> &Payload {
        &self.payload
    }

    /// The signoff, with the signature of its payload.
    pub fn signed(self, signature: Signature, now: DateTime<Utc>) -> Signoff {
        Signoff {
            id: self.id,
            organization_id: self.organization_id,
            version: 1,
            status: SignoffStatus::Recorded,
            content: self.content,
            signature,
            student_acknowledged_at: None,
            superseded_by_id: None,
            revocation: None,
            external_reference: self.external_reference,
            created_at: now,
            updated_at: now,
        }
    }
}
