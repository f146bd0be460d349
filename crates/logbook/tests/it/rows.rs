//! Rows of the wrong size or in a wrong encoding: one row each, and the next
//! row is read all the same.

use logbook::limits::{MAX_FIELD_BYTES, MAX_ROW_BYTES};
use logbook::{Row, RowContent};

use crate::{codes, rows};

const TABLE: &str = "Flights Table\nDate,AircraftID,Route,TotalTime,PilotComments\n";

fn read(data: &str) -> Vec<Row> {
    rows(format!("{TABLE}{data}"))
}

fn is_refused(row: &Row) -> bool {
    row.content == RowContent::Refused
}

#[test]
fn blank_rows_are_no_rows() {
    assert_eq!(read("\n,,,,\n  , ,,,\n").len(), 0);
}

#[test]
fn a_short_row_is_kept() {
    let rows = read("2026-03-01,N51OA,LOCAL\n2026-03-02,N51OA,LOCAL,1.0,\n");
    assert_eq!(
        codes(&rows[0].warnings),
        ["too_few_fields", "TotalTime total_missing"]
    );
    assert!(!is_refused(&rows[0]));
    assert_eq!(rows[1].warnings, []);
}

#[test]
fn a_long_row_is_kept_only_when_the_surplus_is_empty() {
    let rows = read("2026-03-01,N51OA,KPAO, KHAF,1.0,x\n2026-03-02,N51OA,,1.0,,,\n");
    assert!(is_refused(&rows[0]));
    assert_eq!(codes(&rows[0].warnings), ["too_many_fields"]);
    assert!(
        rows[0].warnings[0]
            .reason
            .contains("6 values for 5 columns")
    );
    assert_eq!(codes(&rows[1].warnings), ["too_many_fields"]);
    assert!(!is_refused(&rows[1]));
    let very_long = read(&",".repeat(5000)).len() + read(&"x,".repeat(5000)).len();
    assert_eq!(very_long, 1);
}

#[test]
fn broken_text_is_replaced_and_named() {
    let mut file = TABLE.as_bytes().to_vec();
    file.extend(b"2026-03-01,N51OA,caf\xe9,1.\xff0,gr\xfc\xdfe\n2026-03-02,N51OA,,1.0,\n");
    let rows = rows(file);
    let expected = [
        "TotalTime not_utf8",
        "TotalTime unreadable_value",
        "TotalTime total_missing",
        "Route not_utf8",
        "PilotComments not_utf8",
    ];
    assert_eq!(codes(&rows[0].warnings), expected);
    let RowContent::Flight(flight) = &rows[0].content else {
        panic!()
    };
    assert_eq!(flight.route.as_deref(), Some("caf\u{fffd}"));
    assert_eq!(rows[1].warnings, []);
}

#[test]
fn quoted_values_may_hold_commas_quotes_and_line_ends() {
    let rows =
        read("2026-03-01,N51OA,\"A, B\",1.0,\"one\r\ntwo \"\"2\"\"\"\n2026-03-02,N51OA,,1.0,\n");
    assert_eq!(rows.iter().map(|row| row.line).collect::<Vec<_>>(), [3, 5]);
    let RowContent::Flight(flight) = &rows[0].content else {
        panic!()
    };
    assert_eq!(flight.route.as_deref(), Some("A, B"));
    assert_eq!(flight.comments.as_ref().unwrap().expose(), "one\ntwo \"2\"");
}

#[test]
fn an_open_quote_costs_its_own_line_alone() {
    // Up to the end of the file, and up to the next quoted value.
    for last in [
        "2026-03-03,N51OA,,1.0,done\n",
        "2026-03-03,N51OA,,1.0,\"done, too\"\n",
    ] {
        let rows = read(&format!(
            "2026-03-01,N51OA,,1.0,\"open\n2026-03-02,N51OA,,1.0,\n{last}"
        ));
        assert_eq!(
            rows.iter().map(|row| row.line).collect::<Vec<_>>(),
            [3, 4, 5]
        );
        assert!(is_refused(&rows[0]));
        assert_eq!(codes(&rows[0].warnings), ["unterminated_quote"]);
        assert_eq!((&rows[1].warnings, &rows[2].warnings), (&vec![], &vec![]));
    }
}

