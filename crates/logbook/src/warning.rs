//! What was odd in a file.

use std::fmt;

use serde::{Serialize, Serializer};

/// One oddity of a file, with the place where it stands.
///
/// A warning never carries personal data: neither `reason` nor `value` is
/// taken from a column of people or remarks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Warning {
    /// The line of the file at which the row begins, from 1.
    pub line: u64,
    /// The column as the file's header names it; `None` when the whole row is
    /// meant.
    pub column: Option<String>,
    /// What kind of oddity, for programs.
    pub code: WarningCode,
    /// What is odd and what was done about it, for people.
    pub reason: String,
    /// The value as it stands in the file, where it is short and cannot be
    /// personal data, not even if a misplaced comma put it in this column.
    pub value: Option<String>,
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}", self.line)?;
        if let Some(column) = &self.column {
            write!(f, ", {column}")?;
        }
        write!(f, ": {}", self.reason)?;
        match &self.value {
            Some(value) => write!(f, " ({value:?}) [{}]", self.code),
            None => write!(f, " [{}]", self.code),
        }
    }
}

macro_rules! codes {
    ($($(#[$doc:meta])+ $variant:ident = $text:literal,)+) => {
        /// The kinds of oddities. Each is written in `snake_case`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum WarningCode { $($(#[$doc])+ $variant,)+ }

        impl WarningCode {
            /// Every code there is.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// The code as it is written out.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)+ }
            }
        }
    };
}

codes! {
    /// The header has a column this reader does not know; it is not read.
    UnknownColumn = "unknown_column",
    /// The header names a column twice.
    DuplicateColumn = "duplicate_column",
    /// No aircraft table stands before the flights.
    NoAircraftTable = "no_aircraft_table",
    /// Bytes of a value are no UTF-8; they were replaced.
    NotUtf8 = "not_utf8",
    /// The row is shorter than the header; the missing values are empty.
    TooFewFields = "too_few_fields",
    /// The row is longer than the header. It is refused, unless the surplus is
    /// empty.
    TooManyFields = "too_many_fields",
    /// Refused: a value is longer than [`crate::limits::MAX_FIELD_BYTES`].
    FieldTooLong = "field_too_long",
    /// Refused: the row is longer than [`crate::limits::MAX_ROW_BYTES`].
    RowTooLong = "row_too_long",
    /// Refused: a quote is opened and not closed.
    UnterminatedQuote = "unterminated_quote",
    /// A quote is followed by more text; values may be in wrong columns.
    StrayQuote = "stray_quote",
    /// Refused: the table of this row has no header yet.
    NoHeader = "no_header",
    /// Refused: the row has no date.
    NoDate = "no_date",
    /// Refused: the date cannot be read.
    UnreadableDate = "unreadable_date",
    /// Refused: a row of the aircraft table without a readable aircraft id.
    NoAircraftId = "no_aircraft_id",
    /// Refused: the row has a date, and neither a flight nor ground training.
    NothingRecorded = "nothing_recorded",
    /// A value is not of its column's kind; it was dropped.
    UnreadableValue = "unreadable_value",
    /// A value is none of those its column may hold; it was dropped.
    UnknownValue = "unknown_value",
    /// A value is beyond the bounds of its column; it was dropped or capped.
    OutOfRange = "out_of_range",
    /// The flight has no aircraft.
    NoAircraft = "no_aircraft",
    /// The flight's aircraft stands in no aircraft table.
    AircraftNotListed = "aircraft_not_listed",
    /// The aircraft table lists an aircraft twice.
    RepeatedAircraft = "repeated_aircraft",
    /// The row is identical to an earlier one, and kept as a flight of its own.
    RepeatedFlight = "repeated_flight",
    /// There is no total time; it was taken from elsewhere.
    TotalMissing = "total_missing",
    /// A part of the flight is longer than the flight; it was capped.
    ComponentAboveTotal = "component_above_total",
    /// A meter has a reading at one end of the flight only.
    MeterIncomplete = "meter_incomplete",
    /// A meter ran backwards; both readings were dropped.
    MeterReversed = "meter_reversed",
    /// The Hobbs meter ran for much longer or shorter than the flight.
    MeterFarFromTotal = "meter_far_from_total",
    /// `AllLandings` is not the sum of the landing columns.
    LandingsDisagree = "landings_disagree",
    /// An old and a new column for one thing differ; the larger counts.
    ColumnsDisagree = "columns_disagree",
    /// Take-off and landing are not between block-off and block-on; dropped.
    TimesOutOfOrder = "times_out_of_order",
}

impl fmt::Display for WarningCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for WarningCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
