//! What makes a file a logbook, and what does not.

use logbook::{NotALogbook, OpenError, Reader, RowContent};

use crate::{codes, rows};

fn refusal(file: &[u8]) -> NotALogbook {
    match Reader::new(file).err().expect("not a logbook") {
        OpenError::NotALogbook(why) => why,
        other => panic!("{other}"),
    }
}

#[test]
fn an_empty_file_is_no_logbook() {
    assert_eq!(refusal(b""), NotALogbook::Empty);
}

#[test]
fn a_file_of_something_else_is_no_logbook() {
    let why = refusal(b"name,price\nbread,3\n\nmilk,1\n");
    assert_eq!(why, NotALogbook::NoFlightsTable { lines: 4 });
    assert!(why.to_string().contains("\"Flights Table\""));
    let flights_without_the_marker = b"Date,AircraftID,TotalTime\n2026-03-01,N51OA,1.0\n";
    assert_eq!(
        refusal(flights_without_the_marker),
        NotALogbook::NoFlightsTable { lines: 2 }
    );
}

#[test]
fn binary_data_is_no_logbook() {
    assert_eq!(
        refusal(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"),
        NotALogbook::NotText { line: 3 }
    );
    let utf_16: Vec<u8> = "Flights Table\nDate,PIC\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    assert_eq!(refusal(&utf_16), NotALogbook::NotText { line: 1 });
}

#[test]
fn a_flights_table_needs_a_header() {
    let why = refusal(b"Flights Table\n\n2026-03-01,N51OA,1.0\n");
    assert_eq!(why, NotALogbook::NoHeader { line: 1 });
    for what in ["line 1", "\"Date\"", "\"AircraftID\""] {
        assert!(why.to_string().contains(what), "{why}");
    }
    assert_eq!(
        refusal(b"\nFlights Table\nDate,Text,Text\n"),
        NotALogbook::NoHeader { line: 2 }
    );
    assert_eq!(
        refusal(b"Flights Table\nDate,Colour\n"),
        NotALogbook::NoHeader { line: 1 }
    );
}

#[test]
fn a_file_that_goes_on_without_flights_is_given_up() {
    let aircraft = "N51OA\n".repeat(20_000);
    let file = format!("Aircraft Table\nAircraftID\n{aircraft}");
    assert_eq!(
        refusal(file.as_bytes()),
        NotALogbook::NoFlightsTable { lines: 10_003 }
    );
    let endless = std::io::Read::take(std::io::repeat(b'\n'), 1 << 30);
    let why = Reader::new(endless).err().expect("not a logbook");
    assert!(why.to_string().contains("16777216 bytes at most"), "{why}");
}

#[test]
fn a_file_that_cannot_be_read_is_told_from_no_logbook() {
    struct Broken;
    impl std::io::Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            Err(std::io::Error::other("the disk is gone"))
        }
    }
    let error = Reader::new(Broken).err().expect("no disk");
    assert!(matches!(error, OpenError::Io(_)), "{error}");

    let file = b"Flights Table\nDate,PIC\n2026-03-01,1\n".as_slice();
    let mut reader = Reader::new(std::io::Read::chain(file, Broken)).expect("a logbook");
    assert!(reader.next().unwrap().is_ok());
    assert!(reader.next().unwrap().is_err());
    assert!(reader.next().is_none());
}

#[test]
fn byte_order_mark_and_every_line_end_are_read() {
    for line_end in ["\n", "\r\n", "\r"] {
        let lines = [
            "\u{feff}Flights Table,,",
            "Date,AircraftID,TotalTime",
            "",
            "2026-03-01,N51OA,1.6",
            ",,",
        ];
        let rows = rows(lines.join(line_end));
        assert_eq!(rows.len(), 1, "{line_end:?}");
        assert_eq!(rows[0].line, 4, "{line_end:?}");
        assert_eq!(rows[0].warnings, []);
    }
}

#[test]
fn a_row_of_types_may_stand_above_each_header() {
    let file = "\
ForeFlight Logbook Import,This row is required
,
Aircraft Table,,
Text,YYYY,Boolean
AircraftID,Year,taa
N51OA,2014,x

Flights Table,,#;type;runway;airport;comments
Date,Text,Packed Detail,Decimal or HH:MM
Date,AircraftID,Approach1,TotalTime
2026-03-01,N51OA,,1.0
";
    let rows = rows(file);
    assert_eq!(rows.len(), 2);
    assert!(matches!(rows[0].content, RowContent::Aircraft(_)));
    assert!(matches!(rows[1].content, RowContent::Flight(_)));
    assert!(rows.iter().all(|row| row.warnings.is_empty()));
}

#[test]
fn columns_are_read_by_name_old_or_new() {
    let old = "Flights Table\nTotalTime,NVG Ops,FlightReview,AircraftCode,Date\n1.0,2,x,N51OA,2026-03-01\n";
    let new = "Flights Table\nDate,AircraftID,Flight Review (FAA),NVGOps,TotalTime\n2026-03-01,N51OA,TRUE,2,1:00\n";
    let (old, new) = (rows(old), rows(new));
    assert_eq!(old[0].content, new[0].content);
    let RowContent::Flight(flight) = &old[0].content else {
        panic!()
    };
    assert!(flight.flags.flight_review);
    assert_eq!((flight.nvg_ops, flight.total_minutes), (2, 60));
}

#[test]
fn odd_headers_are_told_once_for_the_file() {
    let file = "Flights Table\nDate,PIC,Colour,PIC,[Text]My field,Initial Check (EASA),\n\
                2026-03-01,1,red,2,,,\n2026-03-02,,red,2,,,\n";
    let reader = Reader::new(file.as_bytes()).expect("a logbook");
    let expected = [
        "Colour unknown_column",
        "PIC duplicate_column",
        "[Text]My field unknown_column",
        "no_aircraft_table",
    ];
    assert_eq!(codes(reader.warnings()), expected);
    assert!(reader.warnings().iter().all(|warning| warning.line == 2));
    let minutes: Vec<u32> = reader
        .map(|row| match row.unwrap().content {
            RowContent::Flight(flight) => flight.minutes.pic,
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(minutes, [60, 120]);
}

#[test]
fn two_exports_in_one_file_are_both_read() {
    let export = "Aircraft Table\nAircraftID\nN51OA\nFlights Table\nDate,AircraftID,PIC,Colour\n2026-03-01,N51OA,1,red\n";
    let rows = rows(export.repeat(2));
    let lines: Vec<u64> = rows.iter().map(|row| row.line).collect();
    assert_eq!(lines, [3, 6, 9, 12]);
    assert_eq!(codes(&rows[2].warnings), ["repeated_aircraft"]);
    assert_eq!(
        codes(&rows[3].warnings),
        [
            "TotalTime total_missing",
            "repeated_flight",
            "Colour unknown_column"
        ],
        "the second header's warnings come with a row"
    );
    assert_eq!(rows[3].occurrence, 1);
}
