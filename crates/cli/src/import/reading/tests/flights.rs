//! What becomes of one flight.

use domain::flight::FlightType;

use super::*;

#[test]
fn a_date_without_times_begins_at_midnight_and_lasts_as_long_as_the_flight() {
    let taken = local(&[]);
    let entry = taken.entry(0);
    assert!(!entry.times_recorded);
    assert_eq!(
        instant("", entry.off_block_at),
        Ok(at("2026-05-02T00:00:00Z"))
    );
    assert_eq!(
        instant("", entry.on_block_at),
        Ok(at("2026-05-02T01:36:00Z"))
    );
    assert_eq!((entry.takeoff_at, entry.landing_at), (None, None));
    assert_eq!(entry.minutes.unwrap().block, 96);
    assert_eq!(
        (entry.registration.as_str(), entry.aircraft_type.as_deref()),
        ("N740SP", Some("C172"))
    );
    assert_eq!(
        (entry.pilot_id.as_str(), entry.pic_id.as_str()),
        (pilot().as_str(), pilot().as_str())
    );
    assert_eq!(taken.notes, []);
    assert_rules_hold(entry);
}

#[test]
fn times_of_day_give_the_block_across_midnight() {
    let taken = local(&[
        ("TimeOut", "23:10"),
        ("TimeOff", "2325"),
        ("TimeOn", "0:40"),
        ("TimeIn", "00:50"),
    ]);
    let entry = taken.entry(0);
    assert!(entry.times_recorded);
    assert_eq!(
        instant("", entry.off_block_at),
        Ok(at("2026-05-02T23:10:00Z"))
    );
    assert_eq!(
        instant("", entry.takeoff_at),
        Ok(at("2026-05-02T23:25:00Z"))
    );
    assert_eq!(
        instant("", entry.landing_at),
        Ok(at("2026-05-03T00:40:00Z"))
    );
    assert_eq!(
        instant("", entry.on_block_at),
        Ok(at("2026-05-03T00:50:00Z"))
    );
    assert_eq!(
        entry.minutes.unwrap().block,
        96,
        "the block is the total, not the times"
    );
    assert_rules_hold(entry);
}

#[test]
fn half_of_the_times_is_completed_and_said_to_be() {
    let taken = local(&[("TimeOut", "10:00")]);
    assert_eq!(
        instant("", taken.entry(0).on_block_at),
        Ok(at("2026-05-02T11:36:00Z"))
    );
    assert!(taken.entry(0).times_recorded);
    assert_eq!(taken.codes(), [(LINE, "TimeIn", "time_missing")]);

    let taken = local(&[("TimeIn", "00:36")]);
    assert_eq!(
        instant("", taken.entry(0).off_block_at),
        Ok(at("2026-05-01T23:00:00Z"))
    );
    assert_eq!(taken.codes(), [(LINE, "TimeOut", "time_missing")]);

    let taken = local(&[("TimeOff", "10:05"), ("TimeOn", "11:25")]);
    assert_eq!(
        instant("", taken.entry(0).off_block_at),
        Ok(at("2026-05-02T10:05:00Z"))
    );
    assert_eq!(
        instant("", taken.entry(0).on_block_at),
        Ok(at("2026-05-02T11:25:00Z"))
    );
    assert_rules_hold(taken.entry(0));

    // The landing cannot be after an on-block that the length of the flight gives.
    let taken = local(&[("TimeOut", "10:00"), ("TimeOff", "11:50")]);
    assert_eq!(taken.entry(0).takeoff_at, None);
    assert_eq!(
        taken.codes(),
        [
            (LINE, "TimeIn", "time_missing"),
            (LINE, "TimeOff", "times_out_of_order")
        ]
    );
}

#[test]
fn the_kind_of_flight_follows_from_its_minutes() {
    let kinds = [
        (
            vec![
                ("SimulatedFlight", "1.2"),
                ("TotalTime", "0"),
                ("DualReceived", "0"),
            ],
            FlightType::Simulator,
        ),
        (vec![("Solo", "1.6"), ("PIC", "1.6")], FlightType::Solo),
        (vec![("DualReceived", "1.6")], FlightType::Dual),
        (
            vec![("DualReceived", "0.8"), ("Solo", "0.8")],
            FlightType::Dual,
        ),
        (
            vec![("Checkride (FAA)", "TRUE"), ("PIC", "1.6")],
            FlightType::Check,
        ),
        (vec![("PIC", "1.6")], FlightType::Rental),
    ];
    for (columns, kind) in kinds {
        let taken = local(&columns);
        assert_eq!(taken.entry(0).flight_type, kind.to_string(), "{columns:?}");
        assert_rules_hold(taken.entry(0));
    }
    assert_eq!(
        local(&[("SimulatedFlight", "1.2"), ("TotalTime", "0")])
            .entry(0)
            .minutes
            .unwrap()
            .block,
        72
    );
    assert_eq!(
        local(&[("IFR", "0.4")]).entry(0).flight_rules.as_deref(),
        Some("ifr")
    );
}

