//! What must be true of a syllabus.

use std::collections::HashSet;
use std::ops::RangeInclusive;

use super::{Minimums, Syllabus};
use crate::Violation;
use crate::training::texts::check_text;

const NAME: RangeInclusive<usize> = 1..=200;
const CODE: RangeInclusive<usize> = 1..=40;
const STAGES: RangeInclusive<usize> = 1..=50;
/// Items of a whole syllabus.
const ITEMS: RangeInclusive<usize> = 1..=500;
/// A day; no lesson is longer.
const PLANNED_MINUTES: RangeInclusive<i32> = 0..=1_440;
/// Ten thousand hours.
const MINIMUM: RangeInclusive<i32> = 0..=600_000;

impl Syllabus {
    /// Every violation at once.
    pub fn violations(&self) -> Vec<Violation> {
        let mut found = Vec::new();
        check_text("name", Some(&self.name), &NAME, &mut found);
        check_text("code", self.code.as_deref(), &CODE, &mut found);
        let approval = self.approval_number.as_deref();
        check_text("approval_number", approval, &CODE, &mut found);
        check_count("stages", self.stages.len(), &STAGES, &mut found);
        check_count("items", self.items().count(), &ITEMS, &mut found);
        for stage in &self.stages {
            check_text("stages", Some(&stage.name), &NAME, &mut found);
        }
        check_items(self, &mut found);
        check_minimums(&self.minimums, &mut found);
        found
    }
}

fn check_items(syllabus: &Syllabus, found: &mut Vec<Violation>) {
    let (mut ids, mut codes) = (HashSet::new(), HashSet::new());
    for (_, item) in syllabus.items() {
        check_text("items", Some(&item.code), &CODE, found);
        check_text("items", Some(&item.name), &NAME, found);
        check_minutes("items", item.planned_minutes, &PLANNED_MINUTES, found);
        if item.id.0.is_nil() {
            let detail = format!("{} has the nil UUID for an id", item.code);
            found.push(Violation::new("items", "required", detail));
        }
        if !ids.insert(item.id) || !codes.insert(item.code.as_str()) {
            let detail = format!("{} is there twice", item.code);
            found.push(Violation::new("items", "repeated", detail));
        }
    }
}

fn check_minimums(minimums: &Minimums, found: &mut Vec<Violation>) {
    let Minimums {
        dual,
        solo,
        instrument,
        night,
        cross_country,
        simulator,
        theory,
    } = *minimums;
    for minutes in [
        dual,
        solo,
        instrument,
        night,
        cross_country,
        simulator,
        theory,
    ] {
        check_minutes("minimums", minutes, &MINIMUM, found);
    }
}

fn check_minutes(
    pointer: &'static str,
    minutes: i32,
    range: &RangeInclusive<i32>,
    found: &mut Vec<Violation>,
) {
    if !range.contains(&minutes) {
        let detail = format!("minutes are {} to {}", range.start(), range.end());
        found.push(Violation::new(pointer, "out_of_range", detail));
    }
}

fn check_count(
    pointer: &'static str,
    count: usize,
    range: &RangeInclusive<usize>,
    found: &mut Vec<Violation>,
) {
    if !range.contains(&count) {
        let detail = format!(
            "a syllabus has {} to {} {pointer}",
            range.start(),
            range.end()
        );
        found.push(Violation::new(pointer, "count", detail));
    }
}
