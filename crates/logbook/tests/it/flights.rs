//! What a flight is made of, and what is odd in it.

use logbook::limits::MAX_IDENT_CHARS;
use logbook::{MeterReadings, RowContent};

use crate::{codes, flight, rows};

#[test]
fn the_parts_of_the_time_are_read() {
    let columns = "TotalTime,PIC,SIC,Night,Solo,CrossCountry,PICUS,MultiPilot,IFR,Examiner,NVG,ActualInstrument,\
                   SimulatedInstrument,DualGiven,DualReceived,SimulatedFlight,GroundTraining,GroundTrainingGiven";
    let (flight, warnings) = flight(
        columns,
        "1.6,.1,0.2,0.3,0.4,0.5,0.6,0.7,0.8,0.9,1,1.1,1.2,1.3,1:24,1.5,1.7,1.8",
    );
    assert_eq!(warnings, []);
    let m = flight.minutes;
    assert_eq!(
        [m.pic, m.sic, m.night, m.solo, m.cross_country],
        [6, 12, 18, 24, 30]
    );
    assert_eq!(
        [m.picus, m.multi_pilot, m.ifr, m.examiner, m.nvg],
        [36, 42, 48, 54, 60]
    );
    assert_eq!([m.actual_instrument, m.simulated_instrument], [66, 72]);
    assert_eq!([m.dual_given, m.dual_received], [78, 84]);
    assert_eq!(
        (flight.total_minutes, flight.simulated_flight_minutes),
        (96, 90)
    );
    assert_eq!(
        (
            flight.ground_training_minutes,
            flight.ground_training_given_minutes
        ),
        (102, 108)
    );
}

#[test]
fn a_part_above_the_total_is_capped() {
    let (flight, warnings) = flight("TotalTime,PIC,Night (FAA)", "1.6,1.6,2.0");
    assert_eq!((flight.minutes.pic, flight.minutes.night), (96, 96));
    assert_eq!(codes(&warnings), ["Night (FAA) component_above_total"]);
    assert_eq!(
        warnings[0].reason,
        "is 120 min, above the total of 96 min; kept as 96 min"
    );
    assert_eq!(warnings[0].line, 3);
}

#[test]
fn ground_and_simulator_time_are_no_parts_of_the_total() {
    let (flight, warnings) = flight("TotalTime,GroundTraining", "0.4,2.6");
    assert_eq!((flight.ground_training_minutes, warnings), (156, vec![]));
}

#[test]
fn a_simulator_session_has_no_flight_time() {
    for total in ["", "0.0"] {
        let values = format!("{total},1.5,1.5,1.0,0900,1030");
        let columns = "TotalTime,SimulatedFlight,DualReceived,SimulatedInstrument,TimeOut,TimeIn";
        let (flight, warnings) = flight(columns, &values);
        assert_eq!((flight.total_minutes, flight.block_minutes()), (0, 90));
        assert_eq!(
            (
                flight.minutes.dual_received,
                flight.minutes.simulated_instrument
            ),
            (90, 60)
        );
        assert_eq!(warnings, []);
    }
}

