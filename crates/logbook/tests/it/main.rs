//! The reader as its callers see it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test"
)]

mod aircraft;
mod flights;
mod identity;
mod landings;
mod privacy;
mod properties;
mod real_file;
mod rows;
mod samples;
mod times;
mod whole_file;

use logbook::{LogbookFlight, Reader, Row, RowContent, Warning};

/// Reads a file that is a logbook.
fn rows(file: impl AsRef<[u8]>) -> Vec<Row> {
    let reader = Reader::new(file.as_ref()).expect("a logbook");
    reader.map(|row| row.expect("memory can be read")).collect()
}

/// Reads one flight under a header; `Date` and `AircraftID` come first.
fn flight(columns: &str, values: &str) -> (LogbookFlight, Vec<Warning>) {
    let file = format!("Flights Table\nDate,AircraftID,{columns}\n2026-03-01,N51OA,{values}\n");
    let mut rows = rows(file);
    assert_eq!(rows.len(), 1);
    let row = rows.remove(0);
    match row.content {
        RowContent::Flight(flight) => (*flight, row.warnings),
        other => panic!("no flight: {other:?}, {:?}", row.warnings),
    }
}

/// The warnings as `column code`, for comparison.
fn codes(warnings: &[Warning]) -> Vec<String> {
    let code = |warning: &Warning| match &warning.column {
        Some(column) => format!("{column} {}", warning.code),
        None => warning.code.to_string(),
    };
    warnings.iter().map(code).collect()
}

/// The place of a file in the work tree.
fn in_workspace(path: &str) -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .join(path)
}
