//! The program that the school teaches.

use std::collections::BTreeMap;

use contracts::v1;
use serde::Deserialize;

use crate::setting::Setting;

/// A private pilot's course, as a school writes it down.
const PRIVATE_PILOT: &str = include_str!("../syllabus/private_pilot_asel.toml");
/// The rules it is taught under.
const BASIS: &str = "part61";

#[derive(Debug, Clone, Default)]
pub struct Syllabus {
    course: Course,
    /// Of all stages, in their order.
    pub items: Vec<Item>,
}

#[derive(Debug, Clone, Default, Deserialize)]
struct Course {
    name: String,
    code: String,
    kind: String,
    independent_stage_checks: bool,
    minimums: BTreeMap<String, Minimums>,
    stages: Vec<Stage>,
}

#[derive(Debug, Clone, Copy, Default, Deserialize)]
struct Minimums {
    dual: i32,
    solo: i32,
    instrument: i32,
    night: i32,
    cross_country: i32,
    theory: i32,
}

#[derive(Debug, Clone, Deserialize)]
struct Stage {
    name: String,
    items: Vec<Item>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Item {
    pub code: String,
    pub name: String,
    pub kind: String,
    /// Planned, in the air or on the ground.
    pub minutes: i32,
    /// `dual`, `solo`, `check`; none on the ground.
    flight: Option<String>,
    #[serde(default)]
    night: i64,
    #[serde(default)]
    instrument: i64,
    #[serde(default)]
    cross_country: i64,
    pub endorsement: Option<Endorsement>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Endorsement {
    pub advisory_circular: Option<String>,
    pub code: Option<String>,
    pub cfr_reference: String,
}

/// What is special about a flight.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Traits {
    pub solo: bool,
    pub check: bool,
    pub night: bool,
    pub cross_country: bool,
    /// Minutes by reference to instruments.
    pub instrument: i64,
    /// Planned from block to block; 0 where nothing is planned.
    pub minutes: i64,
}

impl Item {
    pub fn is_flown(&self) -> bool {
        self.flight.is_some()
    }

    pub fn is_ground(&self) -> bool {
        self.kind == "ground"
    }

    pub fn traits(&self) -> Traits {
        Traits {
            solo: self.flight.as_deref() == Some("solo"),
            check: self.flight.as_deref() == Some("check"),
            night: self.night > 0,
            cross_country: self.cross_country > 0,
            instrument: self.instrument,
            minutes: i64::from(self.minutes),
        }
    }
}

impl Syllabus {
    /// Empty only if the file were no syllabus, which a test rules out.
    pub fn private_pilot() -> Self {
        let course: Course = toml::from_str(PRIVATE_PILOT).unwrap_or_default();
        let items = course.stages.iter().flat_map(|stage| stage.items.clone());
        Self {
            items: items.collect(),
            course,
        }
    }

    /// As it is saved.
    pub fn on_the_wire(&self, setting: &Setting) -> v1::Syllabus {
        let course = &self.course;
        let item = |item: &Item| v1::ProgramItem {
            id: item_id(setting, item).to_string(),
            code: item.code.clone(),
            name: item.name.clone(),
            kind: item.kind.clone(),
            planned_minutes: item.minutes,
        };
        let stage = |stage: &Stage| v1::ProgramStage {
            name: stage.name.clone(),
            items: stage.items.iter().map(item).collect(),
        };
        let least = course.minimums.get(BASIS).copied().unwrap_or_default();
        v1::Syllabus {
            name: course.name.clone(),
            code: Some(course.code.clone()),
            kind: course.kind.clone(),
            regulatory_basis: BASIS.to_owned(),
            approval_number: None,
            stages: course.stages.iter().map(stage).collect(),
            minimums: Some(v1::ProgramMinimums {
                dual: least.dual,
                solo: least.solo,
                instrument: least.instrument,
                night: least.night,
                cross_country: least.cross_country,
                simulator: 0,
                theory: least.theory,
            }),
            independent_stage_checks: course.independent_stage_checks,
        }
    }
}

pub fn item_id(setting: &Setting, item: &Item) -> domain::ProgramItemId {
    setting.id(&format!("item {}", item.code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_program_is_read_whole() {
        let course: Course = toml::from_str(PRIVATE_PILOT).unwrap();
        assert!(course.minimums.contains_key(BASIS));
        let items = Syllabus::private_pilot().items;
        assert!(items.len() > 50 && items.iter().any(|item| item.traits().night));
        for item in &items {
            assert_eq!(
                item.kind == "endorsement",
                item.endorsement.is_some(),
                "{}",
                item.code
            );
        }
    }
}