#[test]
fn a_missing_total_is_taken_from_elsewhere() {
    let columns = "TotalTime,TimeOut,TimeIn,HobbsStart,HobbsEnd,PIC,Night";
    let cases = [
        (
            ",2350,0120,100.0,101.4,1.2,0.1",
            90,
            "is missing; 90 min taken from TimeOut and TimeIn",
        ),
        (
            ",2350,,100.0,101.4,1.2,0.1",
            84,
            "is missing; 84 min taken from the Hobbs meter",
        ),
        (
            ",2350,,100.0,,1.2,0.1",
            72,
            "is missing; 72 min taken from the longest part, PIC",
        ),
        (
            "0.0,,,0.00,0.00,0.0,0.3",
            18,
            "is 0 beside a part of the flight that is longer; 18 min taken from the longest part, Night",
        ),
        (",,,,,,", 0, "is missing; nothing stands in for it; 0 min"),
        (
            "lots,,,100.0,101.0,,",
            60,
            "is missing; 60 min taken from the Hobbs meter",
        ),
        (
            ",,,100.0,1001.0,1.2,",
            72,
            "is missing; 72 min taken from the longest part, PIC",
        ),
    ];
    for (values, total, reason) in cases {
        let (flight, warnings) = flight(columns, values);
        assert_eq!(flight.total_minutes, total, "{values}");
        let warning = warnings
            .iter()
            .find(|warning| warning.code.as_str() == "total_missing")
            .unwrap();
        assert_eq!(warning.reason, reason);
        assert_eq!(warning.column.as_deref(), Some("TotalTime"));
    }
    let (flight, warnings) = flight("TotalTime,PIC", "0.0,0.0");
    assert_eq!(
        (flight.total_minutes, warnings),
        (0, vec![]),
        "a zero is a figure"
    );
}

#[test]
fn meters_are_hundredths() {
    let (flight, warnings) = flight(
        "TotalTime,HobbsStart,HobbsEnd,TachStart,TachEnd",
        "1.6,2274.3,2275.9,1 990.05,1991.4",
    );
    assert_eq!(
        flight.hobbs,
        MeterReadings {
            start: Some(227_430),
            end: Some(227_590)
        }
    );
    assert_eq!(
        flight.tach,
        MeterReadings {
            start: Some(199_005),
            end: Some(199_140)
        }
    );
    assert_eq!((flight.hobbs.minutes(), warnings), (Some(96), vec![]));
}

#[test]
fn a_meter_that_was_not_read_is_no_oddity() {
    for values in ["1.6,0.00,0.00,0.00,0.00", "1.6,,,,", "1.6,0.0,,,0.0"] {
        let (flight, warnings) = flight("TotalTime,HobbsStart,HobbsEnd,TachStart,TachEnd", values);
        assert_eq!((flight.hobbs, flight.tach, warnings), Default::default());
    }
}

#[test]
fn odd_meters_are_named() {
    let cases = [
        (
            "100.0,,,",
            "HobbsEnd meter_incomplete",
            (Some(10_000), None),
        ),
        (
            ",101.6,,",
            "HobbsStart meter_incomplete",
            (None, Some(10_160)),
        ),
        (
            "1752.6,0.00,,",
            "HobbsEnd meter_incomplete",
            (Some(175_260), None),
        ),
        ("1752.6,1752.5,,", "HobbsEnd meter_reversed", (None, None)),
        (
            "100.0,124.3,,",
            "HobbsEnd meter_far_from_total",
            (Some(10_000), Some(12_430)),
        ),
        (
            "100.0,100.1,,",
            "HobbsEnd meter_far_from_total",
            (Some(10_000), Some(10_010)),
        ),
        (",,50.0,", "TachEnd meter_incomplete", (None, None)),
        (",,50.0,49.9", "TachEnd meter_reversed", (None, None)),
    ];
    for (values, expected, (start, end)) in cases {
        let (flight, warnings) = flight(
            "HobbsStart,HobbsEnd,TachStart,TachEnd,TotalTime",
            &format!("{values},1.6"),
        );
        assert_eq!(codes(&warnings), [expected]);
        assert_eq!(flight.hobbs, MeterReadings { start, end });
    }
    // 48 min is half of 1.6 h, and within the tolerance.
    let (_, warnings) = flight("HobbsStart,HobbsEnd,TotalTime", "100.0,102.4,1.6");
    assert_eq!(warnings, []);
}

