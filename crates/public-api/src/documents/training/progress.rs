//! How far a student has come.

use chrono::{DateTime, NaiveDate, Utc};
use domain::moment::Tz;
use domain::training::{
    Enrollment, Kind, MinutesOf, Progress, ProgressStatus, RegulatoryBasis, Revision,
    SignoffResult, StageCheck,
};
use domain::{EnrollmentId, PersonId, ProgramId};
use schemars::JsonSchema;
use serde::Serialize;

use super::ItemFields;
use crate::documents::Timestamp;

/// How far one student has come in one program. Its id is the enrolment's.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct TrainingProgressDocument<'a> {
    pub id: EnrollmentId,
    pub student_id: PersonId,
    pub program: ProgramFields<'a>,
    pub status: ProgressStatus,
    pub enrolled_on: NaiveDate,
    /// The stage of the next item; null when every item is done.
    pub phase: Option<&'a str>,
    pub items_total: i32,
    /// Passed or credited.
    pub items_completed: i32,
    /// Not completed, and failed when last tried.
    pub items_failed: i32,
    /// Of the items, rounded down: 100 is all of them.
    pub percent_complete: i32,
    /// Minutes by kind. What was flown are approved flights that a signoff names, each once.
    pub minutes: MinutesFields,
    pub theory: TheoryFields,
    pub last_lesson_at: Option<Timestamp>,
    /// The first item of the syllabus that is not completed.
    pub next_item: Option<ItemFields<'a>>,
    /// Checks that were taken, as last signed, in the order of the syllabus.
    pub stage_checks: Vec<StageCheckFields<'a>>,
    pub external_reference: Option<&'a str>,
    pub created_at: Timestamp,
    /// When the enrolment, a signoff or a flight of it last changed.
    pub updated_at: Timestamp,
}

/// The program as the student is enrolled in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ProgramFields<'a> {
    pub id: ProgramId,
    pub name: &'a str,
    pub revision: i32,
    pub regulatory_basis: RegulatoryBasis,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct MinutesFields {
    pub dual: RequiredFields,
    pub solo: RequiredFields,
    pub instrument: RequiredFields,
    pub night: RequiredFields,
    pub cross_country: RequiredFields,
    pub simulator: RequiredFields,
}

/// Minutes that the program asks for at least, and those that were flown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, JsonSchema)]
pub struct RequiredFields {
    pub required: i32,
    pub flown: i32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TheoryFields {
    pub required_minutes: i32,
    pub attended_minutes: i32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct StageCheckFields<'a> {
    pub name: &'a str,
    pub result: SignoffResult,
    /// The day at the school.
    pub date: NaiveDate,
}

impl<'a> TrainingProgressDocument<'a> {
    /// None while the student has not begun.
    pub fn new(
        enrollment: &'a Enrollment,
        revision: &'a Revision,
        progress: &'a Progress,
        zone: Tz,
        updated_at: DateTime<Utc>,
    ) -> Option<Self> {
        let checks = progress.stage_checks.iter();
        Some(Self {
            id: enrollment.id,
            student_id: enrollment.student_id,
            program: ProgramFields {
                id: enrollment.program_id,
                name: &revision.syllabus.name,
                revision: revision.number,
                regulatory_basis: revision.syllabus.regulatory_basis,
            },
            status: enrollment.status.as_progress()?,
            enrolled_on: enrollment.enrolled_on,
            phase: progress.phase.as_deref(),
            items_total: progress.items_total,
            items_completed: progress.items_completed,
            items_failed: progress.items_failed,
            percent_complete: progress.percent_complete,
            minutes: progress.minutes.as_slice().into(),
            theory: TheoryFields {
                required_minutes: progress.theory.required_minutes,
                attended_minutes: progress.theory.attended_minutes,
            },
            last_lesson_at: progress.last_lesson_at.map(Timestamp),
            next_item: progress.next_item.as_ref().map(Into::into),
            stage_checks: checks
                .map(|check| StageCheckFields::new(check, zone))
                .collect(),
            external_reference: enrollment.external_reference.as_deref(),
            created_at: Timestamp(enrollment.created_at),
            updated_at: Timestamp(updated_at),
        })
    }
}

impl From<&[MinutesOf]> for MinutesFields {
    fn from(minutes: &[MinutesOf]) -> Self {
        let of = |kind: Kind| {
            let minutes = minutes.iter().find(|minutes| minutes.kind == kind);
            minutes.map_or_else(RequiredFields::default, |minutes| RequiredFields {
                required: minutes.required,
                flown: minutes.flown,
            })
        };
        Self {
            dual: of(Kind::Dual),
            solo: of(Kind::Solo),
            instrument: of(Kind::Instrument),
            night: of(Kind::Night),
            cross_country: of(Kind::CrossCountry),
            simulator: of(Kind::Simulator),
        }
    }
}

impl<'a> StageCheckFields<'a> {
    fn new(check: &'a StageCheck, zone: Tz) -> Self {
        Self {
            name: &check.name,
            result: check.result,
            date: check.signed_at.with_timezone(&zone).date_naive(),
        }
    }
}

#[cfg(test)]
mod tests;