#[test]
fn an_unknown_end_is_the_other_one_or_nowhere() {
    let ends = |taken: &Taken| {
        let entry = taken.entry(0);
        (
            entry.departure.clone().unwrap().ident,
            entry.arrival.clone().unwrap().ident,
        )
    };
    let ident = |text: &str| text.to_owned();
    let taken = local(&[("To", "")]);
    assert_eq!(ends(&taken), (ident("KPAO"), ident("KPAO")));
    assert_eq!(taken.codes(), [(LINE, "To", "airport_unknown")]);
    let taken = local(&[("From", "")]);
    assert_eq!(taken.codes(), [(LINE, "From", "airport_unknown")]);
    let taken = local(&[("From", ""), ("To", "")]);
    assert_eq!(ends(&taken), (ident("ZZZZ"), ident("ZZZZ")));
    assert_eq!(taken.entry(0).departure.clone().unwrap().icao_code, None);
    let taken = local(&[("From", "my field"), ("To", "c83")]);
    assert_eq!(ends(&taken), (ident("C83"), ident("C83")));
    assert_eq!(
        taken.codes(),
        [
            (LINE, "From", "airport_unreadable"),
            (LINE, "From", "airport_unknown")
        ]
    );
    assert_eq!(taken.notes[0].value.as_deref(), Some("my field"));
}

#[test]
fn meters_landings_approaches_and_holds_go_along() {
    let taken = local(&[
        ("HobbsStart", "2274.3"),
        ("HobbsEnd", "2275.9"),
        ("TachStart", "1980.11"),
        ("TachEnd", "1981.5"),
        ("DayTakeoffs", "3"),
        ("DayLandingsFullStop", "3"),
        ("NightLandingsFullStop", "1"),
        ("AllLandings", "4"),
        ("Holds", "1"),
        ("Approach1", "1;RNAV (GPS);25;KIOW;Land 12;CIRCLE"),
    ]);
    let entry = taken.entry(0);
    let span = |kind: &str, start, end| v1::MeterSpan {
        kind: kind.into(),
        start_hundredths: Some(start),
        end_hundredths: Some(end),
    };
    assert_eq!(
        entry.meters,
        [
            span("hobbs", 227_430, 227_590),
            span("tach", 198_011, 198_150)
        ]
    );
    let landings = entry.landings.unwrap();
    assert_eq!(
        (landings.day, landings.night, landings.takeoffs_day),
        (3, 1, Some(3))
    );
    let approach = &entry.approaches[0];
    assert_eq!((approach.kind.as_str(), approach.count), ("RNAV (GPS)", 1));
    assert_eq!(
        (approach.runway.as_deref(), approach.airport.as_deref()),
        (Some("25"), Some("KIOW"))
    );
    assert_eq!(entry.holds, Some(1));
    assert_rules_hold(entry);
}

#[test]
fn a_meter_read_at_one_end_only_is_kept() {
    let taken = local(&[("HobbsStart", "100.0")]);
    let span = &taken.entry(0).meters[0];
    assert_eq!(
        (span.start_hundredths, span.end_hundredths),
        (Some(10_000), None)
    );
    assert_rules_hold(taken.entry(0));
}

#[test]
fn nothing_of_remarks_or_people_is_taken_along() {
    let secret = "Anna Vogel was sick";
    let taken = local(&[
        ("PilotComments", secret),
        ("Person1", "Anna Vogel;Passenger;anna@example.com;+15550100"),
    ]);
    let all = format!("{:?} {:?} {:?}", taken.flights, taken.notes, taken.aircraft);
    for part in ["Vogel", "sick", "example.com", "555"] {
        assert!(!all.contains(part), "{part}");
    }
    assert_eq!(taken.entry(0).remarks, None);
}

#[test]
fn what_a_record_has_no_place_for_is_said() {
    let taken = local(&[("Examiner", "1.6")]);
    assert_eq!(taken.codes(), [(LINE, "Examiner", "not_imported")]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Whatever stands in the cells, what comes of it keeps the record's rules, but for blocks
    /// longer than the record believes in.
    #[test]
    fn every_entry_keeps_the_rules_of_the_record(
        id in "\\PC{0,20}",
        ends in proptest::array::uniform2("[A-Za-z0-9 -]{0,9}"),
        times in proptest::array::uniform4("(|[0-2]?[0-9]:[0-5][0-9])"),
        hours in proptest::array::uniform6("(|[0-9]|[0-3][0-9]\\.[0-9])"),
        meters in proptest::array::uniform4("(|[0-9]{1,5}\\.[0-9])"),
        counts in proptest::array::uniform3("(|[0-9]{1,3})"),
        approach in "(|[0-9]{0,3};[A-Z ()]{0,80};[0-9]{0,2};K[A-Z]{3})",
    ) {
        let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
        let id = quoted(&id);
        let mut columns = vec![("Date", "2026-05-02"), ("AircraftID", id.as_str()), ("Approach1", approach.as_str())];
        columns.extend(["From", "To"].into_iter().zip(ends.iter().map(String::as_str)));
        columns.extend(["TimeOut", "TimeOff", "TimeOn", "TimeIn"].into_iter().zip(times.iter().map(String::as_str)));
        let parts = ["TotalTime", "PIC", "Solo", "DualReceived", "SimulatedFlight", "IFR"];
        columns.extend(parts.into_iter().zip(hours.iter().map(String::as_str)));
        columns.extend(["HobbsStart", "HobbsEnd", "TachStart", "TachEnd"].into_iter().zip(meters.iter().map(String::as_str)));
        columns.extend(["DayLandingsFullStop", "AllLandings", "Holds"].into_iter().zip(counts.iter().map(String::as_str)));
        for flight in flight(&columns).flights {
            assert_rules_hold(flight.entry.as_ref().unwrap());
        }
    }
}
