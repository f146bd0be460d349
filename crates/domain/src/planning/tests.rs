//! The session's states and rules, and what it occupies.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use proptest::prelude::*;

use super::*;
use crate::Refusal;
use chrono::TimeDelta;

const AIRCRAFT: AircraftId = AircraftId(Uuid::from_u128(1));
const INSTRUCTOR: PersonId = PersonId(Uuid::from_u128(2));
const STUDENT: PersonId = PersonId(Uuid::from_u128(3));

fn at(minutes: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::days(20_000) + TimeDelta::minutes(minutes)
}

/// A lesson of two hours.
fn lesson() -> SessionPlan {
    SessionPlan {
        kind: SessionKind::Flight,
        title: None,
        starts_at: at(0),
        ends_at: at(120),
        resource: Resource::Aircraft(AIRCRAFT),
        label: "N740SP".into(),
        instructor_id: Some(INSTRUCTOR),
        student_ids: vec![STUDENT],
        pilot_id: Some(STUDENT),
        program_item_id: None,
        departure: None,
        arrival: None,
    }
}

fn planned(plan: SessionPlan, scheduled: bool) -> Result<Session, Refusal> {
    let new = NewSession {
        id: SessionId(Uuid::from_u128(9)),
        organization_id: OrgId(Uuid::from_u128(8)),
        location_id: None,
        plan,
        scheduled,
        external_reference: None,
    };
    Session::plan(new, at(-60))
}

fn codes(plan: SessionPlan) -> Vec<(&'static str, &'static str)> {
    match planned(plan, true) {
        Err(Refusal::Invalid(found)) => found.iter().map(|v| (v.pointer, v.code)).collect(),
        Err(other) => vec![("", Box::leak(other.to_string().into_boxed_str()))],
        Ok(_) => Vec::new(),
    }
}

#[test]
fn a_session_goes_its_way() {
    let requested = planned(lesson(), false).unwrap();
    assert_eq!(requested.status, SessionStatus::Requested);
    let scheduled = requested.schedule(at(-50)).unwrap();
    let begun = scheduled.start(at(1)).unwrap();
    let flight = FlightId(Uuid::from_u128(7));
    let completed = begun.complete(Some(flight), at(121)).unwrap();
    assert_eq!(
        (completed.status, completed.version, completed.flight_id),
        (SessionStatus::Completed, 4, Some(flight))
    );
    assert_eq!(completed.updated_at, at(121));
    let again = completed.start(at(122)).unwrap_err();
    assert_eq!(
        again.to_string(),
        "the session is completed; it cannot be started"
    );
}

#[test]
fn a_cancellation_tells_why_and_when() {
    let scheduled = planned(lesson(), true).unwrap();
    let cancel = |comment: &str, when| {
        let comment = Some(comment.to_owned());
        scheduled
            .clone()
            .cancel(CancellationReason::Weather, comment, when, at(-30))
    };
    let cancelled = cancel("  low ceiling ", None).unwrap();
    let cancellation = cancelled.cancellation.clone().unwrap();
    assert_eq!(cancellation.comment.as_deref(), Some("low ceiling"));
    assert_eq!(
        (cancellation.at, cancelled.status),
        (at(-30), SessionStatus::Cancelled)
    );
    let earlier = cancel(" ", Some(at(-90))).unwrap().cancellation.unwrap();
    assert_eq!((earlier.at, earlier.comment), (at(-90), None));
    assert!(cancel("", Some(at(-24))).is_err(), "not yet to come");
    assert!(cancel(&"x".repeat(1_001), None).is_err());
    assert!(cancelled.schedule(at(0)).is_err());
}

#[test]
fn times_have_an_order_and_a_length() {
    let lasting = |kind, minutes| {
        let resource = Resource::Aircraft(AIRCRAFT);
        codes(SessionPlan {
            kind,
            resource,
            ends_at: at(minutes),
            ..lesson()
        })
    };
    assert_eq!(
        lasting(SessionKind::Flight, 0),
        [("ends_at", "out_of_order")]
    );
    assert_eq!(
        lasting(SessionKind::Flight, -1),
        [("ends_at", "out_of_order")]
    );
    assert_eq!(lasting(SessionKind::Flight, 24 * 60), []);
    assert_eq!(
        lasting(SessionKind::Flight, 24 * 60 + 1),
        [("ends_at", "too_long")]
    );
    assert_eq!(lasting(SessionKind::Maintenance, 31 * 24 * 60), []);
    assert_eq!(
        lasting(SessionKind::Maintenance, 31 * 24 * 60 + 1),
        [("ends_at", "too_long")]
    );
}

