use super::*;
use crate::Refusal;
use crate::person::Rating;
use SignoffResult::{Failed, Passed};

/// What is refused, as `pointer or code`.
fn why<T>(answer: Result<T, Refusal>) -> Vec<&'static str> {
    match answer {
        Ok(_) => Vec::new(),
        Err(Refusal::Invalid(found)) => found.iter().map(|v| v.code).collect(),
        Err(Refusal::Conflict { code, .. } | Refusal::Forbidden { code, .. }) => vec![code],
        Err(Refusal::InvalidTransition { .. }) => vec!["invalid_transition"],
    }
}

fn prepared_by(
    new: NewSignoff,
    change: impl FnOnce(&mut Person, &mut Enrollment),
) -> Vec<&'static str> {
    let mut enrollment = enrollment();
    let mut instructor = instructor(0xb3, Role::Instructor);
    change(&mut instructor, &mut enrollment);
    let circumstances = Circumstances {
        enrollment: &enrollment,
        revision: &revision(),
        instructor: &instructor,
        recommending_id: Some(id(0xb2)),
        signed_on: new.signed_at.date_naive(),
        flight: None,
        supersedes: None,
    };
    why(new.prepare(&circumstances, now()))
}

fn solo(reference: &str) -> NewSignoff {
    NewSignoff {
        endorsement: Some(Endorsement {
            advisory_circular: None,
            code: None,
            cfr_reference: reference.to_owned(),
            make_model: None,
            expires_on: None,
        }),
        ..said(4, Passed)
    }
}

#[test]
fn solo_endorsements_end_after_90_days_and_others_when_they_say() {
    let expires = |reference: &str| {
        let signoff = stamped(prepared(solo(reference)).unwrap());
        signoff.content.endorsement.unwrap().expires_on
    };
    for reference in ["61.87(n)", "61.87(n)(1)", "61.87(p)", "§ 61.87(o)"] {
        assert_eq!(expires(reference), Some(day("2026-08-26")), "{reference}");
    }
    for reference in ["61.93(c)(3)", "61.87(b)"] {
        assert_eq!(expires(reference), None, "{reference}");
    }
    let mut shorter = solo("61.87(n)");
    shorter.endorsement.as_mut().unwrap().expires_on = Some(day("2026-06-01"));
    assert!(prepared(shorter.clone()).is_ok());
    shorter.endorsement.as_mut().unwrap().expires_on = Some(day("2026-08-27"));
    assert_eq!(why(prepared(shorter.clone())), ["expires_too_late"]);
    shorter.endorsement.as_mut().unwrap().expires_on = Some(day("2026-05-27"));
    assert_eq!(why(prepared(shorter)), ["out_of_order"]);
}

#[test]
fn nobody_is_endorsed_who_did_not_pass() {
    let failed = NewSignoff {
        result: Failed,
        ..solo("61.87(n)")
    };
    assert_eq!(why(prepared(failed)), ["not_passed"]);
    assert_eq!(why(prepared(said(4, Passed))), ["required"]);
    assert!(prepared(said(4, Failed)).is_ok());
}

#[test]
fn the_certificate_on_file_ends_with_the_last_instructor_rating() {
    let rated = |until: &str| {
        let until = day(until);
        move |person: &mut Person, _: &mut Enrollment| {
            let rating = |code: &str, valid_until| Rating {
                code: code.into(),
                valid_until: Some(valid_until),
            };
            person.ratings = vec![rating("IR", day("2020-01-01")), rating("FI(A)", until)];
        }
    };
    assert!(prepared_by(said(1, Passed), rated("2026-05-28")).is_empty());
    assert_eq!(
        prepared_by(said(1, Passed), rated("2026-05-27")),
        ["expired"]
    );
    let issued_later = |person: &mut Person, _: &mut Enrollment| {
        person.licences[0].issued_on = Some(day("2026-05-29"));
    };
    assert_eq!(
        prepared_by(said(1, Passed), issued_later),
        ["not_yet_valid"]
    );
    let student_licence = |person: &mut Person, _: &mut Enrollment| {
        person.licences[0].kind = LicenceKind::Ppl;
    };
    assert_eq!(prepared_by(said(1, Passed), student_licence), ["required"]);
}

#[test]
fn a_stage_check_is_independent_unless_the_syllabus_says_otherwise() {
    let mut own = said(3, Passed);
    own.instructor_id = id(0xb2);
    assert_eq!(
        prepared_by(own.clone(), |_, _| ()),
        ["signer_is_recommender"]
    );
    let mut revision = revision();
    revision.syllabus.independent_stage_checks = false;
    let (enrollment, instructor) = (enrollment(), instructor(0xb2, Role::Instructor));
    let circumstances = Circumstances {
        enrollment: &enrollment,
        revision: &revision,
        instructor: &instructor,
        recommending_id: Some(id(0xb2)),
        signed_on: day("2026-05-28"),
        flight: None,
        supersedes: None,
    };
    assert!(own.prepare(&circumstances, now()).is_ok());
    // A skill test is the examiner's; whom the school employs for it is not ours to say.
    let mut test = said(6, Passed);
    test.instructor_id = id(0xb2);
    assert!(prepared_by(test, |_, _| ()).is_empty());
}

#[test]
fn training_is_recorded_while_the_student_is_in_training() {
    for status in EnrollmentStatus::ALL {
        let refused = prepared_by(said(1, Passed), |_, enrollment| enrollment.status = *status);
        let expected: &[_] = match status {
            EnrollmentStatus::Active => &[],
            _ => &["enrollment_not_active"],
        };
        assert_eq!(refused, expected, "{status}");
    }
}

#[test]
fn what_no_longer_stands_stays_so() {
    let recorded = signed(1, 1, Passed, 1);
    let student = recorded.content.student_id;
    let revoked = recorded.clone().revoke(id(2), "mistake", now()).unwrap();
    let superseded = recorded.clone().supersede(id(3), now()).unwrap();
    for gone in [revoked, superseded] {
        assert_eq!(
            why(gone.clone().revoke(id(2), "again", now())),
            ["invalid_transition"]
        );
        assert_eq!(
            why(gone.clone().supersede(id(4), now())),
            ["invalid_transition"]
        );
        assert_eq!(
            why(gone.clone().acknowledge(student, now())),
            ["invalid_transition"]
        );
        assert_eq!(gone.content, recorded.content);
    }
    assert_eq!(
        why(recorded.clone().acknowledge(id(2), now())),
        ["not_the_student"]
    );
    assert_eq!(
        why(recorded.clone().revoke(id(2), " ", now())),
        ["required"]
    );
    let seen = recorded.clone().acknowledge(student, now()).unwrap();
    assert_eq!(seen.payload().unwrap(), recorded.payload().unwrap());
}
