//! Which command leads from which state to which.

use super::*;
use crate::flight::{Act, Decided, FlightError, FlightEvent, Rejection};

type Attempt = fn(Flight) -> Result<Decided, FlightError>;

/// Every command with the states it may start from, the state it leads to, and how it says so
/// when it may not.
const COMMANDS: &[(&str, &[FlightStatus], FlightStatus, Attempt)] = {
    use FlightStatus::{Approved, Draft, Rejected, Submitted};
    &[
        ("submitted", &[Draft, Rejected], Submitted, |f| {
            f.submit(PILOT, at(300))
        }),
        ("withdrawn", &[Submitted], Draft, |f| f.withdraw(at(300))),
        ("approved", &[Submitted], Approved, |f| {
            f.approve(INSTRUCTOR, STRICT, &aircraft(&[]), at(300))
        }),
        ("rejected", &[Submitted], Rejected, |f| {
            f.reject(INSTRUCTOR, "no", at(300))
        }),
        ("amended", &[Approved], Submitted, |f| {
            f.amend(replacement(entry()), PILOT, &[], &aircraft(&[]), at(300))
                .map(|a| a.replacement)
        }),
    ]
};

#[test]
fn every_pair_of_state_and_command_is_either_carried_out_or_refused() {
    for &from in FlightStatus::ALL {
        for (name, allowed, to, attempt) in COMMANDS {
            match attempt(flight(from)) {
                Ok(decided) => {
                    assert!(allowed.contains(&from), "{from} was {name}");
                    assert_eq!(decided.flight.status, *to);
                    assert_eq!(decided.flight.updated_at, at(300));
                }
                Err(error) => {
                    assert!(!allowed.contains(&from), "{from} was not {name}: {error}");
                    assert_eq!(
                        error,
                        FlightError::InvalidTransition {
                            from,
                            attempted: name
                        }
                    );
                }
            }
        }
    }
}

#[test]
fn only_drafts_and_rejected_flights_are_revised_and_they_stay_what_they_are() {
    let entry = FlightEntry {
        remarks: Some("corrected".into()),
        ..entry()
    };
    for &from in FlightStatus::ALL {
        let revised = flight(from).revise(entry.clone(), at(300));
        match from {
            FlightStatus::Draft | FlightStatus::Rejected => {
                let Decided {
                    flight: revised,
                    event,
                } = revised.unwrap();
                assert_eq!(
                    (revised.status, revised.version),
                    (from, flight(from).version + 1)
                );
                assert_eq!((revised.entry, event), (entry.clone(), None));
            }
            _ => assert_eq!(
                revised,
                Err(FlightError::InvalidTransition {
                    from,
                    attempted: "revised"
                })
            ),
        }
    }
}

#[test]
fn a_draft_begins_at_version_one_and_says_nothing() {
    let draft = draft();
    assert_eq!((draft.version, draft.status), (1, FlightStatus::Draft));
    assert_eq!((draft.created_at, draft.updated_at), (at(200), at(200)));
    assert_eq!(
        (draft.submitted, draft.approved, draft.rejected),
        (None, None, None)
    );
}

#[test]
fn submission_approval_and_rejection_are_told_with_who_and_when() {
    let submitted = draft().submit(PILOT, at(300)).unwrap();
    let act = Act {
        by: PILOT,
        at: at(300),
    };
    assert_eq!(submitted.event, Some(FlightEvent::Submitted(act)));
    assert_eq!(submitted.flight.submitted, Some(act));

    let approved = submitted
        .flight
        .clone()
        .approve(INSTRUCTOR, STRICT, &aircraft(&[]), at(301))
        .unwrap();
    let act = Act {
        by: INSTRUCTOR,
        at: at(301),
    };
    assert_eq!(approved.flight.approved, Some(act));
    let Some(FlightEvent::Approved {
        act: told,
        posted: moved,
        discrepancies,
    }) = approved.event
    else {
        panic!("an approval is told");
    };
    assert_eq!(
        (told, moved, discrepancies),
        (act, vec![posted(227_430, 227_660)], vec![])
    );

    let rejected = submitted
        .flight
        .reject(INSTRUCTOR, "  tach missing ", at(301))
        .unwrap();
    let rejection = Rejection {
        by: INSTRUCTOR,
        at: at(301),
        reason: "tach missing".into(),
    };
    assert_eq!(rejected.flight.rejected, Some(rejection.clone()));
    assert_eq!(rejected.event, Some(FlightEvent::Rejected(rejection)));
}

