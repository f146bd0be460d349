//! Meter readings before and after a flight.

use crate::cells::Cells;
use crate::column::Column;
use crate::warning::WarningCode;

/// How far the Hobbs meter may be from the total without a warning.
const TOLERANCE_MINUTES: u32 = 30;

/// Readings of a meter in hundredths of an hour. Where both are there, the end
/// is not below the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MeterReadings {
    /// Before the flight.
    pub start: Option<u32>,
    /// After the flight.
    pub end: Option<u32>,
}

impl MeterReadings {
    /// Reads a meter. No meter stands at 0.00 after a flight: exports write
    /// that for one that was not read. A start at 0.00 is then none, either.
    pub(super) fn read(cells: &mut Cells<'_>, start: Column, end: Column) -> Self {
        let start_reading = cells.hundredths(start);
        let end_reading = cells.hundredths(end).filter(|reading| *reading > 0);
        let readings = Self {
            start: start_reading.filter(|reading| *reading > 0 || end_reading.is_some()),
            end: end_reading,
        };
        let (start_name, end_name) = (cells.name_of(start), cells.name_of(end));
        match (readings.start, readings.end) {
            (Some(_), None) => {
                let reason = format!("{start_name} stands without {end_name}; it is kept");
                cells.warn(end, WarningCode::MeterIncomplete, reason);
            }
            (None, Some(_)) => {
                let reason = format!("{end_name} stands without {start_name}; it is kept");
                cells.warn(start, WarningCode::MeterIncomplete, reason);
            }
            (Some(from), Some(to)) if to < from => {
                let reason = format!(
                    "{end_name} of {} is below {start_name} of {}; both were dropped",
                    decimal(to),
                    decimal(from)
                );
                cells.warn(end, WarningCode::MeterReversed, reason);
                return Self::default();
            }
            _ => (),
        }
        readings
    }

    /// How long the meter ran, in minutes, rounded half up.
    pub fn minutes(&self) -> Option<u32> {
        let hundredths = self.end?.checked_sub(self.start?)?;
        Some((hundredths * 60 + 50) / 100)
    }

    /// Warns where the meter is far from the total: by more than half an hour
    /// and more than half of the total.
    pub(super) fn compare(self, cells: &mut Cells<'_>, total_minutes: u32) {
        let Some(minutes) = self.minutes() else {
            return;
        };
        if minutes.abs_diff(total_minutes) > TOLERANCE_MINUTES.max(total_minutes / 2) {
            let reason = format!(
                "the meter ran for {minutes} min, and the total is {total_minutes} min; \
                 both are kept"
            );
            cells.warn(Column::HobbsEnd, WarningCode::MeterFarFromTotal, reason);
        }
    }
}

fn decimal(hundredths: u32) -> String {
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}
