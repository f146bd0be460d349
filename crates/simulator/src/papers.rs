//! Papers: medicals, insurances and the like, each looked at when it comes in.

use chrono::{Datelike, Days, Months, NaiveDate};
use contracts::convert::timestamp;
use contracts::v1;
use domain::ComplianceId;

use crate::calendar;
use crate::cast::{Member, Plane};
use crate::command::{Command, Lane};
use crate::school::{School, Steps};

/// A paper as it comes in.
struct Paper {
    lane: Lane,
    subject: (&'static str, String),
    kind: &'static str,
    title: &'static str,
    issued_on: NaiveDate,
    valid_until: Option<NaiveDate>,
    /// Which of its kind it is for the subject, from 0.
    renewal: u32,
}

impl School {
    /// What a member brings along.
    pub(crate) fn hand_in(&self, member: &Member, steps: &mut Steps) {
        let day = self.today();
        let issued = member.medical_until.checked_sub_days(Days::new(730));
        let until = Some(member.medical_until);
        self.keep(self.medical(member, issued.unwrap_or(day), until, 0), steps);
        let (kind, title) = match member.role {
            "student" => ("citizenship_proof", "Proof of citizenship"),
            "instructor" => ("security_awareness", "Security awareness training"),
            _ => ("flight_review", "Flight review"),
        };
        let months = if member.role == "renter" {
            Some(Months::new(24))
        } else {
            None
        };
        let paper = Paper {
            kind,
            title,
            issued_on: day,
            valid_until: months.and_then(|months| day.checked_add_months(months)),
            ..self.medical(member, day, None, 0)
        };
        self.keep(paper, steps);
    }

    /// A new medical in the place of the one before.
    pub(crate) fn renew(&self, member: &Member, day: NaiveDate, steps: &mut Steps) {
        let renewal = u32::try_from(member.version - 1).unwrap_or(1);
        let until = Some(member.medical_until);
        self.keep(self.medical(member, day, until, renewal), steps);
    }

    /// What an aircraft flies with; the insurance is renewed every year.
    pub(crate) fn register(&self, plane: &Plane, steps: &mut Steps) {
        if plane.is_simulator() {
            return;
        }
        let day = self.setting.first_day;
        for (kind, title, months) in [
            (
                "aircraft_registration",
                "Certificate of registration",
                Some(84),
            ),
            (
                "airworthiness_certificate",
                "Airworthiness certificate",
                None,
            ),
            ("insurance", "Hull and liability insurance", Some(12)),
        ] {
            let issued_on = self.insured_on(plane, day.year()).min(day);
            let until = months.and_then(|months| issued_on.checked_add_months(Months::new(months)));
            self.keep(
                self.of_aircraft(plane, (kind, title), issued_on, until, 0),
                steps,
            );
        }
    }

    pub(crate) fn renew_insurances(&self, day: NaiveDate, steps: &mut Steps) {
        for plane in self.fleet.iter().filter(|plane| !plane.is_simulator()) {
            let years = u32::try_from(day.year() - self.setting.first_day.year()).unwrap_or(0);
            let first = self.insured_on(plane, self.setting.first_day.year());
            // The first one came with the aircraft.
            let renewal = if first <= self.setting.first_day {
                years
            } else {
                years + 1
            };
            if self.insured_on(plane, day.year()) == day && renewal > 0 {
                let until = day.checked_add_months(Months::new(12));
                let what = ("insurance", "Hull and liability insurance");
                self.keep(self.of_aircraft(plane, what, day, until, renewal), steps);
            }
        }
    }

    /// The day of the year on which the aircraft's insurance begins.
    fn insured_on(&self, plane: &Plane, year: i32) -> NaiveDate {
        let mut chance = self.chance(&format!("insurance {}", plane.number));
        let day = u32::try_from(chance.between(1, 360)).unwrap_or(1);
        NaiveDate::from_yo_opt(year, day).unwrap_or(self.setting.first_day)
    }

    fn medical(
        &self,
        member: &Member,
        issued_on: NaiveDate,
        valid_until: Option<NaiveDate>,
        renewal: u32,
    ) -> Paper {
        let subject = if member.teaches() {
            "instructor"
        } else {
            "pilot"
        };
        Paper {
            lane: Lane::Person(member.number),
            subject: (subject, self.setting.person(member.number).to_string()),
            kind: "medical",
            title: "Medical certificate",
            issued_on,
            valid_until,
            renewal,
        }
    }

    fn of_aircraft(
        &self,
        plane: &Plane,
        (kind, title): (&'static str, &'static str),
        issued_on: NaiveDate,
        valid_until: Option<NaiveDate>,
        renewal: u32,
    ) -> Paper {
        Paper {
            lane: Lane::Aircraft(plane.number),
            subject: ("aircraft", plane.id.to_string()),
            kind,
            title,
            issued_on,
            valid_until,
            renewal,
        }
    }

    fn keep(&self, paper: Paper, steps: &mut Steps) {
        let (subject_type, subject_id) = paper.subject;
        let id: ComplianceId = self.setting.id(&format!("{} of {subject_id}", paper.kind));
        let mut chance = self.chance(&format!("reference {id} {}", paper.renewal));
        let save = v1::SaveComplianceRequest {
            id: id.to_string(),
            organization_id: self.organization(),
            // Each was saved and then verified before the next.
            version: i64::from(paper.renewal) * 2,
            paper: Some(v1::CompliancePaper {
                subject_type: subject_type.to_owned(),
                subject_id,
                r#type: paper.kind.to_owned(),
                title: paper.title.to_owned(),
                authority: Some("FAA".to_owned()).filter(|_| paper.kind != "insurance"),
                reference: Some(chance.between(1_000_000, 9_999_999).to_string()),
                issued_on: Some(paper.issued_on.to_string()),
                valid_from: Some(paper.issued_on.to_string()),
                valid_until: paper.valid_until.map(|day| day.to_string()),
                warn_days: None,
                blocks_booking: false,
                document_present: true,
            }),
            external_reference: None,
        };
        steps.push(paper.lane, Command::SaveCompliance(Box::new(save)));
        let seen = calendar::at(
            self.setting.zone,
            paper.issued_on.max(self.setting.first_day),
            9 * 60,
        );
        let verify = v1::VerifyComplianceRequest {
            target: Some(self.target(id)),
            at: Some(timestamp(seen)),
        };
        steps.push(paper.lane, Command::VerifyCompliance(Box::new(verify)));
    }
}