#[test]
fn a_stray_quote_is_named() {
    let rows =
        read("2026-03-01,N51OA,,1.0,\"the \"best\" day\"\n2026-03-02,N51OA,,1.0,a 5\" pipe\n");
    assert_eq!(codes(&rows[0].warnings), ["stray_quote"]);
    assert!(!is_refused(&rows[0]));
    assert_eq!(rows[1].warnings, []);
}

#[test]
fn an_open_quote_swallows_no_unlimited_file() {
    const LINES: usize = 3 * MAX_ROW_BYTES / 2 / 24;
    let many = "2026-03-02,N51OA,,1.0,\n".repeat(LINES);
    let rows = read(&format!("2026-03-01,N51OA,,1.0,\"open\n{many}"));
    assert_eq!(rows.len(), 1 + LINES);
    assert_eq!(rows.iter().filter(|row| is_refused(row)).count(), 1);
    assert!(rows.iter().zip(3..).all(|(row, line)| row.line == line));
}

#[test]
fn a_value_too_long_refuses_its_row() {
    let fits = "x".repeat(MAX_FIELD_BYTES);
    let rows = read(&format!(
        "2026-03-01,N51OA,,1.0,{fits}\n2026-03-02,N51OA,,1.0,{fits}x\n2026-03-03,N51OA,,1.0,\n"
    ));
    assert_eq!(codes(&rows[0].warnings), Vec::<String>::new());
    assert!(is_refused(&rows[1]));
    assert_eq!(codes(&rows[1].warnings), ["PilotComments field_too_long"]);
    assert_eq!(rows[2].warnings, []);
}

#[test]
fn a_row_too_long_is_refused() {
    let long = "x".repeat(2 * MAX_ROW_BYTES);
    let rows = read(&format!(
        "2026-03-01,N51OA,,1.0,{long}\n2026-03-02,N51OA,,1.0,\n"
    ));
    assert_eq!(rows.iter().map(|row| row.line).collect::<Vec<_>>(), [3, 4]);
    assert!(is_refused(&rows[0]));
    assert_eq!(codes(&rows[0].warnings), ["row_too_long"]);
    assert_eq!(rows[1].warnings, []);
}

#[test]
fn a_row_without_date_or_content_is_refused() {
    let rows = read(
        ",N51OA,,1.0,\n14/3/2026,N51OA,,1.0,\n2026-02-30,N51OA,,1.0,\n2026-03-01,,,0.0,on a date\n",
    );
    let expected = [
        "Date no_date",
        "Date unreadable_date",
        "Date unreadable_date",
        "nothing_recorded",
    ];
    for (row, expected) in rows.iter().zip(expected) {
        assert!(is_refused(row));
        assert_eq!(codes(&row.warnings), [expected]);
    }
    assert_eq!(rows[1].warnings[0].value.as_deref(), Some("14/3/2026"));
    assert_eq!(rows[1].warnings[0].line, 4);
}

#[test]
fn rows_ahead_of_a_header_are_refused() {
    let rows = rows(
        "Aircraft Table\nN51OA\nFlights Table\n2026-03-01\nDate,PIC,TotalTime\n2026-03-01,1,1\n",
    );
    assert_eq!(codes(&rows[0].warnings), ["no_header"]);
    assert_eq!(codes(&rows[1].warnings), ["no_header"]);
    assert!(!is_refused(&rows[2]));
}

#[test]
fn ground_training_alone_is_no_flight() {
    let file = "Flights Table\nDate,AircraftID,TotalTime,GroundTraining,GroundTrainingGiven,Person1\n\
                3/1/2026,,0.0,2.0,0:30,Someone;Instructor;;\n";
    let rows = rows(file);
    let RowContent::GroundTraining(training) = &rows[0].content else {
        panic!("{:?}", rows[0])
    };
    assert_eq!(training.date.to_string(), "2026-03-01");
    assert_eq!(
        (training.received_minutes, training.given_minutes),
        (120, 30)
    );
    assert_eq!(rows[0].warnings, []);
}
