//! What holds whatever is done, in whatever order.

use proptest::prelude::*;

use super::*;
use crate::flight::{Decided, FlightError, FlightEvent};

#[derive(Debug, Clone)]
enum Command {
    Revise(FlightEntry),
    Submit(PersonId),
    Withdraw,
    Approve(PersonId, Policy),
    Reject(PersonId, String),
    Amend(FlightEntry),
}

fn person() -> impl Strategy<Value = PersonId> {
    prop_oneof![Just(PILOT), Just(INSTRUCTOR)]
}

fn span() -> impl Strategy<Value = MeterSpan> {
    let value = || proptest::option::of(-5..2_000_i64);
    (proptest::sample::select(MeterKind::ALL), value(), value()).prop_map(|(kind, start, end)| {
        MeterSpan {
            kind,
            start: start.map(Meter),
            end: end.map(Meter),
        }
    })
}

/// Entries of which some break a rule.
fn any_entry() -> impl Strategy<Value = FlightEntry> {
    let times = prop::array::uniform4(-3..12_i64);
    let minutes = (-1..200_i32, -1..210_i32, -1..210_i32);
    let people = (
        proptest::sample::select(FlightType::ALL),
        proptest::option::of(Just(INSTRUCTOR)),
    );
    (times, minutes, people, prop::collection::vec(span(), 0..4)).prop_map(
        |([off, up, down, on], (block, night, dual), (flight_type, instructor_id), meters)| {
            FlightEntry {
                flight_type,
                instructor_id,
                meters,
                times: FlightTimes {
                    off_block_at: at(off),
                    takeoff_at: Some(at(up)),
                    landing_at: Some(at(down)),
                    on_block_at: at(on + 4),
                    recorded: true,
                },
                minutes: FlightMinutes {
                    block,
                    night,
                    dual_received: dual,
                    ..FlightMinutes::default()
                },
                ..entry()
            }
        },
    )
}

fn valid_entry() -> impl Strategy<Value = FlightEntry> {
    prop::collection::vec(
        (
            proptest::sample::select(MeterKind::ALL),
            0..3_000_i64,
            0..500_i64,
        ),
        0..4,
    )
    .prop_map(|spans| {
        let mut entry = entry();
        entry.meters.clear();
        for (kind, start, moved) in spans {
            if entry.meter(kind).is_none() {
                let end = Some(Meter(start + moved));
                entry.meters.push(MeterSpan {
                    kind,
                    start: Some(Meter(start)),
                    end,
                });
            }
        }
        entry
    })
}

fn command() -> impl Strategy<Value = Command> {
    let policy = prop_oneof![Just(STRICT), Just(LENIENT)];
    prop_oneof![
        any_entry().prop_map(Command::Revise),
        person().prop_map(Command::Submit),
        Just(Command::Withdraw),
        (person(), policy).prop_map(|(by, policy)| Command::Approve(by, policy)),
        (person(), "[ a-z]{0,12}").prop_map(|(by, reason)| Command::Reject(by, reason)),
        any_entry().prop_map(Command::Amend),
    ]
}

fn carry_out(flight: Flight, command: Command, now: DateTime<Utc>) -> Result<Decided, FlightError> {
    match command {
        Command::Revise(entry) => flight.revise(entry, now),
        Command::Submit(by) => flight.submit(by, now),
        Command::Withdraw => flight.withdraw(now),
        Command::Approve(by, policy) => flight.approve(by, policy, &aircraft(&[]), now),
        Command::Reject(by, reason) => flight.reject(by, &reason, now),
        Command::Amend(entry) => {
            let amended = flight.amend(replacement(entry), PILOT, &[], &aircraft(&[]), now)?;
            Ok(Decided {
                flight: amended.voided,
                event: None,
            })
        }
    }
}

/// What a flight's state says of its other fields.
fn consistent(flight: &Flight) -> bool {
    let (submitted, approved, rejected) = (
        flight.submitted.is_some(),
        flight.approved.is_some(),
        flight.rejected.is_some(),
    );
    match flight.status {
        FlightStatus::Draft => !submitted && !approved && !rejected,
        FlightStatus::Submitted => submitted && !approved && !rejected,
        FlightStatus::Rejected => submitted && !approved && rejected,
        FlightStatus::Approved | FlightStatus::Voided => submitted && approved && !rejected,
    }
}

/// The transitions of the domain model; revising stays where it is.
fn legal(from: FlightStatus, to: FlightStatus) -> bool {
    use FlightStatus::{Approved, Draft, Rejected, Submitted, Voided};
    matches!(
        (from, to),
        (Draft, Draft | Submitted)
            | (Submitted, Approved | Rejected | Draft)
            | (Rejected, Rejected | Submitted)
            | (Approved, Voided)
    )
}