#[test]
fn a_withdrawal_takes_the_submission_back_and_a_resubmission_the_rejection() {
    let withdrawn = flight(FlightStatus::Submitted).withdraw(at(300)).unwrap();
    assert_eq!((withdrawn.flight.submitted, withdrawn.event), (None, None));
    let again = flight(FlightStatus::Rejected)
        .submit(PILOT, at(300))
        .unwrap()
        .flight;
    assert_eq!(
        (again.rejected, again.submitted.map(|s| s.at)),
        (None, Some(at(300)))
    );
}

#[test]
fn whoever_submits_approves_only_where_the_school_says_so() {
    let own =
        |policy| flight(FlightStatus::Submitted).approve(PILOT, policy, &aircraft(&[]), at(300));
    assert_eq!(own(STRICT), Err(FlightError::ApproverIsSubmitter));
    assert!(own(LENIENT).is_ok());
}

#[test]
fn a_rejection_gives_a_reason_of_bounded_length() {
    let reject = |reason: &str| flight(FlightStatus::Submitted).reject(INSTRUCTOR, reason, at(300));
    assert_eq!(reject(" \n"), Err(FlightError::ReasonMissing));
    assert_eq!(reject(&"é".repeat(1_001)), Err(FlightError::ReasonMissing));
    assert!(reject(&"é".repeat(1_000)).is_ok());
}

#[test]
fn an_amendment_voids_the_flight_and_submits_another() {
    let original = flight(FlightStatus::Approved);
    let corrected = FlightEntry {
        remarks: Some("arrival corrected".into()),
        ..entry()
    };
    let amended = original
        .clone()
        .amend(
            replacement(corrected.clone()),
            PILOT,
            &[],
            &aircraft(&[]),
            at(300),
        )
        .unwrap();

    assert_eq!(
        (amended.voided.status, amended.voided.version),
        (FlightStatus::Voided, original.version + 1)
    );
    assert_eq!(
        (&amended.voided.entry, amended.voided.approved),
        (&original.entry, original.approved)
    );
    let new = amended.replacement.flight;
    assert_eq!(
        (new.replaces_id, new.status, new.entry),
        (Some(original.id), FlightStatus::Submitted, corrected)
    );
    assert_eq!(
        new.submitted,
        Some(Act {
            by: PILOT,
            at: at(300)
        })
    );
    assert_eq!(
        amended.replacement.event,
        new.submitted.map(FlightEvent::Submitted)
    );
}

#[test]
fn an_entry_that_breaks_a_rule_goes_nowhere() {
    let bad = FlightEntry {
        minutes: FlightMinutes {
            block: -1,
            ..FlightMinutes::default()
        },
        ..entry()
    };
    let new = NewFlight {
        entry: bad.clone(),
        ..new_flight()
    };
    assert!(matches!(
        Flight::draft(new, at(0)),
        Err(FlightError::Invalid(_))
    ));
    assert!(matches!(
        draft().revise(bad.clone(), at(0)),
        Err(FlightError::Invalid(_))
    ));
    let amended = flight(FlightStatus::Approved).amend(
        replacement(bad.clone()),
        PILOT,
        &[],
        &aircraft(&[]),
        at(0),
    );
    assert!(matches!(amended, Err(FlightError::Invalid(_))));
    // A draft written before a rule was there.
    let old = Flight {
        entry: bad,
        ..draft()
    };
    assert!(matches!(
        old.submit(PILOT, at(0)),
        Err(FlightError::Invalid(_))
    ));
}

fn new_flight() -> NewFlight {
    NewFlight {
        id: FlightId(Uuid::from_u128(7)),
        organization_id: ORGANIZATION,
        location_id: None,
        entry: entry(),
        external_reference: None,
    }
}
