//! Who may sign what, when, and with which certificate.

use std::ops::RangeInclusive;

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};

use super::{Circumstances, Endorsement, InstructorCertificate, NewSignoff};
use crate::flight::FlightStatus;
use crate::person::{LicenceKind, Person, Role};
use crate::training::texts::check_text;
use crate::training::{EnrollmentStatus, ItemKind, ProgramItem};
use crate::{Refusal, Violation};

const GRADE: RangeInclusive<usize> = 1..=40;
const REFERENCE: RangeInclusive<usize> = 1..=60;
const NAME: RangeInclusive<usize> = 1..=200;
const COMMENT: RangeInclusive<usize> = 1..=4_000;
const MOST_COMPETENCIES: usize = 50;
/// A day.
const GROUND_MINUTES: RangeInclusive<i32> = 0..=1_440;
/// How far two clocks may be apart.
const CLOCKS: TimeDelta = TimeDelta::minutes(5);

/// The item of the enrolment's revision.
pub(super) fn item_of<'a>(
    new: &NewSignoff,
    circumstances: &Circumstances<'a>,
) -> Result<&'a ProgramItem, Refusal> {
    let item = circumstances.revision.syllabus.item(new.item_id);
    let item = item.ok_or_else(|| {
        let number = circumstances.revision.number;
        let detail = format!("revision {number} of the program has no such item");
        Refusal::invalid("item_id", "unknown", detail)
    })?;
    match circumstances.supersedes {
        Some(corrected) if corrected.content.item.id != item.id => {
            let detail = "a signoff is superseded by one of the same item";
            Err(Refusal::invalid("item_id", "another_item", detail))
        }
        _ => Ok(item),
    }
}

pub(super) fn check(
    new: &NewSignoff,
    item: &ProgramItem,
    circumstances: &Circumstances<'_>,
    now: DateTime<Utc>,
) -> Result<(), Refusal> {
    check_enrollment(circumstances)?;
    let mut found = Vec::new();
    check_texts(new, &mut found);
    check_times(new, circumstances, now, &mut found);
    check_endorsement(new, item, &mut found);
    check_flight(new, circumstances, &mut found);
    Refusal::unless_empty(found)?;
    check_signer(new, item, circumstances)
}

/// Training is recorded while a student is in training; corrections may come later.
fn check_enrollment(circumstances: &Circumstances<'_>) -> Result<(), Refusal> {
    let status = circumstances.enrollment.status;
    let allowed = match circumstances.supersedes {
        None => status == EnrollmentStatus::Active,
        Some(_) => status != EnrollmentStatus::Pending,
    };
    if allowed {
        return Ok(());
    }
    let detail = format!("the enrollment is {status}; no training is recorded in it");
    Err(Refusal::conflict("enrollment_not_active", detail))
}

fn check_texts(new: &NewSignoff, found: &mut Vec<Violation>) {
    check_text("grade", new.grade.as_deref(), &GRADE, found);
    check_text("grade_scale", new.grade_scale.as_deref(), &GRADE, found);
    check_text("comment", new.comment.as_deref(), &COMMENT, found);
    if new.competencies.len() > MOST_COMPETENCIES {
        let detail = format!("a signoff has at most {MOST_COMPETENCIES} competencies");
        found.push(Violation::new("competencies", "too_many", detail));
    }
    for competency in &new.competencies {
        check_text("competencies", Some(&competency.name), &NAME, found);
        check_text("competencies", Some(&competency.grade), &GRADE, found);
    }
    if let Some(endorsement) = &new.endorsement {
        let texts = [
            (endorsement.advisory_circular.as_deref(), &REFERENCE),
            (endorsement.code.as_deref(), &REFERENCE),
            (Some(endorsement.cfr_reference.as_str()), &REFERENCE),
            (endorsement.make_model.as_deref(), &NAME),
        ];
        for (text, length) in texts {
            check_text("endorsement", text, length, found);
        }
    }
    if !GROUND_MINUTES.contains(&new.ground_minutes) {
        let (least, most) = (GROUND_MINUTES.start(), GROUND_MINUTES.end());
        let detail = format!("ground_minutes is {least} to {most}");
        found.push(Violation::new("ground_minutes", "out_of_range", detail));
    }
}

fn check_times(
    new: &NewSignoff,
    circumstances: &Circumstances<'_>,
    now: DateTime<Utc>,
    found: &mut Vec<Violation>,
) {
    if new.signed_at > now + CLOCKS {
        let detail = "signed_at is in the future";
        found.push(Violation::new("signed_at", "in_the_future", detail));
    }
    if circumstances.signed_on < circumstances.enrollment.enrolled_on {
        let detail = "signed_at is before the student enrolled";
        found.push(Violation::new("signed_at", "out_of_order", detail));
    }
}

fn check_endorsement(new: &NewSignoff, item: &ProgramItem, found: &mut Vec<Violation>) {
    let is_given = new.endorsement.is_some();
    if item.kind == ItemKind::Endorsement && !is_given && new.result.completes() {
        let detail = "an endorsement is signed with what it says";
        found.push(Violation::new("endorsement", "required", detail));
    }
    if is_given && !new.result.completes() {
        let detail = format!("nobody is endorsed with the result {}", new.result);
        found.push(Violation::new("endorsement", "not_passed", detail));
    }
}

