//! What became of an import.

use logbook::Summary;
use serde::Serialize;

use super::notes::{MOST_KEPT, Note};
use super::sending::Taken;
use crate::output::Answer;
use crate::text::{Columns, Fields, count, hours, or_dash};

#[derive(Debug, Serialize)]
pub struct Report {
    pub organization_id: String,
    pub pilot_id: String,
    /// `draft` or `submitted`: what the new flights are.
    pub status: &'static str,
    /// Rows of the flights table.
    pub rows_read: u64,
    /// Rows of either table that could not be placed.
    pub rows_refused: u64,
    pub flights: Taken,
    pub aircraft: Taken,
    pub ground_training: Taken,
    /// Flight time of all flights of the file.
    pub total_minutes: u64,
    /// The same in hours, with one decimal.
    pub total_hours: String,
    /// Landings of all flights of the file.
    pub landings: u64,
    pub warnings_count: u64,
    /// The first of them, in the order of the file.
    pub warnings: Vec<Note>,
}

/// What was read, and for whom.
pub struct Book {
    pub organization_id: String,
    pub pilot_id: String,
    pub status: &'static str,
    pub summary: Summary,
}

impl Report {
    pub fn new(
        book: Book,
        [aircraft, flights, ground_training]: [Taken; 3],
        notes: (Vec<Note>, u64),
    ) -> Self {
        let Book {
            organization_id,
            pilot_id,
            status,
            summary,
        } = book;
        let (warnings, warnings_count) = notes;
        Self {
            organization_id,
            pilot_id,
            status,
            rows_read: summary.rows() - summary.aircraft,
            rows_refused: summary.refused,
            flights,
            aircraft,
            ground_training,
            total_minutes: summary.total_minutes,
            total_hours: hours(summary.total_minutes),
            landings: summary.landings,
            warnings_count,
            warnings,
        }
    }
}

impl Answer for Report {
    fn text(&self) -> String {
        let mut taken = Columns::new(["", "created", "unchanged", "refused"]).figures(&[1, 2, 3]);
        let kinds = [
            ("flights", self.flights),
            ("aircraft", self.aircraft),
            ("ground training", self.ground_training),
        ];
        for (
            kind,
            Taken {
                created,
                unchanged,
                refused,
            },
        ) in kinds
        {
            taken.row([
                kind.to_owned(),
                created.to_string(),
                unchanged.to_string(),
                refused.to_string(),
            ]);
        }
        let fields = Fields::default()
            .with("rows read", self.rows_read)
            .maybe(
                "rows refused",
                Some(self.rows_refused).filter(|refused| *refused > 0),
            )
            .with("hours", &self.total_hours)
            .with("landings", self.landings)
            .with("pilot", &self.pilot_id);
        format!("{taken}\n\n{fields}\n\n{}", self.warnings_text())
    }
}

impl Report {
    fn warnings_text(&self) -> String {
        if self.warnings.is_empty() {
            return "No warnings.".to_owned();
        }
        let mut columns = Columns::new(["line", "column", "code", "reason"]).figures(&[0]);
        for note in self.warnings.iter().take(MOST_KEPT) {
            let value = note
                .value
                .as_ref()
                .map(|value| format!(" ({value})"))
                .unwrap_or_default();
            columns.row([
                note.line.to_string(),
                or_dash(note.column.as_deref()),
                note.code.clone(),
                format!("{}{value}", note.reason),
            ]);
        }
        let shown = u64::try_from(self.warnings.len()).unwrap_or_default();
        let more = match self.warnings_count.saturating_sub(shown) {
            0 => String::new(),
            more => format!("\n… and {more} more; --warnings FILE writes all of them"),
        };
        format!("{}\n{columns}{more}", count(self.warnings_count, "warning"))
    }
}
