use super::*;
use crate::Refusal;
use EnrollmentStatus::{Active, Completed, Discontinued, Pending, Standby, Transferred};

/// An enrolment in any state, whatever led there.
fn in_state(status: EnrollmentStatus) -> Enrollment {
    Enrollment {
        status,
        ..enrollment()
    }
}

fn done() -> Progress {
    let signoffs: Vec<_> = (1..=6)
        .map(|n| signed(n, n, SignoffResult::Passed, 1))
        .collect();
    super::super::progress(&revision(), &signoffs, &[])
}

type Step = fn(Enrollment) -> Result<Enrollment, Refusal>;

#[test]
fn only_these_transitions_are_there() {
    let steps: [(Step, &[EnrollmentStatus], EnrollmentStatus); 5] = [
        (|e| e.activate(now()), &[Pending, Standby], Active),
        (|e| e.stand_by(now()), &[Active], Standby),
        (
            |e| e.complete(&done(), id(2), day("2026-05-28"), now()),
            &[Active, Standby],
            Completed,
        ),
        (
            |e| e.end(Ending::Discontinued, "moved", day("2026-05-28"), now()),
            &[Active, Standby],
            Discontinued,
        ),
        (
            |e| e.end(Ending::Transferred, "moved", day("2026-05-28"), now()),
            &[Active, Standby],
            Transferred,
        ),
    ];
    for (step, from, to) in steps {
        for status in EnrollmentStatus::ALL {
            let before = in_state(*status);
            let version = before.version;
            match step(before) {
                Ok(after) => {
                    assert!(from.contains(status), "{status} -> {to}");
                    assert_eq!((after.status, after.version), (to, version + 1));
                }
                Err(refusal) => {
                    assert!(!from.contains(status), "{status} -> {to}");
                    assert!(matches!(refusal, Refusal::InvalidTransition { .. }));
                }
            }
        }
    }
}

#[test]
fn it_neither_ends_before_it_began_nor_without_a_reason() {
    let early = enrollment().end(Ending::Discontinued, "moved", day("2026-01-31"), now());
    assert!(matches!(early, Err(Refusal::Invalid(v)) if v[0].pointer == "terminated_on"));
    let early = enrollment().complete(&done(), id(2), day("2026-01-31"), now());
    assert!(matches!(early, Err(Refusal::Invalid(v)) if v[0].pointer == "completed_on"));
    let silent = enrollment().end(Ending::Transferred, " \n", day("2026-05-01"), now());
    assert!(matches!(silent, Err(Refusal::Invalid(v)) if v[0].pointer == "reason"));
}

#[test]
fn partners_see_four_states() {
    let seen: Vec<_> = EnrollmentStatus::ALL
        .iter()
        .filter_map(|status| status.as_progress())
        .map(ProgressStatus::as_str)
        .collect();
    assert_eq!(
        seen,
        [
            "active",
            "standby",
            "completed",
            "discontinued",
            "discontinued"
        ]
    );
}