#[test]
fn an_unreadable_value_is_dropped_and_named() {
    let columns = "TotalTime,PIC,Distance,Holds,TimeOut,IPC,NVGOps,Night";
    let (flight, warnings) = flight(
        columns,
        "1.6,1h,far,-1,25:00,perhaps,1.5,99999999999999999999",
    );
    let expected = [
        "TimeOut unreadable_value",
        "PIC unreadable_value",
        "Night out_of_range",
        "NVGOps unreadable_value",
        "Distance unreadable_value",
        "Holds out_of_range",
        "IPC unreadable_value",
    ];
    assert_eq!(codes(&warnings), expected);
    assert_eq!(warnings[0].value.as_deref(), Some("25:00"));
    assert_eq!(
        (
            flight.minutes.pic,
            flight.distance_nm_hundredths,
            flight.holds
        ),
        (0, None, 0)
    );
}

#[test]
fn flags_and_texts_are_read() {
    let columns =
        "From,To,Route,Distance,Flight Review,IPC,Checkride,FAA 61.58,NVG Proficiency,TotalTime";
    let (flight, warnings) = flight(columns, "KPAO,O69,KPAO  O69,106.30,TRUE,x,1,yes,false,1.0");
    assert_eq!(warnings, []);
    assert_eq!(
        (flight.from.as_deref(), flight.to.as_deref()),
        (Some("KPAO"), Some("O69"))
    );
    assert_eq!(
        (flight.route.as_deref(), flight.distance_nm_hundredths),
        (Some("KPAO  O69"), Some(10_630))
    );
    let f = flight.flags;
    assert_eq!(
        [
            f.flight_review,
            f.ipc,
            f.checkride,
            f.far_61_58,
            f.nvg_proficiency
        ],
        [true, true, true, true, false]
    );
}

#[test]
fn approaches_are_unpacked() {
    let columns = "TotalTime,Approach1,Approach2,Approach3,Approach4,Approach5,Approach6";
    let values = "1.0,1;RNAV (GPS);25;KIOW;Land 12;CIRCLE,2;ILS OR LOC RWY 28R;28R;KDPA;;,VOR,;NDB,0;ILS;1;KPAO;,3";
    let (flight, warnings) = flight(columns, values);
    assert_eq!(
        codes(&warnings),
        ["Approach5 unreadable_value", "Approach6 unreadable_value"]
    );
    let [rnav, ils, vor, ndb] = &flight.approaches[..] else {
        panic!("{:?}", flight.approaches)
    };
    assert_eq!(
        (rnav.count, rnav.kind.as_str(), rnav.circling),
        (1, "RNAV (GPS)", true)
    );
    assert_eq!(
        (rnav.runway.as_deref(), rnav.airport.as_deref()),
        (Some("25"), Some("KIOW"))
    );
    assert_eq!(rnav.comment.as_ref().unwrap().expose(), "Land 12");
    assert_eq!(
        (ils.count, ils.runway.as_deref(), &ils.comment, ils.circling),
        (2, Some("28R"), &None, false)
    );
    assert_eq!((vor.count, vor.kind.as_str()), (1, "VOR"));
    assert_eq!((ndb.count, ndb.kind.as_str()), (1, "NDB"));
}

#[test]
fn the_aircraft_of_a_flight_is_looked_for() {
    let file = "Aircraft Table\nAircraftID\nN51OA\nFlights Table\nDate,AircraftID,TotalTime\n\
                2026-03-04,n51oa,1.0\n2026-03-03,N52OA,1.0\n2026-03-02,,1.0\n";
    let flights = &rows(file)[1..];
    assert_eq!(codes(&flights[0].warnings), Vec::<String>::new());
    assert_eq!(
        codes(&flights[1].warnings),
        ["AircraftID aircraft_not_listed"]
    );
    assert_eq!(flights[1].warnings[0].value.as_deref(), Some("N52OA"));
    assert_eq!(codes(&flights[2].warnings), ["AircraftID no_aircraft"]);
    assert!(matches!(flights[2].content, RowContent::Flight(_)));
    let (_, warnings) = flight(
        "TotalTime,From",
        &format!("1.0,{}", "K".repeat(MAX_IDENT_CHARS + 1)),
    );
    assert_eq!(codes(&warnings), ["From out_of_range"]);
}
