//! Ground school: once a week in the evening, everybody at his own item.

use chrono::{Datelike, NaiveDate, TimeDelta, Weekday};
use contracts::convert::timestamp;
use contracts::v1;
use domain::{RoomId, SessionId};

use crate::calendar;
use crate::command::{Command, Lane};
use crate::learning::Word;
use crate::school::{School, Steps};

/// The evening of the week.
pub const DAY: Weekday = Weekday::Wed;
/// When it begins after midnight, and how long it is, in minutes.
const BEGINS: i64 = 18 * 60;
const LASTS: i64 = 150;
/// Who teaches.
const TEACHER: usize = 0;

impl School {
    fn classroom(&self) -> RoomId {
        self.setting.id("classroom")
    }

    fn class(&self, day: NaiveDate) -> SessionId {
        self.setting.id(&format!("ground school {day}"))
    }

    pub(crate) fn save_classroom(&self) -> Command {
        Command::SaveRoom(Box::new(v1::SaveRoomRequest {
            room: Some(v1::Room {
                id: self.classroom().to_string(),
                organization_id: self.organization(),
                location_id: self.setting.location.map(|id| id.to_string()),
                name: if self.setting.seed == 0 {
                    "Classroom".to_owned()
                } else {
                    format!("Classroom {}", self.setting.seed)
                },
                seats: Some(24),
                active: true,
                ..v1::Room::default()
            }),
        }))
    }

    /// Those who still have something to learn on the ground, and what.
    fn pupils(&self, day: NaiveDate) -> Vec<(usize, usize)> {
        let students = self.students.iter().filter(|s| s.may_book(day));
        let next = |member: usize| {
            let items = self.syllabus.items.iter().enumerate();
            let mut open =
                items.filter(|(at, item)| item.is_ground() && !self.is_done(member, *at));
            open.next().map(|(at, _)| (member, at))
        };
        students.filter_map(|s| next(s.member)).collect()
    }

    pub(crate) fn book_ground_school(&mut self, day: NaiveDate, steps: &mut Steps) {
        let pupils = self.pupils(day);
        if day.weekday() != DAY || pupils.is_empty() {
            return;
        }
        let present = pupils.iter().map(|(member, _)| *member).collect();
        self.classes.insert(day, present);
        let begins = calendar::at(self.setting.zone, day, BEGINS);
        let plan = v1::SessionPlan {
            kind: "ground".to_owned(),
            title: Some("Ground school".to_owned()),
            starts_at: Some(timestamp(begins)),
            ends_at: Some(timestamp(begins + TimeDelta::minutes(LASTS))),
            resource: Some(v1::SessionResource {
                r#type: "classroom".to_owned(),
                id: self.classroom().to_string(),
                label: String::new(),
            }),
            instructor_id: Some(self.setting.person(TEACHER).to_string()),
            student_ids: pupils
                .iter()
                .map(|(member, _)| self.setting.person(*member).to_string())
                .collect(),
            ..v1::SessionPlan::default()
        };
        let request = v1::RequestSessionRequest {
            id: self.class(day).to_string(),
            organization_id: self.organization(),
            location_id: self.setting.location.map(|id| id.to_string()),
            plan: Some(plan),
            scheduled: true,
            external_reference: None,
        };
        steps.push(Lane::Classroom, Command::RequestSession(Box::new(request)));
    }

    pub(crate) fn hold_ground_school(&mut self, day: NaiveDate, steps: &mut Steps) {
        let Some(present) = self.classes.remove(&day) else {
            return;
        };
        let mut pupils = self.pupils(day);
        pupils.retain(|(member, _)| present.contains(member));
        let class = self.target(self.class(day));
        steps.push(
            Lane::Classroom,
            Command::StartSession(Box::new(class.clone())),
        );
        let ends = calendar::at(self.setting.zone, day, BEGINS + LASTS);
        let items = self.syllabus.items.clone();
        for (member, at) in pupils {
            let Some(item) = items.get(at) else { continue };
            let word = Word {
                item,
                instructor: TEACHER,
                passed: true,
                flight: None,
                ground_minutes: item.minutes.min(i32::try_from(LASTS).unwrap_or_default()),
                at: ends,
                try_number: 1,
            };
            steps.push(Lane::Classroom, self.sign(member, &word));
            self.pass(member, at);
            self.endorse(
                member,
                Lane::Classroom,
                ends + TimeDelta::minutes(10),
                steps,
            );
        }
        let complete = v1::CompleteSessionRequest {
            target: Some(class),
            flight_id: None,
        };
        steps.push(
            Lane::Classroom,
            Command::CompleteSession(Box::new(complete)),
        );
    }
}