proptest! {
    #[test]
    fn any_course_of_commands_keeps_the_flight_consistent(commands in prop::collection::vec(command(), 1..40)) {
        let mut flight = draft();
        for (step, command) in (1..).zip(commands) {
            let before = flight.clone();
            let Ok(Decided { flight: after, event }) = carry_out(flight.clone(), command, at(500 + step)) else {
                continue;
            };
            prop_assert!(legal(before.status, after.status), "{} to {}", before.status, after.status);
            prop_assert!(consistent(&after), "{after:?}");
            prop_assert_eq!(after.version, before.version + 1);
            prop_assert_eq!(after.updated_at, at(500 + step));
            prop_assert_eq!((after.id, after.created_at), (before.id, before.created_at));
            prop_assert_eq!(after.entry.violations(), vec![]);
            if matches!(before.status, FlightStatus::Submitted | FlightStatus::Approved) {
                prop_assert_eq!(&after.entry, &before.entry, "edited in silence");
            }
            let told = match event {
                Some(FlightEvent::Submitted(_)) => Some(FlightStatus::Submitted),
                Some(FlightEvent::Approved { .. }) => Some(FlightStatus::Approved),
                Some(FlightEvent::Rejected(_)) => Some(FlightStatus::Rejected),
                None => None,
            };
            let heard = matches!(after.status, FlightStatus::Submitted | FlightStatus::Approved | FlightStatus::Rejected)
                && after.status != before.status;
            prop_assert_eq!(told, heard.then_some(after.status));
            flight = after;
        }
    }

    #[test]
    fn an_entry_without_violations_keeps_every_invariant(entry in any_entry()) {
        let (t, m) = (entry.times, entry.minutes);
        let ordered = [Some(t.off_block_at), t.takeoff_at, t.landing_at, Some(t.on_block_at)]
            .into_iter().flatten().is_sorted();
        let within = m.block >= 0 && m.components().iter().all(|(_, n)| (0..=m.block).contains(n));
        let alone = entry.flight_type != FlightType::Solo || (entry.instructor_id.is_none() && m.dual_received == 0);
        let forwards = entry.meters.iter().all(|s| {
            let (start, end) = (s.start.unwrap_or(Meter(0)), s.end.unwrap_or(Meter::MAX));
            start >= Meter(0) && end >= Meter(0) && start <= end
        });
        let once = entry.meters.iter().enumerate().all(|(i, s)| {
            entry.meters.iter().skip(i + 1).all(|other| other.kind != s.kind)
        });
        let good = ordered && within && alone && forwards && once;
        prop_assert_eq!(entry.violations().is_empty(), good, "{:?}", entry.violations());
    }

    #[test]
    fn approvals_never_turn_a_meter_back(entries in prop::collection::vec(valid_entry(), 1..20)) {
        let mut fleet = aircraft(&[]);
        for (step, entry) in (1..).zip(entries) {
            let submitted = Flight { entry, ..flight(FlightStatus::Submitted) };
            let decided = submitted.clone().approve(INSTRUCTOR, STRICT, &fleet, at(step)).unwrap();
            let Some(FlightEvent::Approved { posted, .. }) = decided.event else { panic!("told") };
            let after = fleet.clone().with_meters_moved(&posted, at(step), at(step));
            for reading in &fleet.meters {
                prop_assert!(after.meter(reading.kind).unwrap().value >= reading.value);
            }
            for span in &submitted.entry.meters {
                if let Some(end) = span.end {
                    prop_assert!(after.meter(span.kind).unwrap().value >= end, "{span:?} is not posted");
                }
            }
            fleet = after;
        }
    }

    #[test]
    fn taking_back_at_once_restores_every_meter(opening in 0..3_000_i64, entry in valid_entry()) {
        let known: Vec<_> = MeterKind::ALL.iter().map(|kind| (*kind, opening)).collect();
        let before = aircraft(&known);
        let submitted = Flight { entry, ..flight(FlightStatus::Submitted) };
        let approved = submitted.approve(INSTRUCTOR, STRICT, &before, at(1)).unwrap();
        let Some(FlightEvent::Approved { posted, .. }) = approved.event else { panic!("told") };
        let stands = before.clone().with_meters_moved(&posted, at(1), at(1));
        let amended = approved.flight.amend(replacement(super::entry()), PILOT, &posted, &stands, at(2)).unwrap();
        prop_assert_eq!(&amended.taken_back.discrepancies, &vec![]);
        let restored = stands.with_meters_moved(&amended.taken_back.moved, at(2), at(2));
        for kind in MeterKind::ALL {
            prop_assert_eq!(restored.meter(*kind).unwrap().value, before.meter(*kind).unwrap().value);
        }
    }
}
