//! A program, the sample person's training in it, and a record of that.

use domain::event::{CatalogEvent, EventData};
use domain::moment::Tz;
use domain::signing::{Sha256Digest, Signature, SignatureAlgorithm, SignatureBytes};
use domain::training;
use domain::training::{
    Competency, Endorsement, Enrollment, EnrollmentStatus, InstructorCertificate, ItemKind,
    ItemRef, Minimums, ProgramItem, ProgramKind, Progress, RegulatoryBasis, Revision, Signoff,
    SignoffContent, SignoffResult, SignoffStatus, Stage, Syllabus,
};
use domain::vtr::{ChainLink, Check, Integrity, Manifest, Vtr, VtrContent, VtrStatus};

use super::{at, id};
use crate::documents::TrainingProgressDocument;

/// A program for the private pilot certificate, much shortened.
pub fn revision() -> Revision {
    Revision {
        number: 2,
        published_at: at("2025-11-02T17:00:00Z"),
        published_by_id: id(0xb2),
        syllabus: Syllabus {
            name: "Private Pilot ASEL".to_owned(),
            code: Some("PPL".to_owned()),
            kind: ProgramKind::Combined,
            regulatory_basis: RegulatoryBasis::Part61,
            approval_number: None,
            stages: vec![
                stage(
                    "Pre-solo",
                    vec![
                        item(1, "G-01", "Airspace and weather minimums", ItemKind::Ground),
                        item(2, "F-01", "Normal landings", ItemKind::FlightLesson),
                        item(3, "S-01", "Pre-solo stage check", ItemKind::StageCheck),
                        item(4, "E-01", "First solo", ItemKind::Endorsement),
                    ],
                ),
                stage(
                    "Cross-country",
                    vec![item(
                        5,
                        "F-02",
                        "Dual cross-country",
                        ItemKind::FlightLesson,
                    )],
                ),
            ],
            minimums: Minimums {
                dual: 1_200,
                solo: 600,
                instrument: 180,
                night: 180,
                cross_country: 300,
                simulator: 0,
                theory: 2_100,
            },
            independent_stage_checks: true,
        },
    }
}

fn stage(name: &str, items: Vec<ProgramItem>) -> Stage {
    Stage {
        name: name.to_owned(),
        items,
    }
}

fn item(number: u128, code: &str, name: &str, kind: ItemKind) -> ProgramItem {
    ProgramItem {
        id: id(0x700 + number),
        code: code.to_owned(),
        name: name.to_owned(),
        kind,
        planned_minutes: 90,
    }
}

/// The sample person in that program.
pub fn enrollment() -> Enrollment {
    Enrollment {
        id: id(0xe5),
        organization_id: id(0x01),
        version: 2,
        status: EnrollmentStatus::Active,
        program_id: id(0x70),
        program_revision: 2,
        student_id: id(0xb1),
        instructor_id: Some(id(0xb2)),
        enrolled_on: "2026-01-12".parse().unwrap(),
        target_on: "2026-10-31".parse().ok(),
        completed_on: None,
        certified_by_id: None,
        terminated_on: None,
        termination_reason: None,
        external_reference: Some("crm-17".to_owned()),
        created_at: at("2026-01-12T18:00:00Z"),
        updated_at: at("2026-01-13T16:00:00Z"),
    }
}

/// The lesson of the sample flight.
pub fn lesson() -> Signoff {
    let lesson = item(2, "F-01", "Normal landings", ItemKind::FlightLesson);
    let mut signoff = signoff(0x51a, &lesson, "2026-05-02T21:40:00Z");
    signoff.content.flight_id = Some(id(0xf1));
    signoff.content.grade = Some("4".to_owned());
    signoff.content.grade_scale = Some("1-5".to_owned());
    signoff.content.competencies = vec![Competency {
        name: "Aeroplane flight path management, manual control".to_owned(),
        grade: "4".to_owned(),
    }];
    signoff.content.comment = Some("Flare is consistent now.".to_owned());
    signoff.student_acknowledged_at = Some(at("2026-05-03T08:15:00Z"));
    signoff
}

