//! What must be true of a plan.

use std::collections::BTreeSet;

use chrono::{DateTime, Datelike, TimeDelta, Utc};

use crate::Violation;

use super::{ResourceType, SessionKind, SessionPlan};

/// The longest session: a day.
const LONGEST: TimeDelta = TimeDelta::hours(24);
/// The longest session that is a stay in the shop or a journey with a rented aircraft.
const LONGEST_STAY: TimeDelta = TimeDelta::days(31);
/// Years in which a session may lie.
const YEARS: std::ops::RangeInclusive<i32> = 1903..=2199;
/// Students of one session.
const MOST_STUDENTS: usize = 100;
const TITLE: usize = 200;

impl SessionKind {
    /// How long a session of this kind may be.
    pub fn longest(self) -> TimeDelta {
        match self {
            Self::Maintenance | Self::Rental => LONGEST_STAY,
            _ => LONGEST,
        }
    }

    /// What a session of this kind may be held on, in or with.
    pub fn resources(self) -> &'static [ResourceType] {
        match self {
            Self::Flight | Self::Rental => &[ResourceType::Aircraft],
            Self::Simulator => &[ResourceType::Simulator],
            Self::Maintenance => &[ResourceType::Aircraft, ResourceType::Simulator],
            Self::Ground | Self::Briefing | Self::Exam | Self::Meeting => ResourceType::ALL,
        }
    }
}

impl SessionPlan {
    /// Every violation at once, so that a form is corrected once.
    pub fn violations(&self) -> Vec<Violation> {
        let mut found = Vec::new();
        self.check_times(&mut found);
        self.check_resource(&mut found);
        self.check_people(&mut found);
        let title = self.title.as_deref().unwrap_or("-");
        if title.trim().is_empty() || title.chars().count() > TITLE {
            let detail = format!("title has 1 to {TITLE} characters");
            found.push(Violation::new("title", "length", detail));
        }
        found
    }

    fn check_times(&self, found: &mut Vec<Violation>) {
        for (name, at) in [("starts_at", self.starts_at), ("ends_at", self.ends_at)] {
            if !is_believable(at) {
                let detail = format!("{name} is between {} and {}", YEARS.start(), YEARS.end());
                found.push(Violation::new(name, "out_of_range", detail));
            }
        }
        if self.ends_at <= self.starts_at {
            let detail = "ends_at is after starts_at";
            found.push(Violation::new("ends_at", "out_of_order", detail));
        } else if self.ends_at - self.starts_at > self.kind.longest() {
            let hours = self.kind.longest().num_hours();
            let detail = format!("a session of kind {} lasts at most {hours} h", self.kind);
            found.push(Violation::new("ends_at", "too_long", detail));
        }
    }

    fn check_resource(&self, found: &mut Vec<Violation>) {
        let (given, allowed) = (self.resource.resource_type(), self.kind.resources());
        if !allowed.contains(&given) {
            let names: Vec<_> = allowed.iter().map(|allowed| allowed.as_str()).collect();
            let detail = format!("{} is booked on: {}", self.kind, names.join(", "));
            found.push(Violation::new("resource", "wrong_type", detail));
        }
    }

    fn check_people(&self, found: &mut Vec<Violation>) {
        let students: BTreeSet<_> = self.student_ids.iter().collect();
        if students.len() < self.student_ids.len() {
            let detail = "student_ids holds a student twice";
            found.push(Violation::new("student_ids", "repeated", detail));
        }
        if students.len() > MOST_STUDENTS {
            let detail = format!("student_ids holds at most {MOST_STUDENTS}");
            found.push(Violation::new("student_ids", "too_many", detail));
        }
        if self.instructor_id.is_some_and(|id| students.contains(&id)) {
            let detail = "nobody is instructor and student of one session";
            found.push(Violation::new("instructor_id", "also_student", detail));
        }
    }
}

fn is_believable(at: DateTime<Utc>) -> bool {
    YEARS.contains(&at.year())
}
