//! An instructor's word on one item for one student.

use chrono::NaiveDate;
use domain::signing::{Sha256Digest, Signature, SignatureAlgorithm};
use domain::training::{
    Competency, Endorsement, InstructorCertificate, ItemKind, ItemRef, Signoff, SignoffResult,
    SignoffStatus,
};
use domain::{FlightId, PersonId, ProgramId, ProgramItemId, SigningKeyId, SignoffId};
use schemars::JsonSchema;
use serde::Serialize;

use crate::documents::Timestamp;

/// A training signoff. What was signed never changes; a correction is another signoff, which
/// supersedes this one.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct SignoffDocument<'a> {
    pub id: SignoffId,
    pub student_id: PersonId,
    pub instructor_id: PersonId,
    pub program_id: ProgramId,
    pub program_revision: i32,
    pub item: ItemFields<'a>,
    pub result: SignoffResult,
    pub grade: Option<&'a str>,
    /// What the grade is out of.
    pub grade_scale: Option<&'a str>,
    /// Of competency-based training.
    pub competencies: Vec<CompetencyFields<'a>>,
    pub endorsement: Option<EndorsementFields<'a>>,
    /// The flight it was earned on.
    pub flight_id: Option<FlightId>,
    pub comment: Option<&'a str>,
    pub signed_at: Timestamp,
    /// As it was when the signoff was signed.
    pub instructor_certificate: CertificateFields<'a>,
    pub student_acknowledged_at: Option<Timestamp>,
    pub status: SignoffStatus,
    /// The signoff that this one corrects.
    pub supersedes_id: Option<SignoffId>,
    pub signature: SignatureFields,
    pub external_reference: Option<&'a str>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// A lesson, check or endorsement of a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ItemFields<'a> {
    pub id: ProgramItemId,
    /// The school's own short name: `F-07`.
    pub code: &'a str,
    pub name: &'a str,
    pub kind: ItemKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CompetencyFields<'a> {
    pub name: &'a str,
    pub grade: &'a str,
}

/// An endorsement. Editions of the circular number it differently, so the edition, its code and
/// the regulation are all given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct EndorsementFields<'a> {
    /// `61-65K`.
    pub advisory_circular: Option<&'a str>,
    /// `A.6`.
    pub code: Option<&'a str>,
    /// `61.87(n)`.
    pub cfr_reference: &'a str,
    pub make_model: Option<&'a str>,
    /// The last day it is good for.
    pub expires_on: Option<NaiveDate>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CertificateFields<'a> {
    pub number: &'a str,
    /// The last day; null where certificates do not expire.
    pub expires_on: Option<NaiveDate>,
}

/// The signature by the school's key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SignatureFields {
    pub algorithm: SignatureAlgorithm,
    pub key_id: SigningKeyId,
    /// What was signed.
    pub payload_sha256: Sha256Digest,
}

impl<'a> From<&'a Signoff> for SignoffDocument<'a> {
    fn from(signoff: &'a Signoff) -> Self {
        let content = &signoff.content;
        Self {
            id: signoff.id,
            student_id: content.student_id,
            instructor_id: content.instructor_id,
            program_id: content.program_id,
            program_revision: content.program_revision,
            item: (&content.item).into(),
            result: content.result,
            grade: content.grade.as_deref(),
            grade_scale: content.grade_scale.as_deref(),
            competencies: content.competencies.iter().map(Into::into).collect(),
            endorsement: content.endorsement.as_ref().map(Into::into),
            flight_id: content.flight_id,
            comment: content.comment.as_deref(),
            signed_at: Timestamp(content.signed_at),
            instructor_certificate: (&content.instructor_certificate).into(),
            student_acknowledged_at: signoff.student_acknowledged_at.map(Timestamp),
            status: signoff.status,
            supersedes_id: content.supersedes_id,
            signature: (&signoff.signature).into(),
            external_reference: signoff.external_reference.as_deref(),
            created_at: Timestamp(signoff.created_at),
            updated_at: Timestamp(signoff.updated_at),
        }
    }
}

impl<'a> From<&'a ItemRef> for ItemFields<'a> {
    fn from(item: &'a ItemRef) -> Self {
        Self {
            id: item.id,
            code: &item.code,
            name: &item.name,
            kind: item.kind,
        }
    }
}

impl<'a> From<&'a Competency> for CompetencyFields<'a> {
    fn from(competency: &'a Competency) -> Self {
        Self {
            name: &competency.name,
            grade: &competency.grade,
        }
    }
}

impl<'a> From<&'a Endorsement> for EndorsementFields<'a> {
    fn from(endorsement: &'a Endorsement) -> Self {
        Self {
            advisory_circular: endorsement.advisory_circular.as_deref(),
            code: endorsement.code.as_deref(),
            cfr_reference: &endorsement.cfr_reference,
            make_model: endorsement.make_model.as_deref(),
            expires_on: endorsement.expires_on,
        }
    }
}

impl<'a> From<&'a InstructorCertificate> for CertificateFields<'a> {
    fn from(certificate: &'a InstructorCertificate) -> Self {
        Self {
            number: &certificate.number,
            expires_on: certificate.expires_on,
        }
    }
}

impl From<&Signature> for SignatureFields {
    fn from(signature: &Signature) -> Self {
        Self {
            algorithm: signature.algorithm,
            key_id: signature.key_id,
            payload_sha256: signature.payload_sha256,
        }
    }
}

#[cfg(test)]
mod tests;
