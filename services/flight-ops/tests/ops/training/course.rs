//! A course of five items, a student in it, and two instructors.

use contracts::v1::{
    Endorsement, EnrollRequest, Enrollment, InstructorCertificate, Licence, NewSignoff, Person,
    Program, ProgramItem, ProgramMinimums, ProgramStage, PublishProgramRevisionRequest,
    RecordSignoffRequest, SavePersonRequest, SaveProgramRequest, Signoff, SignoffResponse,
    Syllabus, Target,
};

use crate::school::{School, new_id};
use crate::world::World;

/// Of the second instructor, in his own record.
pub const CERTIFICATE: &str = "3456789CFI";

/// A student, enrolled and in training.
pub struct Course {
    pub school: School,
    pub program: Program,
    pub enrollment: Enrollment,
    /// Who did not train the student, and checks him.
    pub checker: String,
}

pub fn item(code: &str, kind: &str) -> ProgramItem {
    ProgramItem {
        id: String::new(),
        code: code.to_owned(),
        name: format!("Item {code}"),
        kind: kind.to_owned(),
        planned_minutes: 90,
    }
}

pub fn syllabus() -> Syllabus {
    let stage = |name: &str, items| ProgramStage {
        name: name.to_owned(),
        items,
    };
    Syllabus {
        name: "Private Pilot ASEL".into(),
        code: Some("PPL".into()),
        kind: "combined".into(),
        regulatory_basis: "part61".into(),
        approval_number: None,
        stages: vec![
            stage(
                "Before solo",
                vec![
                    item("F-1", "flight_lesson"),
                    item("G-1", "ground"),
                    item("SC-1", "stage_check"),
                ],
            ),
            stage(
                "Solo",
                vec![
                    item("E-1", "endorsement"),
                    item("SC-2", "final_stage_check"),
                ],
            ),
        ],
        minimums: Some(ProgramMinimums {
            dual: 1_200,
            ..ProgramMinimums::default()
        }),
        independent_stage_checks: true,
    }
}

impl School {
    pub fn aim(&self, id: &str) -> Target {
        Target {
            organization_id: self.id.clone(),
            id: id.to_owned(),
            expected_version: None,
            actor_id: None,
        }
    }

    pub fn enrolling(&self, program: &str) -> EnrollRequest {
        EnrollRequest {
            target: Some(self.aim(&new_id())),
            program_id: program.to_owned(),
            program_revision: None,
            student_id: self.pilot.clone(),
            instructor_id: Some(self.instructor.clone()),
            enrolled_on: "2026-02-01".into(),
            target_on: Some("2026-12-01".into()),
            external_reference: None,
        }
    }

    /// An instructor with a certificate in his record.
    pub fn certified(&self, id: &str) -> Person {
        Person {
            licences: vec![Licence {
                authority: "faa".into(),
                kind: "cfi".into(),
                number: Some(CERTIFICATE.into()),
                issued_on: Some("2020-06-01".into()),
            }],
            ..self.person(id, "instructor")
        }
    }
}

impl World {
    pub async fn published(&self, school: &School) -> Program {
        let id = new_id();
        let save = SaveProgramRequest {
            target: Some(school.aim(&id)),
            syllabus: Some(syllabus()),
            external_reference: None,
        };
        self.ops.save_program(save).await.unwrap();
        let publish = PublishProgramRevisionRequest {
            target: Some(school.aim(&id)),
            revision: None,
        };
        let published = self.ops.publish_program_revision(publish).await.unwrap();
        published.program.unwrap()
    }

    pub async fn course(&self) -> Course {
        let school = self.school().await;
        let program = self.published(&school).await;
        let request = school.enrolling(&program.id);
        let enrolled = self.ops.enroll(request).await.unwrap();
        let id = enrolled.enrollment.unwrap().id;
        let active = self.ops.activate_enrollment(school.aim(&id)).await;
        let checker = new_id();
        let person = Some(school.certified(&checker));
        let save = SavePersonRequest { person };
        self.ops.save_person(save).await.unwrap();
        Course {
            enrollment: active.unwrap().enrollment.unwrap(),
            school,
            program,
            checker,
        }
    }

    pub async fn signed(&self, course: &Course, signoff: NewSignoff) -> SignoffResponse {
        let request = course.recording(signoff);
        self.ops.record_signoff(request).await.unwrap()
    }

    /// The first lesson, passed.
    pub async fn first_lesson(&self, course: &Course) -> Signoff {
        let response = self.signed(course, course.passed("F-1")).await;
        response.signoff.unwrap()
    }
}

impl Course {
    pub fn item(&self, code: &str) -> String {
        let syllabus = self.program.revisions[0].syllabus.as_ref().unwrap();
        let mut items = syllabus.stages.iter().flat_map(|stage| &stage.items);
        items.find(|item| item.code == code).unwrap().id.clone()
    }

    /// Passed with the student's instructor, who shows his certificate.
    pub fn passed(&self, code: &str) -> NewSignoff {
        NewSignoff {
            id: new_id(),
            item_id: self.item(code),
            instructor_id: self.school.instructor.clone(),
            result: "passed".into(),
            instructor_certificate: Some(InstructorCertificate {
                number: "2345678CFI".into(),
                expires_on: Some("2026-12-31".into()),
            }),
            ..NewSignoff::default()
        }
    }

    /// Passed with the other instructor, whose certificate is in his record.
    pub fn checked(&self, code: &str) -> NewSignoff {
        NewSignoff {
            instructor_id: self.checker.clone(),
            instructor_certificate: None,
            ..self.passed(code)
        }
    }

    /// Solo, endorsed.
    pub fn endorsed(&self) -> NewSignoff {
        NewSignoff {
            endorsement: Some(Endorsement {
                advisory_circular: Some("61-65K".into()),
                code: Some("A.6".into()),
                cfr_reference: "61.87(n)".into(),
                make_model: Some("C172".into()),
                expires_on: None,
            }),
            ..self.passed("E-1")
        }
    }

    pub fn recording(&self, signoff: NewSignoff) -> RecordSignoffRequest {
        RecordSignoffRequest {
            organization_id: self.school.id.clone(),
            signoff: Some(signoff),
            enrollment_id: self.enrollment.id.clone(),
        }
    }

    pub fn target(&self, id: &str) -> Target {
        self.school.aim(id)
    }
}
