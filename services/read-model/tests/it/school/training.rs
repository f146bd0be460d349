//! A program, and students in it.

use chrono::{DateTime, TimeDelta, Utc};
use domain::ProgramItemId;
use domain::flight::{Flight, FlightStatus};
use domain::signing::{Sha256Digest, Signature, SignatureAlgorithm, SignatureBytes};
use domain::training::{
    Enrollment, EnrollmentStatus, InstructorCertificate, ItemKind, Minimums, Program, ProgramItem,
    ProgramKind, ProgramStatus, RegulatoryBasis, Revision, Signoff, SignoffContent, SignoffResult,
    SignoffStatus, Stage, Syllabus,
};
use domain::vtr::{ChainLink, Manifest, Vtr, VtrContent, VtrStatus};
use domain::{EnrollmentId, VtrId};

use super::{School, id, instant};

/// Items of each revision.
pub const ITEMS: u32 = 4;

fn item(number: u32) -> ProgramItem {
    let kinds = [
        ItemKind::FlightLesson,
        ItemKind::FlightLesson,
        ItemKind::Ground,
        ItemKind::StageCheck,
    ];
    ProgramItem {
        id: id::<ProgramItemId>(number),
        code: format!("I-{number}"),
        name: format!("Item {number}"),
        kind: kinds[usize::try_from(number % 4).unwrap()],
        planned_minutes: 60,
    }
}

fn revision(number: i32) -> Revision {
    Revision {
        number,
        published_at: instant("2025-12-01T00:00:00Z"),
        published_by_id: id(1),
        syllabus: Syllabus {
            name: format!("Private Pilot {number}"),
            code: None,
            kind: ProgramKind::Combined,
            regulatory_basis: RegulatoryBasis::Part61,
            approval_number: None,
            stages: vec![Stage {
                name: "Stage 1".to_owned(),
                items: (0..ITEMS).map(item).collect(),
            }],
            minimums: Minimums {
                dual: 1_200,
                theory: 600,
                ..Minimums::default()
            },
            independent_stage_checks: true,
        },
    }
}

/// The id of an enrolment.
pub fn enrolled(number: u32) -> EnrollmentId {
    id(5_000_000 + number)
}

impl School {
    /// A program with as many revisions as versions.
    pub fn program(self, number: u32, version: i64) -> Program {
        Program {
            id: id(6_000_000 + number),
            organization_id: self.org,
            version,
            status: ProgramStatus::Published,
            draft: None,
            revisions: (1..=i32::try_from(version).unwrap())
                .map(revision)
                .collect(),
            external_reference: None,
            created_at: instant("2025-12-01T00:00:00Z"),
            updated_at: instant("2025-12-01T00:00:00Z") + TimeDelta::seconds(version),
        }
    }

    /// The student of that number in the first revision of program 0.
    pub fn enrollment(self, number: u32, version: i64) -> Enrollment {
        Enrollment {
            id: enrolled(number),
            organization_id: self.org,
            version,
            status: EnrollmentStatus::Active,
            program_id: id(6_000_000),
            program_revision: 1,
            student_id: id(number),
            instructor_id: Some(id(100)),
            enrolled_on: "2026-01-05".parse().unwrap(),
            target_on: None,
            completed_on: None,
            certified_by_id: None,
            terminated_on: None,
            termination_reason: None,
            external_reference: None,
            created_at: instant("2026-01-05T00:00:00Z"),
            updated_at: instant("2026-01-05T00:00:00Z") + TimeDelta::seconds(version),
        }
    }

    /// A passed item of the student of that number, signed on the day of the signoff's number.
    pub fn signoff(self, number: u32, student: u32, of: u32) -> Signoff {
        let signed_at = instant("2026-02-01T18:00:00Z") + TimeDelta::days(number.into());
        Signoff {
            id: id(7_000_000 + number),
            organization_id: self.org,
            version: 1,
            status: SignoffStatus::Recorded,
            content: SignoffContent {
                enrollment_id: enrolled(student),
                student_id: id(student),
                instructor_id: id(100 + number % 2),
                program_id: id(6_000_000),
                program_revision: 1,
                item: (&item(of)).into(),
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
                    expires_on: None,
                },
                supersedes_id: None,
            },
            signature: signature(),
            student_acknowledged_at: None,
            superseded_by_id: None,
            revocation: None,
            external_reference: None,
            created_at: signed_at,
            updated_at: signed_at,
        }
    }

    /// A lesson on that flight.
    pub fn lesson(self, number: u32, student: u32, of: u32, flight: u32) -> Signoff {
        let mut signoff = self.signoff(number, student, of);
        signoff.content.flight_id = Some(self.flight(flight, 1).id);
        signoff
    }

    /// An approved flight of so many minutes with an instructor.
    pub fn flown(self, number: u32, version: i64, minutes: i32) -> Flight {
        let mut flight = self.flight(number, version);
        flight.status = FlightStatus::Approved;
        flight.entry.minutes.dual_received = minutes;
        flight
    }

    /// A record of the student of that number, issued on the day of its own number.
    pub fn vtr(self, number: u32, student: u32, status: VtrStatus) -> Vtr {
        let issued_at: DateTime<Utc> =
            instant("2026-03-01T12:00:00Z") + TimeDelta::days(number.into());
        let vtr_id = VtrId::from_parts(0, number.into());
        Vtr {
            id: vtr_id,
            organization_id: self.org,
            version: 1,
            status,
            content: VtrContent {
                student_id: id(student),
                enrollment_id: enrolled(student),
                program_id: id(6_000_000),
                program_revision: 1,
                issuer_name: "Bay Flight Academy".to_owned(),
                issued_by_id: id(100),
                issued_at,
                period_from: "2026-01-05".parse().unwrap(),
                period_to: "2026-02-28".parse().unwrap(),
                signoff_count: 3,
                supersedes_id: None,
                root_id: vtr_id,
            },
            manifest: Manifest(Vec::new()),
            signature: signature(),
            chain: ChainLink {
                sequence: 1,
                prev_hash: None,
                chain_hash: Sha256Digest([1; 32]),
            },
            check: None,
            superseded_by_id: None,
            revocation: None,
            external_reference: None,
            created_at: issued_at,
            updated_at: issued_at,
        }
    }
}

fn signature() -> Signature {
    Signature {
        algorithm: SignatureAlgorithm::Ed25519,
        key_id: id(8),
        payload_sha256: Sha256Digest([2; 32]),
        value: SignatureBytes([3; 64]),
    }
}