/// The endorsement for the first solo.
pub fn solo_endorsement() -> Signoff {
    let solo = item(4, "E-01", "First solo", ItemKind::Endorsement);
    let mut signoff = signoff(0x51b, &solo, "2026-05-04T16:00:00Z");
    signoff.content.endorsement = Some(Endorsement {
        advisory_circular: Some("61-65K".to_owned()),
        code: Some("A.6".to_owned()),
        cfr_reference: "61.87(n)".to_owned(),
        make_model: Some("C172".to_owned()),
        expires_on: "2026-08-02".parse().ok(),
    });
    signoff
}

/// The stage check that came before it.
pub fn stage_check() -> Signoff {
    let check = item(3, "S-01", "Pre-solo stage check", ItemKind::StageCheck);
    signoff(0x51c, &check, "2026-05-04T02:30:00Z")
}

/// How far the sample person has come.
pub fn progress() -> Progress {
    let signoffs = [stage_check(), lesson()];
    training::progress(&revision(), &signoffs, &[(&super::flight()).into()])
}

/// That as partners read it.
pub fn progress_document<'a>(
    enrollment: &'a Enrollment,
    revision: &'a Revision,
    progress: &'a Progress,
) -> Option<TrainingProgressDocument<'a>> {
    let updated_at = at("2026-05-04T02:30:00Z");
    let zone = Tz::America__Los_Angeles;
    TrainingProgressDocument::new(enrollment, revision, progress, zone, updated_at)
}

fn signoff(number: u128, item: &ProgramItem, signed_at: &str) -> Signoff {
    let signed_at = at(signed_at);
    Signoff {
        id: id(number),
        organization_id: id(0x01),
        version: 1,
        status: SignoffStatus::Recorded,
        content: SignoffContent {
            enrollment_id: id(0xe5),
            student_id: id(0xb1),
            instructor_id: id(0xb2),
            program_id: id(0x70),
            program_revision: 2,
            item: ItemRef::from(item),
            result: SignoffResult::Passed,
            grade: None,
            grade_scale: None,
            competencies: Vec::new(),
            endorsement: None,
            flight_id: None,
            ground_minutes: 0,
            comment: None,
            signed_at,
            instructor_certificate: InstructorCertificate {
                number: "3217654CFI".to_owned(),
                expires_on: "2027-02-28".parse().ok(),
            },
            supersedes_id: None,
        },
        signature: signature(0x5a),
        student_acknowledged_at: None,
        superseded_by_id: None,
        revocation: None,
        external_reference: None,
        created_at: signed_at,
        updated_at: signed_at,
    }
}

/// Of no content: the samples are not signed in earnest.
fn signature(byte: u8) -> Signature {
    Signature {
        algorithm: SignatureAlgorithm::Ed25519,
        key_id: id(0x9e),
        payload_sha256: Sha256Digest([byte; 32]),
        value: SignatureBytes([byte; 64]),
    }
}

/// A record of that training, checked since.
pub fn vtr() -> Vtr {
    let vtr_id = "vtr_01HZX300000000000000000001".parse().unwrap();
    Vtr {
        id: vtr_id,
        organization_id: id(0x01),
        version: 2,
        status: VtrStatus::Issued,
        content: VtrContent {
            student_id: id(0xb1),
            enrollment_id: id(0xe5),
            program_id: id(0x70),
            program_revision: 2,
            issuer_name: "Bay Flight Academy".to_owned(),
            issued_by_id: id(0xb2),
            issued_at: at("2026-05-28T12:00:00Z"),
            period_from: "2026-01-12".parse().unwrap(),
            period_to: "2026-05-27".parse().unwrap(),
            signoff_count: 3,
            supersedes_id: None,
            root_id: vtr_id,
        },
        manifest: Manifest(Vec::new()),
        signature: signature(0xab),
        chain: ChainLink {
            sequence: 12,
            prev_hash: Some(Sha256Digest([0x11; 32])),
            chain_hash: Sha256Digest([0xc4; 32]),
        },
        check: Some(Check {
            at: at("2026-05-28T12:05:00Z"),
            integrity: Integrity::Verified,
            signoffs_valid: 3,
            signoffs_tampered: 0,
            problems: Vec::new(),
        }),
        superseded_by_id: None,
        revocation: None,
        external_reference: None,
        created_at: at("2026-05-28T12:00:00Z"),
        updated_at: at("2026-05-28T12:05:00Z"),
    }
}

/// The sample lesson as it was recorded.
pub fn recorded() -> CatalogEvent {
    super::event(EventData::TrainingSignoffRecorded {
        signoff: Box::new(lesson()),
        progress: (&progress()).into(),
    })
}