fn check_flight(new: &NewSignoff, circumstances: &Circumstances<'_>, found: &mut Vec<Violation>) {
    let Some(flight) = circumstances.flight else {
        return;
    };
    if flight.entry.pilot_id != circumstances.enrollment.student_id {
        let detail = "the flight is not the student's";
        found.push(Violation::new("flight_id", "not_the_students", detail));
    }
    // A correction may go on naming the flight that was replaced in the meantime.
    let corrected = circumstances.supersedes.and_then(|s| s.content.flight_id);
    if flight.status == FlightStatus::Voided && corrected != new.flight_id {
        let detail = "the flight was voided";
        found.push(Violation::new("flight_id", "voided", detail));
    }
}

fn check_signer(
    new: &NewSignoff,
    item: &ProgramItem,
    circumstances: &Circumstances<'_>,
) -> Result<(), Refusal> {
    if new.instructor_id == circumstances.enrollment.student_id {
        let detail = "nobody signs his own training";
        return Err(Refusal::forbidden("signer_is_student", detail));
    }
    let roles = &circumstances.instructor.roles;
    let may = roles.contains(&Role::Instructor)
        || roles.contains(&Role::Examiner)
        || (roles.contains(&Role::GroundInstructor) && item.kind.is_of_the_ground());
    if !may {
        let detail = format!("whoever signs a {} is an instructor for it", item.kind);
        return Err(Refusal::forbidden("signer_is_no_instructor", detail));
    }
    let independent = circumstances.revision.syllabus.independent_stage_checks;
    let recommended = circumstances.recommending_id == Some(new.instructor_id);
    if independent && item.kind.is_stage_check() && recommended {
        let detail = "a stage check is not signed by the instructor who recommended the student";
        return Err(Refusal::forbidden("signer_is_recommender", detail));
    }
    Ok(())
}

/// The instructor's certificate as of the day of signing.
pub(super) fn certificate(
    new: &NewSignoff,
    circumstances: &Circumstances<'_>,
) -> Result<InstructorCertificate, Refusal> {
    let Circumstances {
        instructor,
        signed_on,
        ..
    } = *circumstances;
    let certificate = match &new.instructor_certificate {
        Some(given) => given.clone(),
        None => certificate_on_file(instructor).ok_or_else(|| {
            let detail = "the instructor's record names no certificate with a number";
            Refusal::invalid("instructor_certificate", "required", detail)
        })?,
    };
    let mut found = Vec::new();
    let pointer = "instructor_certificate";
    check_text(pointer, Some(&certificate.number), &REFERENCE, &mut found);
    let mut licences = instructor_licences(instructor).peekable();
    let on_file = licences.peek().is_some();
    let licence = licences.find(|licence| licence.number.as_deref() == Some(&certificate.number));
    if on_file && licence.is_none() {
        let detail = "the instructor's record names another certificate";
        found.push(Violation::new(pointer, "unknown", detail));
    }
    let issued = licence.and_then(|licence| licence.issued_on);
    if issued.is_some_and(|issued| issued > signed_on) {
        let detail = "the certificate was not issued yet when the signoff was signed";
        found.push(Violation::new(pointer, "not_yet_valid", detail));
    }
    if certificate.expires_on.is_some_and(|last| last < signed_on) {
        let detail = "the certificate had expired when the signoff was signed";
        found.push(Violation::new(pointer, "expired", detail));
    }
    Refusal::unless_empty(found)?;
    Ok(certificate)
}

fn instructor_licences(person: &Person) -> impl Iterator<Item = &crate::person::Licence> {
    person.licences.iter().filter(|licence| {
        matches!(licence.kind, LicenceKind::Cfi | LicenceKind::Fi) && licence.number.is_some()
    })
}

/// The certificate that the instructor's record names; it is good until the last of his
/// instructor ratings is over.
fn certificate_on_file(person: &Person) -> Option<InstructorCertificate> {
    let number = instructor_licences(person).find_map(|licence| licence.number.clone())?;
    let ratings = person.ratings.iter();
    let expires_on = ratings
        .filter(|rating| rating.code.starts_with("CFI") || rating.code.starts_with("FI"))
        .filter_map(|rating| rating.valid_until)
        .max();
    Some(InstructorCertificate { number, expires_on })
}

/// The endorsement with the day it ends on.
pub(super) fn bounded(
    endorsement: Endorsement,
    signed_on: NaiveDate,
) -> Result<Endorsement, Refusal> {
    if endorsement.expires_on.is_some_and(|last| last < signed_on) {
        let detail = "the endorsement ends before it is signed";
        return Err(Refusal::invalid("endorsement", "out_of_order", detail));
    }
    if !endorsement.is_solo() {
        return Ok(endorsement);
    }
    let longest = signed_on.checked_add_days(Days::new(Endorsement::SOLO_DAYS));
    match (endorsement.expires_on, longest) {
        (Some(asked), Some(longest)) if asked > longest => {
            let detail = "a solo endorsement is good for 90 days at most";
            Err(Refusal::invalid("endorsement", "expires_too_late", detail))
        }
        (asked, longest) => Ok(Endorsement {
            expires_on: asked.or(longest),
            ..endorsement
        }),
    }
}
