//! Programs: a draft that is worked on, and revisions that are published and never change.

mod rules;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::ProgramItem;
use crate::vocabulary::vocabulary;
use crate::{OrgId, PersonId, ProgramId, ProgramItemId, Refusal};

vocabulary! {
    ProgramStatus, "program status" { Draft => "draft", Published => "published", Archived => "archived" }
}

vocabulary! {
    /// Under which rules a program trains: 14 CFR part 61 or 141, or the organisation of
    /// Regulation (EU) 1178/2011, Part-ORA and Part-DTO.
    RegulatoryBasis, "regulatory basis" {
        Part61 => "part61", Part141 => "part141", Ato => "ato", Dto => "dto",
    }
}

vocabulary! {
    ProgramKind, "program kind" { Flight => "flight", Ground => "ground", Combined => "combined" }
}

/// A training program with every revision of it, so that an enrolment always finds its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Program {
    pub id: ProgramId,
    pub organization_id: OrgId,
    pub version: i64,
    pub status: ProgramStatus,
    /// What the next revision will be; none when nothing has been written since the last one.
    pub draft: Option<Syllabus>,
    /// Numbered from 1, in order.
    pub revisions: Vec<Revision>,
    pub external_reference: Option<String>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// A syllabus as it was published. Students are enrolled in a revision, and stay in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revision {
    pub number: i32,
    pub published_at: DateTime<Utc>,
    pub published_by_id: PersonId,
    pub syllabus: Syllabus,
}

/// What is taught, and how much of it is needed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Syllabus {
    /// `Private Pilot ASEL`.
    pub name: String,
    /// The school's own short name.
    pub code: Option<String>,
    pub kind: ProgramKind,
    pub regulatory_basis: RegulatoryBasis,
    /// The authority's number, where it approved this syllabus (14 CFR 141.55, ORA.ATO.125).
    pub approval_number: Option<String>,
    pub stages: Vec<Stage>,
    pub minimums: Minimums,
    /// Stage checks are signed by somebody else than the instructor who recommended the student.
    pub independent_stage_checks: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stage {
    pub name: String,
    pub items: Vec<ProgramItem>,
}

/// Minutes that the rules ask for at least, by kind; 0 where they ask for none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Minimums {
    pub dual: i32,
    pub solo: i32,
    pub instrument: i32,
    pub night: i32,
    pub cross_country: i32,
    pub simulator: i32,
    /// On the ground.
    pub theory: i32,
}

/// What it takes to begin a program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewProgram {
    pub id: ProgramId,
    pub organization_id: OrgId,
    pub syllabus: Syllabus,
    pub external_reference: Option<String>,
}

impl Program {
    /// Begins a program as a draft.
    ///
    /// # Errors
    /// Every field of the syllabus that cannot stand.
    pub fn draft(new: NewProgram, now: DateTime<Utc>) -> Result<Self, Refusal> {
        Refusal::unless_empty(new.syllabus.violations())?;
        Ok(Self {
            id: new.id,
            organization_id: new.organization_id,
            version: 1,
            status: ProgramStatus::Draft,
            draft: Some(new.syllabus),
            revisions: Vec::new(),
            external_reference: new.external_reference,
            created_at: now,
            updated_at: now,
        })
    }

    /// Writes down what the next revision is to be. What has been published stays.
    ///
    /// # Errors
    /// An archived program, or a syllabus that cannot stand.
    pub fn revise(
        self,
        syllabus: Syllabus,
        external_reference: Option<String>,
        now: DateTime<Utc>,
    ) -> Result<Self, Refusal> {
        self.require_live("revised")?;
        Refusal::unless_empty(syllabus.violations())?;
        Ok(Self {
            draft: Some(syllabus),
            external_reference,
            ..self.touched(now)
        })
    }

    /// Publishes the draft as the next revision.
    ///
    /// # Errors
    /// An archived program, or one without a draft.
    pub fn publish(self, by: PersonId, now: DateTime<Utc>) -> Result<Self, Refusal> {
        self.require_live("published")?;
        let mut program = self.touched(now);
        let Some(syllabus) = program.draft.take() else {
            let detail = "nothing has been written since the last revision";
            return Err(Refusal::conflict("nothing_to_publish", detail));
        };
        let number = program.latest().map_or(0, |revision| revision.number) + 1;
        program.revisions.push(Revision {
            number,
            published_at: now,
            published_by_id: by,
            syllabus,
        });
        program.status = ProgramStatus::Published;
        Ok(program)
    }

    /// Nobody enrols any more; whoever is enrolled goes on.
    ///
    /// # Errors
    /// A program that is archived already.
    pub fn archive(self, now: DateTime<Utc>) -> Result<Self, Refusal> {
        self.require_live("archived")?;
        Ok(Self {
            status: ProgramStatus::Archived,
            ..self.touched(now)
        })
    }

    pub fn latest(&self) -> Option<&Revision> {
        self.revisions.last()
    }

    pub fn revision(&self, number: i32) -> Option<&Revision> {
        self.revisions
            .iter()
            .find(|revision| revision.number == number)
    }

    fn require_live(&self, attempted: &'static str) -> Result<(), Refusal> {
        match self.status {
            ProgramStatus::Archived => Err(Refusal::InvalidTransition {
                what: "program",
                from: self.status.as_str(),
                attempted,
            }),
            ProgramStatus::Draft | ProgramStatus::Published => Ok(()),
        }
    }

    fn touched(self, now: DateTime<Utc>) -> Self {
        Self {
            version: self.version + 1,
            updated_at: now,
            ..self
        }
    }
}

impl Syllabus {
    /// Every item with the name of its stage, in the order they are taught.
    pub fn items(&self) -> impl Iterator<Item = (&str, &ProgramItem)> {
        self.stages.iter().flat_map(|stage| {
            let items = stage.items.iter();
            items.map(|item| (stage.name.as_str(), item))
        })
    }

    pub fn item(&self, id: ProgramItemId) -> Option<&ProgramItem> {
        self.items()
            .map(|(_, item)| item)
            .find(|item| item.id == id)
    }
}
