//! Each rule with the least that breaks it, and with the most that does not.

use super::*;
use crate::flight::{Approach, Fuel};

/// The pointer and code of each violation of an entry that `change` was done to.
fn found(change: impl FnOnce(&mut FlightEntry)) -> Vec<(&'static str, &'static str)> {
    let mut entry = entry();
    change(&mut entry);
    entry
        .violations()
        .iter()
        .map(|v| (v.pointer, v.code))
        .collect()
}

#[test]
fn a_plain_flight_breaks_no_rule() {
    assert_eq!(found(|_| ()), []);
}

#[test]
fn off_block_takeoff_landing_and_on_block_follow_one_another() {
    assert_eq!(
        found(|e| e.times.takeoff_at = Some(at(-1))),
        [("takeoff_at", "out_of_order")]
    );
    assert_eq!(
        found(|e| e.times.landing_at = Some(at(9))),
        [("landing_at", "out_of_order")]
    );
    assert_eq!(
        found(|e| e.times.on_block_at = at(129)),
        [("on_block_at", "out_of_order")]
    );
    // Unknown times in between hide nothing.
    let backwards = |e: &mut FlightEntry| {
        e.times = FlightTimes {
            takeoff_at: None,
            landing_at: None,
            on_block_at: at(-1),
            ..e.times
        };
    };
    assert_eq!(found(backwards), [("on_block_at", "out_of_order")]);
    let at_once = |e: &mut FlightEntry| {
        e.times = FlightTimes {
            takeoff_at: Some(at(0)),
            landing_at: Some(at(0)),
            on_block_at: at(0),
            ..e.times
        };
    };
    assert_eq!(found(at_once), []);
}

#[test]
fn times_lie_in_the_age_of_flight() {
    let long_ago = DateTime::parse_from_rfc3339("1902-12-31T23:59:59Z")
        .unwrap()
        .to_utc();
    assert_eq!(
        found(|e| e.times.off_block_at = long_ago),
        [("off_block_at", "out_of_range")]
    );
    let far_ahead = DateTime::parse_from_rfc3339("2200-01-01T00:00:00Z")
        .unwrap()
        .to_utc();
    assert_eq!(
        found(|e| e.times.on_block_at = far_ahead),
        [("on_block_at", "out_of_range")]
    );
}

#[test]
fn meters_do_not_run_backwards_nor_out_of_their_dials() {
    let meters = |spans: Vec<MeterSpan>| found(|e| e.meters = spans);
    assert_eq!(
        meters(vec![hobbs(Some(100), Some(99))]),
        [("meters", "out_of_order")]
    );
    assert_eq!(
        meters(vec![hobbs(Some(-1), None)]),
        [("meters", "out_of_range")]
    );
    assert_eq!(
        meters(vec![hobbs(None, Some(Meter::MAX.0 + 1))]),
        [("meters", "out_of_range")]
    );
    assert_eq!(
        meters(vec![hobbs(None, Some(1)), hobbs(None, Some(2))]),
        [("meters", "repeated")]
    );
    let tach = MeterSpan {
        kind: MeterKind::Tach,
        ..hobbs(Some(1), None)
    };
    assert_eq!(meters(vec![hobbs(Some(100), Some(100)), tach]), []);
}

#[test]
fn no_component_exceeds_the_block_time() {
    let names: Vec<_> = entry()
        .minutes
        .components()
        .iter()
        .map(|(name, _)| *name)
        .collect();
    let all = FlightMinutes {
        block: 10,
        airborne: Some(11),
        pic: 11,
        sic: 11,
        picus: 11,
        dual_received: 11,
        dual_given: 11,
        solo: 11,
        night: 11,
        actual_instrument: 11,
        simulated_instrument: 11,
        ifr: 11,
        cross_country: 11,
        multi_pilot: 11,
        simulator: 11,
    };
    let every: Vec<_> = names.iter().map(|name| (*name, "exceeds_block")).collect();
    assert_eq!(found(|e| e.minutes = all), every);
    assert_eq!(
        found(|e| e.minutes = FlightMinutes { block: 11, ..all }),
        []
    );
    assert_eq!(
        found(|e| e.minutes.night = -1),
        [("night_minutes", "out_of_range")]
    );
}

#[test]
fn block_time_has_bounds() {
    let block = |block| {
        found(|e| {
            e.minutes = FlightMinutes {
                block,
                ..FlightMinutes::default()
            }
        })
    };
    assert_eq!(block(2_880), []);
    assert_eq!(block(2_881), [("block_minutes", "out_of_range")]);
    // The components of zero then exceed it too; the block time is named first.
    assert_eq!(block(-1)[0], ("block_minutes", "out_of_range"));
}

