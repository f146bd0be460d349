//! What a program is made of.

use serde::{Deserialize, Serialize};

use crate::ProgramItemId;
use crate::vocabulary::vocabulary;

vocabulary! {
    /// What a student does at an item, and who may sign it.
    ItemKind, "item kind" {
        FlightLesson => "flight_lesson",
        StageCheck => "stage_check",
        FinalStageCheck => "final_stage_check",
        ProficiencyCheck => "proficiency_check",
        SkillTest => "skill_test",
        Ground => "ground",
        Endorsement => "endorsement",
    }
}

impl ItemKind {
    /// Checks of a stage: not signed by whoever recommended the student for them.
    pub fn is_stage_check(self) -> bool {
        matches!(self, Self::StageCheck | Self::FinalStageCheck)
    }

    /// Every examination, those by an examiner included.
    pub fn is_check(self) -> bool {
        self.is_stage_check() || matches!(self, Self::ProficiencyCheck | Self::SkillTest)
    }

    /// Something that happens at a time: an endorsement is a signature only.
    pub fn is_lesson(self) -> bool {
        self != Self::Endorsement
    }

    /// What an instructor for the ground alone may sign (14 CFR 61.215).
    pub fn is_of_the_ground(self) -> bool {
        matches!(self, Self::Ground | Self::Endorsement)
    }
}

/// A lesson, check or endorsement of a revision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProgramItem {
    /// Unique within the revision; an item that goes on in the next one may keep it.
    pub id: ProgramItemId,
    /// The school's own short name: `F-07`. Unique within the revision.
    pub code: String,
    pub name: String,
    pub kind: ItemKind,
    pub planned_minutes: i32,
}

/// An item as a signoff names it: what it was called when it was signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemRef {
    pub id: ProgramItemId,
    pub code: String,
    pub name: String,
    pub kind: ItemKind,
}

impl From<&ProgramItem> for ItemRef {
    fn from(item: &ProgramItem) -> Self {
        Self {
            id: item.id,
            code: item.code.clone(),
            name: item.name.clone(),
            kind: item.kind,
        }
    }
}