#[test]
fn every_wrong_field_is_named_at_once() {
    let wrong = SessionPlan {
        kind: SessionKind::Simulator,
        student_ids: vec![STUDENT, INSTRUCTOR, STUDENT],
        title: Some("  ".into()),
        starts_at: "2500-01-01T00:00:00Z".parse().unwrap(),
        ends_at: "2500-01-01T01:00:00Z".parse().unwrap(),
        ..lesson()
    };
    assert_eq!(
        codes(wrong),
        [
            ("starts_at", "out_of_range"),
            ("ends_at", "out_of_range"),
            ("resource", "wrong_type"),
            ("student_ids", "repeated"),
            ("instructor_id", "also_student"),
            ("title", "length"),
        ]
    );
}

#[test]
fn a_session_is_moved_until_it_has_begun_and_then_only_its_end() {
    let later = SessionMove {
        starts_at: Some(at(60)),
        ends_at: Some(at(180)),
        resource: Some((
            Resource::Aircraft(AircraftId(Uuid::from_u128(5))),
            "N2".into(),
        )),
    };
    let scheduled = planned(lesson(), true).unwrap();
    let moved = scheduled.clone().moved(later.clone(), at(-10)).unwrap();
    assert_eq!((moved.plan.starts_at, moved.version), (at(60), 2));
    assert_eq!(moved.plan.label, "N2");
    assert_eq!(moved.plan.student_ids, [STUDENT]);

    let begun = scheduled.clone().start(at(0)).unwrap();
    assert!(begun.clone().moved(later, at(1)).is_err());
    let overdue = SessionMove {
        ends_at: Some(at(150)),
        ..SessionMove::default()
    };
    let overdue = begun.moved(overdue, at(110)).unwrap();
    assert_eq!(overdue.plan.ends_at, at(150));
    let backwards = SessionMove {
        ends_at: Some(at(0)),
        ..SessionMove::default()
    };
    assert!(matches!(
        scheduled.moved(backwards, at(-1)),
        Err(Refusal::Invalid(_))
    ));
}

#[test]
fn what_is_occupied_is_occupied_once_and_only_while_it_stands() {
    let requested = planned(lesson(), false).unwrap();
    assert!(requested.occupied().is_empty());
    let scheduled = requested.schedule(at(-1)).unwrap();
    let everyone = BTreeSet::from([AIRCRAFT.0, INSTRUCTOR.0, STUDENT.0]);
    assert_eq!(scheduled.occupied(), everyone);
    let begun = scheduled.clone().start(at(0)).unwrap();
    assert_eq!(
        begun.clone().complete(None, at(9)).unwrap().occupied(),
        everyone
    );
    let cancelled = scheduled.cancel(CancellationReason::Student, None, None, at(-1));
    assert!(cancelled.unwrap().occupied().is_empty());
    let talk = SessionPlan {
        kind: SessionKind::Briefing,
        resource: Resource::Instructor(INSTRUCTOR),
        ..lesson()
    };
    assert_eq!(talk.wanted(), BTreeSet::from([INSTRUCTOR.0, STUDENT.0]));
}

#[test]
fn a_resource_is_written_with_its_type_beside_its_id() {
    for resource_type in ResourceType::ALL {
        let resource = Resource::new(*resource_type, Uuid::from_u128(6));
        let json = serde_json::to_value(resource).unwrap();
        assert_eq!(json["type"], resource_type.as_str());
        assert_eq!(json["id"], Uuid::from_u128(6).to_string());
        assert_eq!(serde_json::from_value::<Resource>(json).unwrap(), resource);
    }
}

#[derive(Debug, Clone)]
enum Step {
    Schedule,
    Move(i64, i64),
    Cancel,
    Start,
    Complete,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        Just(Step::Schedule),
        (-100..100_i64, -100..3_000_i64).prop_map(|(from, to)| Step::Move(from, to)),
        Just(Step::Cancel),
        Just(Step::Start),
        Just(Step::Complete),
    ]
}

proptest! {
    /// Whatever is tried in whatever order: a session is always of positive length, its version
    /// rises by one with each change, and what has ended stays as it is.
    #[test]
    fn no_order_of_commands_breaks_a_session(
        scheduled: bool,
        steps in prop::collection::vec(step(), 0..12),
    ) {
        let mut session = planned(lesson(), scheduled).unwrap();
        for step in steps {
            let before = session.clone();
            let after = match step {
                Step::Schedule => before.clone().schedule(at(0)),
                Step::Move(from, to) => {
                    let times = SessionMove {
                        starts_at: Some(at(from)), ends_at: Some(at(to)), resource: None,
                    };
                    before.clone().moved(times, at(0))
                }
                Step::Cancel => before.clone().cancel(CancellationReason::Admin, None, None, at(0)),
                Step::Start => before.clone().start(at(0)),
                Step::Complete => before.clone().complete(None, at(0)),
            };
            let Ok(after) = after else { continue };
            let ended = matches!(before.status, SessionStatus::Completed | SessionStatus::Cancelled);
            prop_assert!(!ended, "{} went on", before.status);
            prop_assert_eq!(after.version, before.version + 1);
            prop_assert!(after.plan.violations().is_empty());
            prop_assert_eq!(after.cancellation.is_some(), after.status == SessionStatus::Cancelled);
            session = after;
        }
    }
}
