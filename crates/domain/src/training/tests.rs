//! A course of six items, and what becomes of it.

mod enrollments;
mod programs;
mod progress;
mod signoffs;

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::*;
use crate::person::{Licence, LicenceKind, Person, PersonStatus, Role};
use crate::signing::{Sha256Digest, Signature, SignatureAlgorithm, SignatureBytes};
use crate::{FlightId, ProgramItemId, SignoffId};

fn id<T: From<Uuid>>(number: u128) -> T {
    Uuid::from_u128(number).into()
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn now() -> DateTime<Utc> {
    "2026-05-28T12:00:00Z".parse().unwrap()
}

fn item(number: u128, kind: ItemKind) -> ProgramItem {
    ProgramItem {
        id: id(number),
        code: format!("I-{number}"),
        name: format!("Item {number}"),
        kind,
        planned_minutes: 60,
    }
}

fn syllabus() -> Syllabus {
    let stage = |name: &str, items| Stage {
        name: name.to_owned(),
        items,
    };
    Syllabus {
        name: "Private Pilot ASEL".into(),
        code: None,
        kind: ProgramKind::Combined,
        regulatory_basis: RegulatoryBasis::Part61,
        approval_number: None,
        stages: vec![
            stage(
                "One",
                vec![
                    item(1, ItemKind::FlightLesson),
                    item(2, ItemKind::Ground),
                    item(3, ItemKind::StageCheck),
                ],
            ),
            stage(
                "Two",
                vec![
                    item(4, ItemKind::Endorsement),
                    item(5, ItemKind::FlightLesson),
                    item(6, ItemKind::SkillTest),
                ],
            ),
        ],
        minimums: Minimums {
            dual: 1_200,
            theory: 600,
            ..Minimums::default()
        },
        independent_stage_checks: true,
    }
}

fn program() -> Program {
    let new = NewProgram {
        id: id(0x10),
        organization_id: id(0x01),
        syllabus: syllabus(),
        external_reference: None,
    };
    let draft = Program::draft(new, now()).unwrap();
    draft.publish(id(0x02), now()).unwrap()
}

fn revision() -> Revision {
    program().revisions.remove(0)
}

fn enrollment() -> Enrollment {
    let new = NewEnrollment {
        id: id(0x20),
        organization_id: id(0x01),
        program_revision: None,
        student_id: id(0xb1),
        instructor_id: Some(id(0xb2)),
        enrolled_on: day("2026-02-01"),
        target_on: None,
        external_reference: None,
    };
    let pending = Enrollment::enroll(new, &program(), now()).unwrap();
    pending.activate(now()).unwrap()
}

fn instructor(number: u128, role: Role) -> Person {
    Person {
        id: id(number),
        organization_id: id(0x01),
        version: 1,
        first_name: "Ines".into(),
        last_name: "Instructor".into(),
        call_sign: None,
        email: None,
        roles: vec![role],
        status: PersonStatus::Active,
        licences: vec![Licence {
            authority: crate::person::Authority::Faa,
            kind: LicenceKind::Cfi,
            number: Some("3456789CFI".into()),
            issued_on: Some(day("2020-06-01")),
        }],
        ratings: Vec::new(),
        medical: None,
        caa_reference: None,
        home_airport: None,
        external_reference: None,
        created_at: now(),
        updated_at: now(),
    }
}

fn said(item: u128, result: SignoffResult) -> NewSignoff {
    NewSignoff {
        id: id(0x100 + item),
        organization_id: id(0x01),
        item_id: id::<ProgramItemId>(item),
        instructor_id: id(0xb3),
        result,
        grade: None,
        grade_scale: None,
        competencies: Vec::new(),
        endorsement: None,
        flight_id: None,
        ground_minutes: 0,
        comment: None,
        signed_at: now(),
        instructor_certificate: None,
        external_reference: None,
    }
}

/// With a signature that nobody made.
fn stamped(unsigned: Unsigned) -> Signoff {
    let signature = Signature {
        algorithm: SignatureAlgorithm::Ed25519,
        key_id: id(0x99),
        payload_sha256: unsigned.payload().sha256,
        value: SignatureBytes([0; 64]),
    };
    unsigned.signed(signature, now())
}

fn prepared(new: NewSignoff) -> Result<Unsigned, crate::Refusal> {
    let (enrollment, revision) = (enrollment(), revision());
    let instructor = instructor(0xb3, Role::Instructor);
    let circumstances = Circumstances {
        enrollment: &enrollment,
        revision: &revision,
        instructor: &instructor,
        recommending_id: Some(id(0xb2)),
        signed_on: new.signed_at.date_naive(),
        flight: None,
        supersedes: None,
    };
    new.prepare(&circumstances, now())
}

/// Recorded `hour` hours into the course.
fn signed(number: u128, item: u128, result: SignoffResult, hour: i64) -> Signoff {
    let new = NewSignoff {
        id: id::<SignoffId>(number),
        signed_at: now() - chrono::TimeDelta::days(30) + chrono::TimeDelta::hours(hour),
        endorsement: (item == 4).then(|| Endorsement {
            advisory_circular: None,
            code: None,
            cfr_reference: "61.93(b)(1)".into(),
            make_model: None,
            expires_on: None,
        }),
        ..said(item, result)
    };
    stamped(prepared(new).unwrap())
}

fn with_flight(mut signoff: Signoff, flight: u128) -> Signoff {
    signoff.content.flight_id = Some(id::<FlightId>(flight));
    signoff
}

#[test]
fn hashes_differ_as_soon_as_anything_does() {
    let one = signed(1, 1, SignoffResult::Passed, 1);
    let mut two = one.clone();
    two.content.ground_minutes = 1;
    let hash = |signoff: &Signoff| signoff.payload().unwrap().sha256;
    assert_eq!(hash(&one), one.payload_sha256());
    assert_ne!(hash(&two), hash(&one));
    assert_ne!(hash(&one), Sha256Digest([0; 32]));
}
