//! The `data` of `training.signoff.recorded`.

use domain::training::{ProgressSummary, Signoff, SignoffResult, SignoffStatus};
use domain::{FlightId, PersonId, ProgramId, SignoffId};
use schemars::JsonSchema;
use serde::Serialize;

use crate::documents::{
    CertificateFields, CompetencyFields, EndorsementFields, ItemFields, SignatureFields, Timestamp,
};

/// The signoff as it was recorded, without the instructor's comment, which is free text.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "SignoffSnapshot")]
pub struct SignoffFields<'a> {
    pub id: SignoffId,
    pub student_id: PersonId,
    pub instructor_id: PersonId,
    pub program_id: ProgramId,
    pub program_revision: i32,
    pub item: ItemFields<'a>,
    pub result: SignoffResult,
    pub grade: Option<&'a str>,
    pub grade_scale: Option<&'a str>,
    pub competencies: Vec<CompetencyFields<'a>>,
    pub endorsement: Option<EndorsementFields<'a>>,
    pub flight_id: Option<FlightId>,
    pub signed_at: Timestamp,
    pub instructor_certificate: CertificateFields<'a>,
    pub student_acknowledged_at: Option<Timestamp>,
    pub status: SignoffStatus,
    pub supersedes_id: Option<SignoffId>,
    pub signature: SignatureFields,
}

/// How far the student has come with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ProgressFields {
    /// Of the items, rounded down.
    pub percent_complete: i32,
    pub items_completed: i32,
    pub items_total: i32,
}

impl<'a> From<&'a Signoff> for SignoffFields<'a> {
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
            signed_at: Timestamp(content.signed_at),
            instructor_certificate: (&content.instructor_certificate).into(),
            student_acknowledged_at: signoff.student_acknowledged_at.map(Timestamp),
            status: signoff.status,
            supersedes_id: content.supersedes_id,
            signature: (&signoff.signature).into(),
        }
    }
}

impl From<ProgressSummary> for ProgressFields {
    fn from(progress: ProgressSummary) -> Self {
        Self {
            percent_complete: progress.percent_complete,
            items_completed: progress.items_completed,
            items_total: progress.items_total,
        }
    }
}
