//! Rows that are refused before their values are looked at, and the warnings
//! that only the whole file gives rise to.

use crate::cells::Cells;
use crate::fields::Fields;
use crate::header::Header;
use crate::limits::{MAX_FIELD_BYTES, MAX_FIELDS, MAX_ROW_BYTES};
use crate::records::Framing;
use crate::row::{Row, RowContent};
use crate::warning::{Warning, WarningCode};

/// A row that could not be made out in the file.
pub(super) fn of_framing(line: u64, framing: Framing) -> Row {
    match framing {
        Framing::TooLong => refused(
            line,
            WarningCode::RowTooLong,
            format!("the row is longer than {MAX_ROW_BYTES} bytes; it is not read"),
        ),
        Framing::Unterminated | Framing::Whole => refused(
            line,
            WarningCode::UnterminatedQuote,
            "a quote is opened in this line and not closed; the line is not read, \
             and reading goes on with the next"
                .to_owned(),
        ),
    }
}

/// A row below the name of a table and not below a header.
pub(super) fn of_headless(line: u64) -> Row {
    let reason = "the table has no header above this row; it is not read";
    refused(line, WarningCode::NoHeader, reason.to_owned())
}

/// Whether a row is refused for its size; else warns of what may be amiss.
pub(super) fn by_size(cells: &mut Cells<'_>, fields: &Fields, header: &Header) -> bool {
    if fields.too_many() {
        let reason = format!("the row has more than {MAX_FIELDS} values; it is not read");
        cells.warn_row(WarningCode::TooManyFields, reason);
        return true;
    }
    if let Some(place) = fields.too_long() {
        let reason = format!("is longer than {MAX_FIELD_BYTES} bytes; the row is not read");
        cells.warn_at(place, WarningCode::FieldTooLong, &reason);
        return true;
    }
    let (columns, values) = (header.width(), fields.len());
    if fields.has_stray_quote() {
        let reason = "a quote inside a value is followed by more text; \
                      values may be in wrong columns";
        cells.warn_row(WarningCode::StrayQuote, reason);
    }
    let beyond = fields.iter().skip(columns);
    if beyond
        .filter(|value| !value.trim_ascii().is_empty())
        .count()
        > 0
    {
        let reason = format!(
            "the row has {values} values for {columns} columns, so that none can be \
             told to be in its column; it is not read"
        );
        cells.warn_row(WarningCode::TooManyFields, reason);
        return true;
    }
    if values > header.full_width() {
        let reason =
            format!("the row has {values} values for {columns} columns; the surplus is empty");
        cells.warn_row(WarningCode::TooManyFields, reason);
    }
    if values < columns {
        let reason = format!(
            "the row has {values} values for {columns} columns; it is kept, and the \
             missing ones are empty"
        );
        cells.warn_row(WarningCode::TooFewFields, reason);
    }
    false
}

pub(super) fn no_aircraft_table(line: u64) -> Warning {
    let reason = "no aircraft table stands before the flights; aircraft are taken as they come";
    warning(line, WarningCode::NoAircraftTable, reason.to_owned())
}

pub(super) fn repeated_aircraft(line: u64) -> Warning {
    let reason = "the aircraft stands in the table more than once; every row is kept";
    warning(line, WarningCode::RepeatedAircraft, reason.to_owned())
}

/// A warning for every row but the first of identical ones.
pub(super) fn repeated_flight(line: u64, occurrence: u32) -> Option<Warning> {
    let number = occurrence.checked_add(1).filter(|number| *number > 1)?;
    let reason = format!(
        "date, aircraft, places, time off block and total are those of an earlier row; \
         kept as flight {number} of its kind"
    );
    Some(warning(line, WarningCode::RepeatedFlight, reason))
}

fn refused(line: u64, code: WarningCode, reason: String) -> Row {
    Row {
        line,
        occurrence: 0,
        content: RowContent::Refused,
        warnings: vec![warning(line, code, reason)],
    }
}

fn warning(line: u64, code: WarningCode, reason: String) -> Warning {
    Warning {
        line,
        column: None,
        code,
        reason,
        value: None,
    }
}
