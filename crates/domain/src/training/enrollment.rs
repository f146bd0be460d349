//! Enrolments: `pending → active ⇄ standby → completed | discontinued | transferred`.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::{Program, ProgramStatus, Progress};
use crate::vocabulary::vocabulary;
use crate::{EnrollmentId, OrgId, PersonId, ProgramId, Refusal};

vocabulary! {
    EnrollmentStatus, "enrollment status" {
        Pending => "pending",
        Active => "active",
        Standby => "standby",
        Completed => "completed",
        Discontinued => "discontinued",
        Transferred => "transferred",
    }
}

vocabulary! {
    /// How partners see an enrolment. One that is pending has no progress yet, and whoever was
    /// transferred has discontinued here.
    ProgressStatus, "training status" {
        Active => "active",
        Standby => "standby",
        Completed => "completed",
        Discontinued => "discontinued",
    }
}

impl EnrollmentStatus {
    pub fn as_progress(self) -> Option<ProgressStatus> {
        match self {
            Self::Pending => None,
            Self::Active => Some(ProgressStatus::Active),
            Self::Standby => Some(ProgressStatus::Standby),
            Self::Completed => Some(ProgressStatus::Completed),
            Self::Discontinued | Self::Transferred => Some(ProgressStatus::Discontinued),
        }
    }

    /// Whether a student is, or is about to be, in training.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Pending | Self::Active | Self::Standby)
    }
}

/// A student in a revision of a program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enrollment {
    pub id: EnrollmentId,
    pub organization_id: OrgId,
    pub version: i64,
    pub status: EnrollmentStatus,
    pub program_id: ProgramId,
    pub program_revision: i32,
    pub student_id: PersonId,
    /// Who trains the student, and recommends him for checks.
    pub instructor_id: Option<PersonId>,
    pub enrolled_on: NaiveDate,
    pub target_on: Option<NaiveDate>,
    pub completed_on: Option<NaiveDate>,
    /// Who certified the training record on completion (14 CFR 141.101(c)).
    pub certified_by_id: Option<PersonId>,
    /// When it was discontinued, or the student transferred to another school.
    pub terminated_on: Option<NaiveDate>,
    pub termination_reason: Option<String>,
    pub external_reference: Option<String>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// What it takes to enrol a student.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEnrollment {
    pub id: EnrollmentId,
    pub organization_id: OrgId,
    /// None: the latest.
    pub program_revision: Option<i32>,
    pub student_id: PersonId,
    pub instructor_id: Option<PersonId>,
    pub enrolled_on: NaiveDate,
    pub target_on: Option<NaiveDate>,
    pub external_reference: Option<String>,
}

/// How an enrolment ends without its goal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    Discontinued,
    Transferred,
}

impl Enrollment {
    /// Enrols a student, who has not begun yet.
    ///
    /// # Errors
    /// A program that takes nobody, a revision it does not have, or dates out of order.
    pub fn enroll(
        new: NewEnrollment,
        program: &Program,
        now: DateTime<Utc>,
    ) -> Result<Self, Refusal> {
        if program.status != ProgramStatus::Published {
            let detail = format!("the program is {}; nobody enrols in it", program.status);
            return Err(Refusal::conflict("program_not_open", detail));
        }
        let revision = match new.program_revision {
            None => program.latest(),
            Some(number) => program.revision(number),
        };
        let revision = revision.ok_or_else(|| {
            Refusal::invalid("program_revision", "unknown", "there is no such revision")
        })?;
        if new.target_on.is_some_and(|target| target < new.enrolled_on) {
            let detail = "target_on is before enrolled_on";
            return Err(Refusal::invalid("target_on", "out_of_order", detail));
        }
        if new.instructor_id == Some(new.student_id) {
            let detail = "nobody is his own instructor";
            return Err(Refusal::invalid("instructor_id", "is_student", detail));
        }
        Ok(Self {
            id: new.id,
            organization_id: new.organization_id,
            version: 1,
            status: EnrollmentStatus::Pending,
            program_id: program.id,
            program_revision: revision.number,
            student_id: new.student_id,
            instructor_id: new.instructor_id,
            enrolled_on: new.enrolled_on,
            target_on: new.target_on,
            completed_on: None,
            certified_by_id: None,
            terminated_on: None,
            termination_reason: None,
            external_reference: new.external_reference,
            created_at: now,
            updated_at: now,
        })
    }

