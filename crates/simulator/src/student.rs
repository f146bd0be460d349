//! Students: how they come, how far they get, and that their medicals end.

use chrono::{Days, NaiveDate};

use crate::cast::Member;
use crate::command::Lane;
use crate::roster;
use crate::school::{School, Steps};
use crate::syllabus::Item;

/// Somebody who learns to fly.
#[derive(Debug, Clone)]
pub struct Student {
    /// Of the members.
    pub member: usize,
    pub joined: NaiveDate,
    /// The items that are done, in the order of the program.
    pub done: Vec<bool>,
    /// How often each was tried.
    tries: Vec<usize>,
    pub completed_on: Option<NaiveDate>,
}

impl Student {
    /// Whether sessions of that day are for the student. The first is booked a week after joining:
    /// by then the student is known to everybody, whatever is sent together with what.
    pub fn may_book(&self, day: NaiveDate) -> bool {
        let first = self.joined.checked_add_days(Days::new(7 + roster::AHEAD));
        self.completed_on.is_none() && first.is_some_and(|first| day >= first)
    }
}

impl School {
    /// As many as the school can teach: a third at once, the others over some months.
    pub(crate) fn first_students(&mut self) {
        let places = self.setting.aircraft * 3;
        for place in 0..places {
            let mut chance = self.chance(&format!("place {place}"));
            let days = if place % 3 == 0 {
                0
            } else {
                chance.between(1, 100)
            };
            let joins = Days::new(days.unsigned_abs());
            let joins = self.setting.first_day.checked_add_days(joins);
            self.enter(joins.unwrap_or(self.setting.first_day));
        }
    }

    /// Somebody will join on that day.
    fn enter(&mut self, joins: NaiveDate) {
        let number = self.members.len();
        let member = Member::new(&self.setting, number, "student", joins);
        self.members.push(member);
        self.students.push(Student {
            member: number,
            joined: joins,
            done: vec![false; self.syllabus.items.len()],
            tries: vec![0; self.syllabus.items.len()],
            completed_on: None,
        });
    }

    /// Those who join today.
    pub(crate) fn welcome(&mut self, day: NaiveDate, steps: &mut Steps) {
        for student in self.students.iter().filter(|student| student.joined == day) {
            let Some(member) = self.members.get(student.member) else {
                continue;
            };
            steps.push(Lane::Person(member.number), self.save_person(member, 0));
            self.hand_in(member, steps);
            self.enroll(member.number, day, steps);
        }
    }

    /// Whoever's medical ends within a month has a new one, mostly in time.
    pub(crate) fn renew_medicals(&mut self, day: NaiveDate, steps: &mut Steps) {
        for number in 0..self.members.len() {
            let mut chance = self.chance(&format!("medical {number}"));
            let before = Days::new(chance.between(0, 30).unsigned_abs());
            let Some(member) = self.members.get_mut(number) else {
                continue;
            };
            let due = member.medical_until.checked_sub_days(before) == Some(day);
            if !due || member.joined >= day {
                continue;
            }
            let until = day.checked_add_days(Days::new(730));
            member.medical_until = until.unwrap_or(member.medical_until);
            member.version += 1;
            let member = member.clone();
            let command = self.save_person(&member, member.version - 1);
            steps.push(Lane::Person(number), command);
            self.renew(&member, day, steps);
        }
    }

    pub(crate) fn is_student(&self, member: usize) -> bool {
        self.students.iter().any(|student| student.member == member)
    }

    pub(crate) fn usual_instructor(&self, member: usize) -> usize {
        member % self.instructors()
    }

    /// The next thing that the student flies, and its place in the program.
    pub(crate) fn next_item(&self, member: usize) -> Option<(usize, &Item)> {
        let student = self.students.iter().find(|s| s.member == member)?;
        let items = self.syllabus.items.iter().zip(&student.done).enumerate();
        let open = items.filter(|(_, (_, done))| !**done);
        // Nobody flies on before he is endorsed; the ground school goes at a pace of its own.
        let mut next = open.filter(|(_, (item, _))| !item.is_ground());
        let (at, (item, _)) = next.next()?;
        item.is_flown().then_some((at, item))
    }

    pub(crate) fn is_done(&self, member: usize, item: usize) -> bool {
        let student = self.students.iter().find(|s| s.member == member);
        student.is_some_and(|s| s.done.get(item).copied().unwrap_or_default())
    }

    pub(crate) fn pass(&mut self, member: usize, item: usize) {
        let student = self.students.iter_mut().find(|s| s.member == member);
        if let Some(done) = student.and_then(|s| s.done.get_mut(item)) {
            *done = true;
        }
    }

    /// How often it was tried, this time included. None: it is done.
    pub(crate) fn try_item(&mut self, member: usize, item: usize) -> Option<usize> {
        if self.is_done(member, item) {
            return None;
        }
        let student = self.students.iter_mut().find(|s| s.member == member)?;
        let tries = student.tries.get_mut(item)?;
        *tries += 1;
        Some(*tries)
    }

    /// Takes a student's place on the list when another has completed the program.
    pub(crate) fn succeed(&mut self, day: NaiveDate) {
        if let Some(joins) = day.checked_add_days(Days::new(10)) {
            self.enter(joins);
        }
    }
}
