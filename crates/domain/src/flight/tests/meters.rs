//! Posting on approval, taking back on amendment.

use super::*;
use crate::flight::{Discrepancy, FlightEvent, MeterMoves};

fn off(expected: i64, found: i64) -> Discrepancy {
    Discrepancy {
        kind: MeterKind::Hobbs,
        expected: Meter(expected),
        found: Meter(found),
    }
}

/// What approval posts for this hobbs on an aircraft that reads `current`.
fn approve(current: Option<i64>, span: MeterSpan) -> (Vec<PostedMeter>, Vec<Discrepancy>) {
    let known: Vec<_> = current
        .map(|value| (MeterKind::Hobbs, value))
        .into_iter()
        .collect();
    let mut flight = flight(FlightStatus::Submitted);
    flight.entry.meters = vec![span];
    let decided = flight
        .approve(INSTRUCTOR, STRICT, &aircraft(&known), at(300))
        .unwrap();
    match decided.event {
        Some(FlightEvent::Approved {
            posted,
            discrepancies,
            ..
        }) => (posted, discrepancies),
        other => panic!("an approval is told, not {other:?}"),
    }
}

#[test]
fn the_meter_moves_from_where_it_was_to_where_the_flight_ended() {
    assert_eq!(
        approve(Some(100), hobbs(Some(100), Some(123))),
        (vec![posted(100, 123)], vec![])
    );
}

#[test]
fn the_first_reading_of_a_meter_starts_where_the_flight_did() {
    assert_eq!(
        approve(None, hobbs(Some(100), Some(123))),
        (vec![posted(100, 123)], vec![])
    );
    assert_eq!(
        approve(None, hobbs(None, Some(123))),
        (vec![posted(123, 123)], vec![])
    );
}

#[test]
fn a_gap_or_an_overlap_is_reported_and_posted_all_the_same() {
    assert_eq!(
        approve(Some(100), hobbs(Some(110), Some(123))),
        (vec![posted(100, 123)], vec![off(100, 110)])
    );
    assert_eq!(
        approve(Some(100), hobbs(Some(90), Some(123))),
        (vec![posted(100, 123)], vec![off(100, 90)])
    );
}

#[test]
fn an_older_flight_approved_late_posts_nothing() {
    assert_eq!(
        approve(Some(500), hobbs(Some(100), Some(123))),
        (vec![], vec![off(500, 100)])
    );
    assert_eq!(approve(Some(123), hobbs(None, Some(123))), (vec![], vec![]));
}

#[test]
fn a_start_without_an_end_posts_nothing() {
    assert_eq!(approve(Some(100), hobbs(Some(100), None)), (vec![], vec![]));
}

#[test]
fn meters_of_an_engine_are_not_the_airframes() {
    let mut twin = aircraft(&[(MeterKind::Hobbs, 999)]);
    twin.meters[0].engine_position = Some(1);
    let decided = flight(FlightStatus::Submitted)
        .approve(INSTRUCTOR, STRICT, &twin, at(300))
        .unwrap();
    let Some(FlightEvent::Approved { posted: moved, .. }) = decided.event else {
        panic!("told")
    };
    assert_eq!(moved, [posted(227_430, 227_660)]);
    let after = twin.with_meters_moved(&moved, at(138), at(300));
    assert_eq!(after.meters.len(), 2);
    assert_eq!(
        (after.meters[0].value, after.meters[0].engine_position),
        (Meter(999), Some(1))
    );
}

#[test]
fn the_aircraft_takes_the_reading_and_a_new_version() {
    let before = aircraft(&[(MeterKind::Hobbs, 100), (MeterKind::Tach, 50)]);
    let after = before
        .clone()
        .with_meters_moved(&[posted(100, 123)], at(138), at(300));
    assert_eq!(
        (after.version, after.updated_at),
        (before.version + 1, at(300))
    );
    let hobbs = after.meter(MeterKind::Hobbs).unwrap();
    assert_eq!((hobbs.value, hobbs.read_at), (Meter(123), at(138)));
    assert_eq!(after.meter(MeterKind::Tach), before.meter(MeterKind::Tach));
}

#[test]
fn an_aircraft_that_nothing_moved_stays_as_it_is() {
    let before = aircraft(&[(MeterKind::Hobbs, 100)]);
    assert_eq!(
        before.clone().with_meters_moved(&[], at(138), at(300)),
        before
    );
}

/// What an amendment takes back of `was_posted` while the aircraft reads `now`.
fn take_back(was_posted: &[PostedMeter], now: &[(MeterKind, i64)]) -> MeterMoves {
    let approved = flight(FlightStatus::Approved);
    approved
        .amend(
            replacement(entry()),
            PILOT,
            was_posted,
            &aircraft(now),
            at(300),
        )
        .unwrap()
        .taken_back
}

#[test]
fn an_amendment_takes_back_what_was_posted() {
    let moves = take_back(&[posted(100, 123)], &[(MeterKind::Hobbs, 123)]);
    assert_eq!(
        moves,
        MeterMoves {
            moved: vec![posted(123, 100)],
            discrepancies: vec![]
        }
    );
}

#[test]
fn what_was_posted_over_is_left_and_reported() {
    let moves = take_back(&[posted(100, 123)], &[(MeterKind::Hobbs, 150)]);
    assert_eq!(
        moves,
        MeterMoves {
            moved: vec![],
            discrepancies: vec![off(123, 150)]
        }
    );
}

#[test]
fn nothing_posted_is_nothing_to_take_back() {
    assert_eq!(
        take_back(&[], &[(MeterKind::Hobbs, 123)]),
        MeterMoves::default()
    );
    // A first reading that moved nothing leaves the meter where it was found.
    assert_eq!(
        take_back(&[posted(123, 123)], &[(MeterKind::Hobbs, 123)]),
        MeterMoves::default()
    );
}

#[test]
fn each_meter_is_taken_back_by_itself() {
    let tach = PostedMeter {
        kind: MeterKind::Tach,
        from: Meter(10),
        to: Meter(20),
    };
    let moves = take_back(
        &[posted(100, 123), tach],
        &[(MeterKind::Hobbs, 150), (MeterKind::Tach, 20)],
    );
    let back = PostedMeter {
        kind: MeterKind::Tach,
        from: Meter(20),
        to: Meter(10),
    };
    assert_eq!(
        moves,
        MeterMoves {
            moved: vec![back],
            discrepancies: vec![off(123, 150)]
        }
    );
}
