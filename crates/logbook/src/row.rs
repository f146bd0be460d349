//! What the reader hands out.

use chrono::NaiveDate;

use crate::aircraft::LogbookAircraft;
use crate::cells::Cells;
use crate::column::Column;
use crate::flight::LogbookFlight;
use crate::warning::Warning;

/// One data row of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The line at which the row begins, from 1.
    pub line: u64,
    /// For a flight, how many rows with the same
    /// [fingerprint](LogbookFlight::fingerprint) came before it: two identical
    /// rows are two flights, and fingerprint and occurrence together name each
    /// of them, the same ones at every reading of the file. Counted over the
    /// last [`MAX_REMEMBERED_FLIGHTS`](crate::limits::MAX_REMEMBERED_FLIGHTS)
    /// different flights; further apart, two rows both count as the first.
    /// Otherwise 0.
    pub occurrence: u32,
    /// What the row holds.
    pub content: RowContent,
    /// What was odd in it; for a refused row, why it was refused.
    pub warnings: Vec<Warning>,
}

/// What a row holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RowContent {
    /// A row of the aircraft table.
    Aircraft(LogbookAircraft),
    /// A flight, or a session in a training device.
    Flight(Box<LogbookFlight>),
    /// Training on the ground, and no flight at all.
    GroundTraining(GroundTraining),
    /// Nothing that can be kept.
    Refused,
}

/// A row of the flights table without a flight.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroundTraining {
    /// The day of the training.
    pub date: NaiveDate,
    /// Minutes of training received.
    pub received_minutes: u32,
    /// Minutes of training given.
    pub given_minutes: u32,
}

impl GroundTraining {
    pub(crate) fn read(cells: &mut Cells<'_>, date: NaiveDate) -> Self {
        Self {
            date,
            received_minutes: cells.minutes(Column::GroundTraining).unwrap_or_default(),
            given_minutes: cells
                .minutes(Column::GroundTrainingGiven)
                .unwrap_or_default(),
        }
    }
}
