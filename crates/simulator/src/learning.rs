//! Training: enrolments, what is signed off, and the record at the end.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use contracts::convert::timestamp;
use contracts::v1;
use domain::{EnrollmentId, FlightId, SignoffId};

use crate::calendar;
use crate::chance::Chance;
use crate::command::{Command, Lane};
use crate::roster::Booking;
use crate::school::{School, Steps};
use crate::syllabus::{self, Item};

/// Lessons that are flown once more, of a hundred.
const REPEATED: usize = 12;

/// What an instructor has to say about an item.
pub(crate) struct Word<'a> {
    pub item: &'a Item,
    pub instructor: usize,
    pub passed: bool,
    pub flight: Option<FlightId>,
    pub ground_minutes: i32,
    pub at: DateTime<Utc>,
    /// Which try it is.
    pub try_number: usize,
}

impl School {
    /// The program, written down and published.
    pub(crate) fn publish_program(&self, steps: &mut Steps) {
        let program = self.program();
        let save = v1::SaveProgramRequest {
            target: Some(self.target(program)),
            syllabus: Some(self.syllabus.on_the_wire(&self.setting)),
            external_reference: None,
        };
        steps.push(Lane::Office, Command::SaveProgram(Box::new(save)));
        let publish = v1::PublishProgramRevisionRequest {
            target: Some(self.target(program)),
            revision: Some(1),
        };
        steps.push(
            Lane::Office,
            Command::PublishProgramRevision(Box::new(publish)),
        );
    }

    fn program(&self) -> domain::ProgramId {
        self.setting.id("program")
    }

    fn enrollment(&self, member: usize) -> EnrollmentId {
        self.setting.id(&format!("enrolment {member}"))
    }

    pub(crate) fn enroll(&self, member: usize, day: NaiveDate, steps: &mut Steps) {
        let enrollment = self.target(self.enrollment(member));
        let enroll = v1::EnrollRequest {
            target: Some(enrollment.clone()),
            program_id: self.program().to_string(),
            program_revision: Some(1),
            student_id: self.setting.person(member).to_string(),
            instructor_id: Some(
                self.setting
                    .person(self.usual_instructor(member))
                    .to_string(),
            ),
            enrolled_on: day.to_string(),
            target_on: None,
            external_reference: None,
        };
        let lane = Lane::Person(member);
        steps.push(lane, Command::Enroll(Box::new(enroll)));
        steps.push(lane, Command::ActivateEnrollment(Box::new(enrollment)));
    }

    /// What a flight teaches.
    pub(crate) fn learn(
        &mut self,
        booking: &Booking,
        flight: FlightId,
        chance: &mut Chance,
        steps: &mut Steps,
    ) {
        let Some(at) = booking.item else { return };
        let Some(item) = self.syllabus.items.get(at).cloned() else {
            return;
        };
        let Some(tries) = self.try_item(booking.customer, at) else {
            return;
        };
        let passed = !chance.percent(REPEATED) || tries > 2;
        let usual = self.usual_instructor(booking.customer);
        let word = Word {
            item: &item,
            instructor: booking.instructor.unwrap_or(usual),
            passed,
            flight: Some(flight),
            ground_minutes: if booking.instructor.is_some() { 20 } else { 0 },
            at: booking.ends_at + TimeDelta::minutes(15),
            try_number: tries,
        };
        let lane = Lane::Aircraft(booking.plane);
        steps.push(lane, self.sign(booking.customer, &word));
        if passed {
            self.pass(booking.customer, at);
            let signed_at = word.at + TimeDelta::minutes(10);
            self.endorse(booking.customer, lane, signed_at, steps);
            self.graduate(booking.customer, signed_at, steps);
        }
    }

    /// Endorsements are signed when all that comes before them is done.
    pub(crate) fn endorse(
        &mut self,
        member: usize,
        lane: Lane,
        at: DateTime<Utc>,
        steps: &mut Steps,
    ) {
        let items = self.syllabus.items.clone();
        for (place, item) in items.iter().enumerate() {
            if self.is_done(member, place) {
                continue;
            }
            if item.endorsement.is_none() {
                return;
            }
            let word = Word {
                item,
                instructor: self.usual_instructor(member),
                passed: true,
                flight: None,
                ground_minutes: item.minutes,
                at,
                try_number: 1,
            };
            steps.push(lane, self.sign(member, &word));
            self.pass(member, place);
        }
    }

    /// Whoever has done everything has completed the program.
    fn graduate(&mut self, member: usize, at: DateTime<Utc>, steps: &mut Steps) {
        let student = self.students.iter_mut().find(|s| s.member == member);
        let Some(student) = student.filter(|s| s.done.iter().all(|done| *done)) else {
            return;
        };
        let day = at.with_timezone(&self.setting.zone).date_naive();
        student.completed_on = Some(day);
        let complete = v1::CompleteEnrollmentRequest {
            target: Some(self.target(self.enrollment(member))),
            completed_on: Some(day.to_string()),
        };
        let lane = Lane::Person(member);
        let command = Command::CompleteEnrollment(Box::new(complete));
        steps.push_closing(lane, command);
        let id = self.setting.id::<uuid::Uuid>(&format!("vtr {member}"));
        let midnight = calendar::at(self.setting.zone, day, 0);
        let millis = u64::try_from(midnight.timestamp_millis()).unwrap_or_default();
        let issue = v1::IssueVtrRequest {
            target: Some(self.target(domain::VtrId::from_parts(millis, id.as_u128()))),
            enrollment_id: self.enrollment(member).to_string(),
            ..v1::IssueVtrRequest::default()
        };
        steps.push_closing(lane, Command::IssueVtr(Box::new(issue)));
        self.succeed(day);
    }

    pub(crate) fn sign(&self, member: usize, word: &Word<'_>) -> Command {
        let name = format!("signoff {member} {} {}", word.item.code, word.try_number);
        let endorsement = word.item.endorsement.as_ref().filter(|_| word.passed);
        let flown = word.item.is_flown();
        let grade = if word.passed { "4" } else { "2" };
        let signoff = v1::NewSignoff {
            id: self.setting.id::<SignoffId>(&name).to_string(),
            item_id: syllabus::item_id(&self.setting, word.item).to_string(),
            instructor_id: self.setting.person(word.instructor).to_string(),
            result: if word.passed {
                "passed"
            } else {
                "partially_completed"
            }
            .to_owned(),
            grade: flown.then(|| grade.to_owned()),
            grade_scale: flown.then(|| "1-5".to_owned()),
            endorsement: endorsement.map(|given| v1::Endorsement {
                advisory_circular: given.advisory_circular.clone(),
                code: given.code.clone(),
                cfr_reference: given.cfr_reference.clone(),
                make_model: None,
                expires_on: None,
            }),
            flight_id: word.flight.map(|id| id.to_string()),
            ground_minutes: word.ground_minutes,
            comment: (!word.passed).then(|| "Once more, with more rudder.".to_owned()),
            signed_at: Some(timestamp(word.at)),
            ..v1::NewSignoff::default()
        };
        Command::RecordSignoff(Box::new(v1::RecordSignoffRequest {
            organization_id: self.organization(),
            signoff: Some(signoff),
            enrollment_id: self.enrollment(member).to_string(),
        }))
    }
}
