//! Signoffs: an instructor's word on one item for one student, signed by the school.
//!
//! `recorded → superseded | revoked`. What was signed never changes; a correction is another
//! signoff that supersedes this one.

mod record;
mod rules;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::ItemRef;
use crate::signing::{Payload, Sha256Digest, Signature, SigningKey};
use crate::vocabulary::vocabulary;
use crate::{EnrollmentId, FlightId, OrgId, PersonId, ProgramId, Refusal, SignoffId};

pub use record::{Circumstances, NewSignoff, Unsigned};

vocabulary! {
    SignoffStatus, "signoff status" {
        Recorded => "recorded", Superseded => "superseded", Revoked => "revoked",
    }
}

vocabulary! {
    SignoffResult, "signoff result" {
        Passed => "passed",
        Failed => "failed",
        PartiallyCompleted => "partially_completed",
        /// Done elsewhere, and recognised.
        Credited => "credited",
        NotFlown => "not_flown",
    }
}

impl SignoffResult {
    /// Whether the item is done.
    pub fn completes(self) -> bool {
        matches!(self, Self::Passed | Self::Credited)
    }
}

/// A signoff as the system of record holds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signoff {
    pub id: SignoffId,
    pub organization_id: OrgId,
    pub version: i64,
    pub status: SignoffStatus,
    pub content: SignoffContent,
    pub signature: Signature,
    pub student_acknowledged_at: Option<DateTime<Utc>>,
    pub superseded_by_id: Option<SignoffId>,
    pub revocation: Option<Revocation>,
    pub external_reference: Option<String>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// What is signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignoffContent {
    pub enrollment_id: EnrollmentId,
    pub student_id: PersonId,
    pub instructor_id: PersonId,
    pub program_id: ProgramId,
    pub program_revision: i32,
    pub item: ItemRef,
    pub result: SignoffResult,
    pub grade: Option<String>,
    pub grade_scale: Option<String>,
    pub competencies: Vec<Competency>,
    pub endorsement: Option<Endorsement>,
    pub flight_id: Option<FlightId>,
    /// Instruction on the ground.
    pub ground_minutes: i32,
    /// Free text: it goes into no event.
    pub comment: Option<String>,
    pub signed_at: DateTime<Utc>,
    /// As it was when the signoff was signed.
    pub instructor_certificate: InstructorCertificate,
    pub supersedes_id: Option<SignoffId>,
}

/// A competency of competency-based training (ICAO Doc 9868), and its grade.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Competency {
    pub name: String,
    pub grade: String,
}

/// An endorsement. The letters of AC 61-65 were given anew from one edition to the next, so the
/// edition, its code and the regulation are all kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Endorsement {
    /// `61-65K`.
    pub advisory_circular: Option<String>,
    /// `A.6`.
    pub code: Option<String>,
    /// `61.87(n)`.
    pub cfr_reference: String,
    pub make_model: Option<String>,
    /// The last day it is good for.
    pub expires_on: Option<NaiveDate>,
}

impl Endorsement {
    /// Solo endorsements are good for 90 days: 14 CFR 61.87(n) by day, (o) by night, (p) for each
    /// further 90 days.
    pub const SOLO_DAYS: u64 = 90;

    pub fn is_solo(&self) -> bool {
        let reference = self.cfr_reference.trim_start_matches(['§', ' ']);
        ["61.87(n)", "61.87(o)", "61.87(p)"]
            .iter()
            .any(|solo| reference.starts_with(solo))
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InstructorCertificate {
    pub number: String,
    /// The last day; none where certificates do not expire (14 CFR 61.19(d), since 2024).
    pub expires_on: Option<NaiveDate>,
}

/// Who took something back, when and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revocation {
    pub by: PersonId,
    pub at: DateTime<Utc>,
    pub reason: String,
}

/// What the signature covers. The schema stands in it, so that no other payload ever has the same
/// bytes.
#[derive(Serialize)]
struct Signed<'a> {
    schema: &'static str,
    organization_id: OrgId,
    id: SignoffId,
    content: &'a SignoffContent,
}

/// What is signed of a signoff.
///
/// # Errors
/// When the content has no canonical form.
fn payload_of(
    organization_id: OrgId,
    id: SignoffId,
    content: &SignoffContent,
) -> Result<Payload, Refusal> {
    let signed = Signed {
        schema: "gaflight.signoff.v1",
        organization_id,
        id,
        content,
    };
    Ok(Payload::of(&signed)?)
}

impl Signoff {
    /// What is signed, made anew from what the signoff says now.
    ///
    /// # Errors
    /// When the content has no canonical form.
    pub fn payload(&self) -> Result<Payload, Refusal> {
        payload_of(self.organization_id, self.id, &self.content)
    }

    /// Whether it still says what one of the school's `keys` signed; otherwise it was tampered
    /// with.
    pub fn is_valid(&self, keys: &[SigningKey]) -> bool {
        self.payload()
            .is_ok_and(|payload| self.signature.is_of(&payload.sha256, keys))
    }

    pub fn is_recorded(&self) -> bool {
        self.status == SignoffStatus::Recorded
    }

    /// The hash that was signed.
    pub fn payload_sha256(&self) -> Sha256Digest {
        self.signature.payload_sha256
    }

    /// The student has seen it.
    ///
    /// # Errors
    /// Anybody else, or a signoff that no longer stands.
    pub fn acknowledge(self, by: PersonId, now: DateTime<Utc>) -> Result<Self, Refusal> {
        self.require_recorded("acknowledged")?;
        if by != self.content.student_id {
            let detail = "only the student acknowledges a signoff";
            return Err(Refusal::forbidden("not_the_student", detail));
        }
        Ok(Self {
            student_acknowledged_at: Some(now),
            ..self.touched(now)
        })
    }

    /// `recorded → superseded`, by another signoff of the same item.
    ///
    /// # Errors
    /// A signoff that no longer stands.
    pub fn supersede(self, by: SignoffId, now: DateTime<Utc>) -> Result<Self, Refusal> {
        self.require_recorded("superseded")?;
        Ok(Self {
            status: SignoffStatus::Superseded,
            superseded_by_id: Some(by),
            ..self.touched(now)
        })
    }

    /// `recorded → revoked`.
    ///
    /// # Errors
    /// A signoff that no longer stands, or no reason.
    pub fn revoke(self, by: PersonId, reason: &str, now: DateTime<Utc>) -> Result<Self, Refusal> {
        self.require_recorded("revoked")?;
        let revocation = Revocation::new(by, reason, now)?;
        Ok(Self {
            status: SignoffStatus::Revoked,
            revocation: Some(revocation),
            ..self.touched(now)
        })
    }

    fn require_recorded(&self, attempted: &'static str) -> Result<(), Refusal> {
        if self.is_recorded() {
            return Ok(());
        }
        Err(Refusal::InvalidTransition {
            what: "signoff",
            from: self.status.as_str(),
            attempted,
        })
    }

    fn touched(self, now: DateTime<Utc>) -> Self {
        Self {
            version: self.version + 1,
            updated_at: now,
            ..self
        }
    }
}

impl Revocation {
    /// # Errors
    /// A reason that is none.
    pub fn new(by: PersonId, reason: &str, at: DateTime<Utc>) -> Result<Self, Refusal> {
        let reason = reason.trim();
        if reason.is_empty() || reason.chars().count() > 1_000 {
            let detail = "a reason has 1 to 1000 characters";
            return Err(Refusal::invalid("reason", "required", detail));
        }
        Ok(Self {
            by,
            at,
            reason: reason.to_owned(),
        })
    }
}
