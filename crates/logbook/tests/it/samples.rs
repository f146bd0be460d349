//! The samples under `examples/logbooks`.

use logbook::{Reader, Row, RowContent, Summary};

use crate::{codes, in_workspace};

use Kind::{Aircraft, Flight, Ground, Refused};

#[derive(Debug, PartialEq)]
enum Kind {
    Aircraft,
    Flight,
    Ground,
    Refused,
}

fn kind(row: &Row) -> Kind {
    match row.content {
        RowContent::Aircraft(_) => Aircraft,
        RowContent::Flight(_) => Flight,
        RowContent::GroundTraining(_) => Ground,
        RowContent::Refused => Refused,
    }
}

fn open(name: &str) -> Reader<std::fs::File> {
    let path = in_workspace("examples/logbooks").join(name);
    Reader::new(std::fs::File::open(path).unwrap()).unwrap()
}

#[test]
fn the_sample_reads_without_a_warning() {
    let reader = open("sample.csv");
    assert_eq!(reader.warnings(), []);
    let mut summary = Summary::default();
    let mut night_landings = 0;
    for row in reader {
        let row = row.unwrap();
        assert_eq!(row.warnings, []);
        summary.add(&row);
        if let RowContent::Flight(flight) = &row.content {
            assert_eq!(flight.times.block_minutes(), Some(flight.total_minutes));
            assert_eq!(flight.hobbs.minutes(), Some(flight.total_minutes));
            night_landings += flight.landings.night;
        }
    }
    let expected = Summary {
        aircraft: 4,
        flights: 40,
        total_minutes: 2616,
        landings: 104,
        ..Summary::default()
    };
    assert_eq!((summary, night_landings), (expected, 13));
}

#[test]
fn the_odd_file_has_these_oddities() {
    let reader = open("odd.csv");
    let of_the_file: Vec<_> = reader
        .warnings()
        .iter()
        .map(|warning| warning.line)
        .collect();
    assert_eq!(of_the_file, [15, 15, 15]);
    let expected = [
        "PIC duplicate_column",
        "Favourite Colour unknown_column",
        "[Hours]Towing unknown_column",
    ];
    assert_eq!(codes(reader.warnings()), expected);

    let rows: Vec<Row> = reader.map(Result::unwrap).collect();
    assert_eq!(rows.len(), ODDITIES.len());
    for (row, (line, what, expected)) in rows.iter().zip(ODDITIES) {
        assert_eq!((row.line, &kind(row)), (*line, what));
        assert_eq!(codes(&row.warnings), *expected, "line {line}");
        assert!(row.warnings.iter().all(|warning| warning.line == *line));
    }
}

/// Each data row of `odd.csv`: its line, what it is read as, and the column and
/// code of each warning.
const ODDITIES: &[(u64, Kind, &[&str])] = &[
    (5, Aircraft, &[]),
    (6, Aircraft, &[]),
    (7, Aircraft, &[]),
    (
        8,
        Aircraft,
        &["Year unreadable_value", "EngineType unknown_value"],
    ),
    (9, Refused, &["AircraftID no_aircraft_id"]),
    (10, Aircraft, &["repeated_aircraft"]),
    (11, Aircraft, &[]),
    (16, Flight, &[]),
    (17, Flight, &[]),
    (18, Flight, &[]),
    (20, Flight, &[]),
    (21, Flight, &[]),
    (22, Ground, &[]),
    (23, Flight, &["HobbsEnd meter_incomplete"]),
    (24, Flight, &["HobbsStart meter_incomplete"]),
    (25, Flight, &["HobbsEnd meter_far_from_total"]),
    (26, Flight, &["HobbsEnd meter_reversed"]),
    (27, Flight, &["TachEnd meter_incomplete"]),
    (28, Flight, &["Night component_above_total"]),
    (29, Flight, &["TotalTime total_missing"]),
    (30, Flight, &["TotalTime total_missing"]),
    (31, Flight, &["TotalTime total_missing"]),
    (32, Flight, &["TotalTime total_missing"]),
    (33, Flight, &["AircraftID aircraft_not_listed"]),
    (34, Flight, &["AircraftID no_aircraft"]),
    (35, Flight, &["AllLandings landings_disagree"]),
    (36, Flight, &["DayLandingsFullStop columns_disagree"]),
    (37, Flight, &["DayTakeoffs out_of_range"]),
    (38, Flight, &["TimeOff times_out_of_order"]),
    (39, Flight, &["TimeOut unreadable_value"]),
    (40, Flight, &["PIC unreadable_value"]),
    (41, Flight, &["Approach1 unreadable_value"]),
    (42, Flight, &["Flight Review (FAA) unreadable_value"]),
    (43, Flight, &[]),
    (44, Flight, &["repeated_flight"]),
    (45, Refused, &["Date no_date"]),
    (46, Refused, &["Date unreadable_date"]),
    (47, Refused, &["nothing_recorded"]),
    (48, Flight, &["too_few_fields"]),
    (49, Refused, &["too_many_fields"]),
    (50, Flight, &["Route not_utf8"]),
    (51, Flight, &["stray_quote"]),
    (52, Refused, &["unterminated_quote"]),
    (53, Flight, &[]),
];
