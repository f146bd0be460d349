//! A day at a school on which every event of the catalog happens.

use chrono::{DateTime, TimeDelta, Utc};
use contracts::convert::timestamp;
use contracts::v1::{
    Aircraft, Airport, CompliancePaper, DraftFlightRequest, DueItem, EnrollRequest, FlightCommand,
    FlightEntry, FlightMinutes, Landings, Licence, MeterReading, MeterSpan, NewSignoff, Person,
    ProgramItem, ProgramStage, PublishProgramRevisionRequest, RecordSignoffRequest,
    RejectFlightRequest, SaveAircraftRequest, SaveComplianceRequest, SaveDueItemRequest,
    SavePersonRequest, SaveProgramRequest, Syllabus, Target,
};
use system_tests::{School, Stack, gaf};
use uuid::Uuid;

/// What the day was about.
pub struct Day {
    pub aircraft: String,
    pub item: String,
    pub approved: String,
    pub rejected: String,
    pub paper: String,
    pub signoff: String,
    pub endpoint: String,
}

struct Scene<'a> {
    stack: &'a Stack,
    organization_id: String,
    student: String,
    instructor: String,
    aircraft: String,
    now: DateTime<Utc>,
}

impl Day {
    /// Everything of it, once.
    pub async fn live(stack: &Stack, school: &School) -> Self {
        let scene = Scene::set(stack, school.organization_id.clone()).await;
        let item = scene.due_item().await;
        let approved = scene.submitted(100, 145).await;
        let ops = stack.flight_ops();
        let command = scene.about(&approved);
        ops.approve_flight(command).await.expect("an approval");
        let rejected = scene.submitted(145, 149).await;
        let rejection = RejectFlightRequest {
            command: Some(scene.about(&rejected)),
            reason: "Hobbs does not match".to_owned(),
        };
        ops.reject_flight(rejection).await.expect("a rejection");
        let paper = scene.paper().await;
        let signoff = scene.signoff(&approved).await;
        let endpoint = school.endpoint.endpoint.as_ref().expect("an endpoint");
        let ping = ["endpoint", "ping", &endpoint.id];
        gaf(stack, &school.organization_id, &ping).await;
        Self {
            aircraft: scene.aircraft,
            item,
            approved,
            rejected,
            paper,
            signoff,
            endpoint: endpoint.id.clone(),
        }
    }

    /// Type and subject of everything that happened.
    pub fn happened(&self) -> Vec<(&'static str, &str)> {
        vec![
            ("flight.submitted", &self.approved),
            ("flight.approved", &self.approved),
            ("maintenance.alert", &self.item),
            ("flight.submitted", &self.rejected),
            ("flight.rejected", &self.rejected),
            ("compliance.updated", &self.paper),
            ("training.signoff.recorded", &self.signoff),
            ("webhook.test", &self.endpoint),
        ]
    }
}

fn new_id() -> String {
    Uuid::new_v4().to_string()
}

#[expect(
    clippy::disallowed_methods,
    reason = "the services live by this clock too"
)]
fn now() -> DateTime<Utc> {
    Utc::now()
}

impl<'a> Scene<'a> {
    /// A student, an instructor, and an aircraft whose hobbs reads 1.00.
    async fn set(stack: &'a Stack, organization_id: String) -> Self {
        let scene = Self {
            stack,
            organization_id,
            student: new_id(),
            instructor: new_id(),
            aircraft: new_id(),
            now: now(),
        };
        let licence = Licence {
            authority: "faa".to_owned(),
            kind: "cfi".to_owned(),
            number: Some("3456789CFI".to_owned()),
            issued_on: Some("2020-06-01".to_owned()),
        };
        scene.person(&scene.student, "student", Vec::new()).await;
        let licences = vec![licence];
        scene
            .person(&scene.instructor, "instructor", licences)
            .await;
        let aircraft = Aircraft {
            id: scene.aircraft.clone(),
            organization_id: scene.organization_id.clone(),
            registration: "N740SP".to_owned(),
            make: "Cessna".to_owned(),
            model: "172S".to_owned(),
            category: "airplane".to_owned(),
            engine_count: 1,
            airworthiness_status: "airworthy".to_owned(),
            status: "active".to_owned(),
            meters: vec![MeterReading {
                kind: "hobbs".to_owned(),
                value_hundredths: 100,
                engine_position: None,
                read_at: Some(timestamp(scene.now - TimeDelta::days(2))),
            }],
            billing_meter: "hobbs".to_owned(),
            maintenance_meter: "hobbs".to_owned(),
            fuel_unit: "usg".to_owned(),
            ..Aircraft::default()
        };
        let aircraft = Some(aircraft);
        let save = SaveAircraftRequest { aircraft };
        let saved = scene.stack.flight_ops().save_aircraft(save).await;
        saved.expect("an aircraft");
        scene
    }

    async fn person(&self, id: &str, role: &str, licences: Vec<Licence>) {
        let person = Some(Person {
            id: id.to_owned(),
            organization_id: self.organization_id.clone(),
            first_name: "Jane".to_owned(),
            last_name: "Smith".to_owned(),
            email: Some("jane@school.example".to_owned()),
            roles: vec![role.to_owned()],
            status: "active".to_owned(),
            licences,
            ..Person::default()
        });
        let save = SavePersonRequest { person };
        let saved = self.stack.flight_ops().save_person(save).await;
        saved.expect("a person");
    }

    fn target(&self, id: &str) -> Option<Target> {
        Some(Target {
            organization_id: self.organization_id.clone(),
            id: id.to_owned(),
            ..Target::default()
        })
    }

    fn about(&self, flight_id: &str) -> FlightCommand {
        FlightCommand {
            organization_id: self.organization_id.clone(),
            flight_id: flight_id.to_owned(),
            ..FlightCommand::default()
        }
    }

