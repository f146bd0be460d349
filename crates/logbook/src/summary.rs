//! Totals of what was read.

use serde::Serialize;

use crate::row::{Row, RowContent};

/// Running totals over the rows of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Aircraft.
    pub aircraft: u64,
    /// Flights, sessions in training devices among them.
    pub flights: u64,
    /// Rows of ground training alone.
    pub ground_trainings: u64,
    /// Rows refused.
    pub refused: u64,
    /// Flight time of all flights, in minutes.
    pub total_minutes: u64,
    /// Landings of all flights, by day and by night.
    pub landings: u64,
    /// Warnings of all rows; those of the file as a whole are not among them.
    pub warnings: u64,
}

impl Summary {
    /// Counts a row in.
    pub fn add(&mut self, row: &Row) {
        match &row.content {
            RowContent::Aircraft(_) => self.aircraft += 1,
            RowContent::Flight(flight) => {
                self.flights += 1;
                self.total_minutes += u64::from(flight.total_minutes);
                self.landings += u64::from(flight.landings.day + flight.landings.night);
            }
            RowContent::GroundTraining(_) => self.ground_trainings += 1,
            RowContent::Refused => self.refused += 1,
        }
        self.warnings += u64::try_from(row.warnings.len()).unwrap_or(u64::MAX);
    }

    /// All data rows, of both tables.
    pub fn rows(&self) -> u64 {
        self.aircraft + self.flights + self.ground_trainings + self.refused
    }
}