#[test]
fn a_solo_flight_has_neither_instructor_nor_dual_received() {
    assert_eq!(
        found(|e| e.flight_type = FlightType::Solo),
        [
            ("instructor_id", "solo_with_instructor"),
            ("dual_received_minutes", "solo_with_instructor")
        ]
    );
    let alone = |e: &mut FlightEntry| {
        e.flight_type = FlightType::Solo;
        e.instructor_id = None;
        e.minutes = FlightMinutes {
            block: 60,
            solo: 60,
            pic: 60,
            ..FlightMinutes::default()
        };
    };
    assert_eq!(found(alone), []);
}

#[test]
fn counts_and_quantities_have_bounds() {
    assert_eq!(
        found(|e| e.landings.day = -1),
        [("landings_day", "out_of_range")]
    );
    assert_eq!(
        found(|e| e.landings.night = 1_000),
        [("landings_night", "out_of_range")]
    );
    assert_eq!(
        found(|e| e.landings.touch_and_goes = Some(-1)),
        [("touch_and_goes", "out_of_range")]
    );
    assert_eq!(
        found(|e| e.landings.takeoffs_day = Some(-1)),
        [("takeoffs_day", "out_of_range")]
    );
    assert_eq!(
        found(|e| e.landings.takeoffs_night = Some(-1)),
        [("takeoffs_night", "out_of_range")]
    );
    assert_eq!(found(|e| e.holds = Some(-1)), [("holds", "out_of_range")]);
    assert_eq!(
        found(|e| e.persons_on_board = Some(1_000)),
        [("persons_on_board", "out_of_range")]
    );
    assert_eq!(
        found(|e| e.oil_added_hundredths = Some(-1)),
        [("oil_added", "out_of_range")]
    );
    let fuel = |quantity_hundredths| {
        Some(Fuel {
            quantity_hundredths,
            unit: FuelUnit::Litre,
        })
    };
    assert_eq!(
        found(|e| e.fuel_added = fuel(-1)),
        [("fuel_added", "out_of_range")]
    );
    assert_eq!(found(|e| e.fuel_added = fuel(0)), []);
}

#[test]
fn approaches_are_counted_from_one() {
    let ils = |count| Approach {
        kind: "ILS".into(),
        runway: Some("25R".into()),
        airport: Some("KLAX".into()),
        count,
    };
    assert_eq!(found(|e| e.approaches = vec![ils(1), ils(99)]), []);
    assert_eq!(
        found(|e| e.approaches = vec![ils(0)]),
        [("approaches", "out_of_range")]
    );
    assert_eq!(
        found(|e| e.approaches = vec![ils(1); 51]),
        [("approaches", "too_many")]
    );
    let endless = Approach {
        kind: "x".repeat(61),
        ..ils(1)
    };
    assert_eq!(
        found(|e| e.approaches = vec![endless]),
        [("approaches", "too_long")]
    );
}

#[test]
fn codes_are_codes() {
    for registration in ["F-GKRD", "N1", "ABCDEFGHIJ12"] {
        assert_eq!(found(|e| e.registration = registration.into()), []);
    }
    for registration in ["", "N", "n740sp", "N740 SP", "ABCDEFGHIJ123", "Ñ1"] {
        assert_eq!(
            found(|e| e.registration = registration.into()),
            [("registration", "malformed")]
        );
    }
    assert_eq!(
        found(|e| e.departure.ident = String::new()),
        [("departure", "malformed")]
    );
    assert_eq!(
        found(|e| e.arrival.ident = "K;W".into()),
        [("arrival", "malformed")]
    );
    assert_eq!(
        found(|e| e.arrival.icao_code = Some("KIOWKIOWK".into())),
        [("airport", "too_long")]
    );
}

#[test]
fn texts_print_and_end() {
    assert_eq!(
        found(|e| e.remarks = Some("two\nlines\tand a tab".into())),
        []
    );
    assert_eq!(
        found(|e| e.remarks = Some("nul\0".into())),
        [("remarks", "malformed")]
    );
    assert_eq!(found(|e| e.remarks = Some("x".repeat(4_000))), []);
    assert_eq!(
        found(|e| e.remarks = Some("x".repeat(4_001))),
        [("remarks", "too_long")]
    );
    assert_eq!(
        found(|e| e.route = Some("x".repeat(1_001))),
        [("route", "too_long")]
    );
    assert_eq!(
        found(|e| e.aircraft_type = Some("x".repeat(21))),
        [("aircraft_type", "too_long")]
    );
}

#[test]
fn all_violations_are_found_at_once() {
    let three = |e: &mut FlightEntry| {
        e.landings.day = -1;
        e.minutes.night = 139;
        e.times.takeoff_at = Some(at(-1));
    };
    let mut found = found(three);
    found.sort_unstable();
    let expected = [
        ("landings_day", "out_of_range"),
        ("night_minutes", "exceeds_block"),
        ("takeoff_at", "out_of_order"),
    ];
    assert_eq!(found, expected);
}
