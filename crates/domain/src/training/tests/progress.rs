use proptest::prelude::*;

use super::*;
use crate::flight::{FlightMinutes, FlightStatus};
use SignoffResult::{Credited, Failed, NotFlown, PartiallyCompleted, Passed};

fn flight(number: u128, dual: i32) -> TrainingFlight {
    TrainingFlight {
        id: id(number),
        replaces_id: None,
        status: FlightStatus::Approved,
        minutes: FlightMinutes {
            block: dual,
            dual_received: dual,
            actual_instrument: 6,
            simulated_instrument: 12,
            ..FlightMinutes::default()
        },
    }
}

fn flown(progress: &Progress, kind: Kind) -> (i32, i32) {
    let minutes = progress.minutes.iter().find(|m| m.kind == kind).unwrap();
    (minutes.required, minutes.flown)
}

#[test]
fn nothing_is_signed_yet() {
    let progress = progress(&revision(), &[], &[]);
    assert_eq!((progress.items_total, progress.items_completed), (6, 0));
    assert_eq!((progress.items_failed, progress.percent_complete), (0, 0));
    assert_eq!(progress.phase.as_deref(), Some("One"));
    assert_eq!(progress.next_item.unwrap().code, "I-1");
    assert_eq!(
        (progress.last_lesson_at, progress.stage_checks),
        (None, vec![])
    );
}

#[test]
fn what_is_passed_or_credited_is_done_and_the_rest_is_open() {
    let signoffs = [
        signed(1, 1, Passed, 1),
        signed(2, 2, Credited, 2),
        signed(3, 3, Failed, 3),
        signed(4, 5, PartiallyCompleted, 4),
        signed(5, 6, NotFlown, 5),
    ];
    let progress = progress(&revision(), &signoffs, &[]);
    assert_eq!((progress.items_completed, progress.items_failed), (2, 1));
    assert_eq!(progress.percent_complete, 33, "rounded down");
    assert_eq!(progress.next_item.unwrap().code, "I-3");
    assert_eq!(progress.phase.as_deref(), Some("One"));
    assert_eq!(progress.last_lesson_at, Some(signoffs[3].content.signed_at));
    let checks: Vec<_> = progress
        .stage_checks
        .iter()
        .map(|c| (c.name.as_str(), c.result))
        .collect();
    assert_eq!(checks, [("Item 3", Failed), ("Item 6", NotFlown)]);
}

#[test]
fn what_was_failed_first_may_be_passed_later_and_stays_passed() {
    let failed_then_passed = [signed(1, 3, Failed, 1), signed(2, 3, Passed, 2)];
    let later = progress(&revision(), &failed_then_passed, &[]);
    assert_eq!((later.items_completed, later.items_failed), (1, 0));
    assert_eq!(later.stage_checks[0].result, Passed);
    let passed_then_failed = [signed(1, 1, Passed, 1), signed(2, 1, Failed, 2)];
    let later = progress(&revision(), &passed_then_failed, &[]);
    assert_eq!((later.items_completed, later.items_failed), (1, 0));
}

#[test]
fn all_is_done() {
    let signoffs: Vec<_> = (1..=6).map(|n| signed(n, n, Passed, 1)).collect();
    let progress = progress(&revision(), &signoffs, &[]);
    assert_eq!(
        (progress.items_completed, progress.percent_complete),
        (6, 100)
    );
    assert_eq!((progress.phase, progress.next_item), (None, None));
}

#[test]
fn what_no_longer_stands_does_not_count() {
    let revoked = signed(1, 1, Passed, 1)
        .revoke(id(9), "mistake", now())
        .unwrap();
    let superseded = with_flight(signed(2, 2, Passed, 1), 7);
    let superseded = superseded.supersede(id(3), now()).unwrap();
    let progress = progress(&revision(), &[revoked, superseded], &[flight(7, 60)]);
    assert_eq!(progress.items_completed, 0);
    assert_eq!(flown(&progress, Kind::Dual), (1_200, 0));
}

#[test]
fn a_flight_counts_once_and_only_when_it_is_approved() {
    let signoffs = [
        with_flight(signed(1, 1, Passed, 1), 7),
        with_flight(signed(2, 5, PartiallyCompleted, 1), 7),
        with_flight(signed(3, 5, Passed, 2), 8),
    ];
    let waiting = TrainingFlight {
        status: FlightStatus::Submitted,
        ..flight(8, 90)
    };
    let progress = progress(
        &revision(),
        &signoffs,
        &[flight(7, 60), waiting, flight(9, 30)],
    );
    assert_eq!(flown(&progress, Kind::Dual), (1_200, 60));
    assert_eq!(flown(&progress, Kind::Instrument), (0, 18));
    assert_eq!(flown(&progress, Kind::Solo), (0, 0));
}

#[test]
fn what_took_the_place_of_a_voided_flight_counts_in_its_place() {
    let signoffs = [with_flight(signed(1, 1, Passed, 1), 7)];
    let voided = |number, replaces: Option<u128>| TrainingFlight {
        status: FlightStatus::Voided,
        replaces_id: replaces.map(id),
        ..flight(number, 60)
    };
    let last = TrainingFlight {
        replaces_id: Some(id(8)),
        ..flight(9, 75)
    };
    let flights = [last, voided(8, Some(7)), voided(7, None)];
    let progress = progress(&revision(), &signoffs, &flights);
    assert_eq!(flown(&progress, Kind::Dual), (1_200, 75));
}

#[test]
fn theory_is_what_was_taught_on_the_ground() {
    let mut ground = signed(1, 2, Passed, 1);
    ground.content.ground_minutes = 120;
    let mut briefing = signed(2, 1, Passed, 1);
    briefing.content.ground_minutes = 30;
    let theory = progress(&revision(), &[ground, briefing], &[]).theory;
    assert_eq!(
        (theory.required_minutes, theory.attended_minutes),
        (600, 120)
    );
}

fn results() -> impl Strategy<Value = SignoffResult> {
    prop::sample::select(SignoffResult::ALL)
}

proptest! {
    #[test]
    fn neither_order_nor_repetition_of_what_is_given_matters(
        given in prop::collection::vec((1_u128..=6, results(), 0_i64..200, prop::option::of(1_u128..5)), 0..20),
        seed in any::<prop::sample::Index>(),
    ) {
        let signoffs: Vec<Signoff> = given.iter().zip(1_u128..).map(|((item, result, hour, flight), number)| {
            let result = if *item == 4 { Passed } else { *result };
            let signoff = signed(number, *item, result, *hour);
            match flight {
                Some(flight) => with_flight(signoff, *flight),
                None => signoff,
            }
        }).collect();
        let flights: Vec<_> = (1..5).map(|number| flight(number, 60)).collect();
        let expected = progress(&revision(), &signoffs, &flights);
        let mut turned = signoffs.clone();
        if !turned.is_empty() {
            let by = seed.index(turned.len());
            turned.rotate_left(by);
        }
        turned.reverse();
        let mut doubled = flights.clone();
        doubled.extend(flights.iter().rev());
        prop_assert_eq!(&progress(&revision(), &turned, &doubled), &expected);
        prop_assert!((0..=100).contains(&expected.percent_complete));
        prop_assert_eq!(expected.percent_complete == 100, expected.next_item.is_none());
        prop_assert!(expected.items_completed + expected.items_failed <= expected.items_total);
    }
}
