//! Why a file is not read at all.

use std::io;

use crate::limits::{MAX_PREFACE_BYTES, MAX_PREFACE_ROWS};

/// Why a file could not be opened as a logbook.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The file was read, and is no logbook. Trying again is of no use.
    #[error(transparent)]
    NotALogbook(#[from] NotALogbook),
    /// The file could not be read.
    #[error("the file could not be read: {0}")]
    Io(#[from] io::Error),
}

/// Why a file is no logbook: what was looked for and not found.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotALogbook {
    /// There is nothing in the file.
    #[error("the file is empty; a ForeFlight logbook export (CSV) was looked for")]
    Empty,
    /// The file is not text.
    #[error(
        "line {line} holds NUL bytes, so this is no text in UTF-8; \
         a ForeFlight logbook export (CSV, UTF-8) was looked for"
    )]
    NotText {
        /// The line, from 1.
        line: u64,
    },
    /// No flights table begins in the part of the file that was searched.
    #[error(
        "no row begins with \"Flights Table\" in the first {lines} lines; it was looked for in \
         {MAX_PREFACE_ROWS} rows and {MAX_PREFACE_BYTES} bytes at most"
    )]
    NoFlightsTable {
        /// Lines searched.
        lines: u64,
    },
    /// A flights table begins, and has no header.
    #[error(
        "\"Flights Table\" stands in line {line}, and no header in the rows below it; a row \
         with a column \"Date\" and at least one more known column (such as \"AircraftID\" or \
         \"TotalTime\") was looked for"
    )]
    NoHeader {
        /// The line of `Flights Table`, from 1.
        line: u64,
    },
}
