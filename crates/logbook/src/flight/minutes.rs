//! The parts of a flight's time.

use crate::cells::Cells;
use crate::column::Column;
use crate::warning::WarningCode;

/// Parts of the flight time, in minutes. They overlap; each is at most as long
/// as the flight. 0 where the file is silent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ComponentMinutes {
    /// As pilot in command.
    pub pic: u32,
    /// As second in command.
    pub sic: u32,
    /// By night.
    pub night: u32,
    /// Alone on board.
    pub solo: u32,
    /// Cross-country.
    pub cross_country: u32,
    /// As pilot in command under supervision.
    pub picus: u32,
    /// In an operation with two pilots.
    pub multi_pilot: u32,
    /// Under instrument flight rules.
    pub ifr: u32,
    /// As examiner.
    pub examiner: u32,
    /// With night vision goggles.
    pub nvg: u32,
    /// In instrument conditions.
    pub actual_instrument: u32,
    /// Under the hood.
    pub simulated_instrument: u32,
    /// Instruction given.
    pub dual_given: u32,
    /// Instruction received.
    pub dual_received: u32,
}

impl ComponentMinutes {
    pub(super) fn read(cells: &mut Cells<'_>) -> Self {
        let mut minutes = Self::default();
        for (column, component) in minutes.each_mut() {
            *component = cells.minutes(column).unwrap_or_default();
        }
        minutes
    }

    /// The longest component.
    pub(super) fn longest(mut self) -> Option<(Column, u32)> {
        let all = self
            .each_mut()
            .into_iter()
            .map(|(column, minutes)| (column, *minutes));
        all.filter(|(_, minutes)| *minutes > 0)
            .max_by_key(|(_, minutes)| *minutes)
    }

    /// Cuts every component down to the length of the flight.
    pub(super) fn cap(&mut self, cells: &mut Cells<'_>, flight_minutes: u32) {
        for (column, component) in self.each_mut() {
            if *component > flight_minutes {
                let reason = format!(
                    "is {component} min, above the total of {flight_minutes} min; \
                     kept as {flight_minutes} min"
                );
                cells.warn(column, WarningCode::ComponentAboveTotal, reason);
                *component = flight_minutes;
            }
        }
    }

    fn each_mut(&mut self) -> [(Column, &mut u32); 14] {
        [
            (Column::Pic, &mut self.pic),
            (Column::Sic, &mut self.sic),
            (Column::Night, &mut self.night),
            (Column::Solo, &mut self.solo),
            (Column::CrossCountry, &mut self.cross_country),
            (Column::Picus, &mut self.picus),
            (Column::MultiPilot, &mut self.multi_pilot),
            (Column::Ifr, &mut self.ifr),
            (Column::Examiner, &mut self.examiner),
            (Column::Nvg, &mut self.nvg),
            (Column::ActualInstrument, &mut self.actual_instrument),
            (Column::SimulatedInstrument, &mut self.simulated_instrument),
            (Column::DualGiven, &mut self.dual_given),
            (Column::DualReceived, &mut self.dual_received),
        ]
    }
}