    /// Due at 1.50 on the hobbs, upcoming from 1.40.
    async fn due_item(&self) -> String {
        let id = new_id();
        let item = Some(DueItem {
            id: id.clone(),
            organization_id: self.organization_id.clone(),
            aircraft_id: self.aircraft.clone(),
            title: "100-hour".to_owned(),
            kind: "hundred_hour".to_owned(),
            interval_hundredths: Some(10_000),
            due_at_hundredths: Some(150),
            meter_kind: "hobbs".to_owned(),
            recurring: true,
            prevents_dispatch: true,
            warn_hundredths: Some(10),
            early_late_rule: "carry_forward".to_owned(),
            ..DueItem::default()
        });
        let save = SaveDueItemRequest { item };
        let saved = self.stack.flight_ops().save_due_item(save).await;
        saved.expect("a due item");
        id
    }

    /// A flight that waits for approval, with that hobbs.
    async fn submitted(&self, start: i64, end: i64) -> String {
        let airport = || {
            Some(Airport {
                ident: "KPAO".to_owned(),
                ..Airport::default()
            })
        };
        let off_block = self.now - TimeDelta::days(1) + TimeDelta::minutes(start);
        let entry = FlightEntry {
            flight_type: "dual".to_owned(),
            aircraft_id: self.aircraft.clone(),
            registration: "N740SP".to_owned(),
            pilot_id: self.student.clone(),
            instructor_id: Some(self.instructor.clone()),
            pic_id: self.instructor.clone(),
            departure: airport(),
            arrival: airport(),
            off_block_at: Some(timestamp(off_block)),
            on_block_at: Some(timestamp(off_block + TimeDelta::minutes(27))),
            times_recorded: true,
            meters: vec![MeterSpan {
                kind: "hobbs".to_owned(),
                start_hundredths: Some(start),
                end_hundredths: Some(end),
            }],
            minutes: Some(FlightMinutes {
                block: 27,
                dual_received: 27,
                ..FlightMinutes::default()
            }),
            landings: Some(Landings {
                day: 2,
                ..Landings::default()
            }),
            ..FlightEntry::default()
        };
        let draft = DraftFlightRequest {
            id: new_id(),
            organization_id: self.organization_id.clone(),
            location_id: None,
            entry: Some(entry),
            external_reference: None,
        };
        let ops = self.stack.flight_ops();
        let drafted = ops.draft_flight(draft).await.expect("a draft");
        let id = drafted.flight.expect("a flight").id;
        let submitted = ops.submit_flight(self.about(&id)).await;
        submitted.expect("a submission");
        id
    }

    async fn paper(&self) -> String {
        let id = new_id();
        let save = SaveComplianceRequest {
            id: id.clone(),
            organization_id: self.organization_id.clone(),
            version: 0,
            paper: Some(CompliancePaper {
                subject_type: "pilot".to_owned(),
                subject_id: self.student.clone(),
                r#type: "medical".to_owned(),
                title: "Class 2 medical".to_owned(),
                authority: Some("FAA".to_owned()),
                reference: Some("MC-1".to_owned()),
                issued_on: Some("2024-01-10".to_owned()),
                valid_until: Some("2099-06-30".to_owned()),
                document_present: true,
                ..CompliancePaper::default()
            }),
            external_reference: None,
        };
        let saved = self.stack.flight_ops().save_compliance(save).await;
        saved.expect("a paper");
        id
    }

    /// The first of two lessons, which was flown with that flight.
    async fn signoff(&self, flight_id: &str) -> String {
        let item = |code: &str| ProgramItem {
            code: code.to_owned(),
            name: format!("Lesson {code}"),
            kind: "flight_lesson".to_owned(),
            planned_minutes: 90,
            ..ProgramItem::default()
        };
        let ops = self.stack.flight_ops();
        let (program, enrollment, signoff) = (new_id(), new_id(), new_id());
        let syllabus = Syllabus {
            name: "Private Pilot ASEL".to_owned(),
            kind: "combined".to_owned(),
            regulatory_basis: "part61".to_owned(),
            stages: vec![ProgramStage {
                name: "Before solo".to_owned(),
                items: vec![item("F-1"), item("F-2")],
            }],
            ..Syllabus::default()
        };
        let save = SaveProgramRequest {
            target: self.target(&program),
            syllabus: Some(syllabus),
            external_reference: None,
        };
        let saved = ops.save_program(save).await.expect("a program");
        let draft = saved.program.and_then(|program| program.draft);
        let item_id = draft.expect("a draft").stages[0].items[0].id.clone();
        let publish = PublishProgramRevisionRequest {
            target: self.target(&program),
            revision: None,
        };
        let published = ops.publish_program_revision(publish).await;
        published.expect("a revision");
        let enroll = EnrollRequest {
            target: self.target(&enrollment),
            program_id: program,
            student_id: self.student.clone(),
            instructor_id: Some(self.instructor.clone()),
            enrolled_on: (self.now - TimeDelta::days(30)).date_naive().to_string(),
            ..EnrollRequest::default()
        };
        ops.enroll(enroll).await.expect("an enrolment");
        let activate = self.target(&enrollment).expect("a target");
        ops.activate_enrollment(activate).await.expect("active");
        let record = RecordSignoffRequest {
            organization_id: self.organization_id.clone(),
            enrollment_id: enrollment,
            signoff: Some(NewSignoff {
                id: signoff.clone(),
                item_id,
                instructor_id: self.instructor.clone(),
                result: "passed".to_owned(),
                flight_id: Some(flight_id.to_owned()),
                comment: Some("Jane trims too late".to_owned()),
                ..NewSignoff::default()
            }),
        };
        ops.record_signoff(record).await.expect("a signoff");
        signoff
    }
}