    /// `pending | standby → active`.
    ///
    /// # Errors
    /// [`Refusal::InvalidTransition`]
    pub fn activate(self, now: DateTime<Utc>) -> Result<Self, Refusal> {
        use EnrollmentStatus::{Active, Pending, Standby};
        self.passes(&[Pending, Standby], Active, "activated", now)
    }

    /// `active → standby`: the student pauses.
    ///
    /// # Errors
    /// [`Refusal::InvalidTransition`]
    pub fn stand_by(self, now: DateTime<Utc>) -> Result<Self, Refusal> {
        use EnrollmentStatus::{Active, Standby};
        self.passes(&[Active], Standby, "put on standby", now)
    }

    /// `active | standby → completed`. Every item is done; that the minutes suffice is what
    /// whoever certifies the record answers for.
    ///
    /// # Errors
    /// A wrong state, items that are open, or a day before the enrolment.
    pub fn complete(
        self,
        progress: &Progress,
        certified_by: PersonId,
        completed_on: NaiveDate,
        now: DateTime<Utc>,
    ) -> Result<Self, Refusal> {
        use EnrollmentStatus::{Active, Completed, Standby};
        self.not_before_enrolled("completed_on", completed_on)?;
        let after = self.passes(&[Active, Standby], Completed, "completed", now)?;
        if progress.items_completed < progress.items_total {
            let open = progress.items_total - progress.items_completed;
            let detail = format!("{open} item(s) of the program are not completed");
            return Err(Refusal::conflict("items_open", detail));
        }
        Ok(Self {
            completed_on: Some(completed_on),
            certified_by_id: Some(certified_by),
            ..after
        })
    }

    /// `active | standby → discontinued | transferred`.
    ///
    /// # Errors
    /// A wrong state, no reason, or a day before the enrolment.
    pub fn end(
        self,
        ending: Ending,
        reason: &str,
        terminated_on: NaiveDate,
        now: DateTime<Utc>,
    ) -> Result<Self, Refusal> {
        use EnrollmentStatus::{Active, Discontinued, Standby, Transferred};
        let (status, attempted) = match ending {
            Ending::Discontinued => (Discontinued, "discontinued"),
            Ending::Transferred => (Transferred, "transferred"),
        };
        let reason = reason.trim();
        if reason.is_empty() || reason.chars().count() > 1_000 {
            let detail = "a reason has 1 to 1000 characters";
            return Err(Refusal::invalid("reason", "required", detail));
        }
        self.not_before_enrolled("terminated_on", terminated_on)?;
        let after = self.passes(&[Active, Standby], status, attempted, now)?;
        Ok(Self {
            terminated_on: Some(terminated_on),
            termination_reason: Some(reason.to_owned()),
            ..after
        })
    }

    fn not_before_enrolled(&self, pointer: &'static str, day: NaiveDate) -> Result<(), Refusal> {
        if day < self.enrolled_on {
            let detail = format!("{pointer} is before enrolled_on");
            return Err(Refusal::invalid(pointer, "out_of_order", detail));
        }
        Ok(())
    }

    fn passes(
        self,
        from: &[EnrollmentStatus],
        to: EnrollmentStatus,
        attempted: &'static str,
        now: DateTime<Utc>,
    ) -> Result<Self, Refusal> {
        if !from.contains(&self.status) {
            return Err(Refusal::InvalidTransition {
                what: "enrollment",
                from: self.status.as_str(),
                attempted,
            });
        }
        Ok(Self {
            status: to,
            version: self.version + 1,
            updated_at: now,
            ..self
        })
    }
}
