//! The times of day of a flight.

use chrono::{NaiveTime, Timelike};

use crate::cells::Cells;
use crate::column::Column;
use crate::warning::WarningCode;

const MINUTES_OF_A_DAY: u32 = 24 * 60;

/// Times of day, in UTC. A time earlier than the one before it is of the next
/// day; within that, `out`, `off`, `on` and `in_` are in this order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FlightTimes {
    /// Off block, `TimeOut`.
    pub out: Option<NaiveTime>,
    /// Take-off, `TimeOff`.
    pub off: Option<NaiveTime>,
    /// Landing, `TimeOn`.
    pub on: Option<NaiveTime>,
    /// On block, `TimeIn`.
    pub in_: Option<NaiveTime>,
    /// Begin of duty, `OnDuty`.
    pub on_duty: Option<NaiveTime>,
    /// End of duty, `OffDuty`.
    pub off_duty: Option<NaiveTime>,
}

impl FlightTimes {
    pub(super) fn read(cells: &mut Cells<'_>) -> Self {
        let mut times = Self {
            out: cells.time(Column::TimeOut),
            off: cells.time(Column::TimeOff),
            on: cells.time(Column::TimeOn),
            in_: cells.time(Column::TimeIn),
            on_duty: cells.time(Column::OnDuty),
            off_duty: cells.time(Column::OffDuty),
        };
        if !times.in_order() {
            let (off, on) = (
                cells.name_of(Column::TimeOff),
                cells.name_of(Column::TimeOn),
            );
            let reason = format!(
                "off block, take-off, landing and on block are not in this order; \
                 {off} and {on} were dropped"
            );
            cells.warn(Column::TimeOff, WarningCode::TimesOutOfOrder, reason);
            (times.off, times.on) = (None, None);
        }
        times
    }

    /// Minutes from off block to on block, across midnight where need be.
    pub fn block_minutes(&self) -> Option<u32> {
        Some(minutes_between(self.out?, self.in_?))
    }

    /// Whether the times are in order, in the 24 hours from the first of them.
    fn in_order(&self) -> bool {
        let given = [self.out, self.off, self.on, self.in_]
            .into_iter()
            .flatten();
        let Some(first) = given.clone().next() else {
            return true;
        };
        given.map(|time| minutes_between(first, time)).is_sorted()
    }
}

fn minutes_between(from: NaiveTime, to: NaiveTime) -> u32 {
    let minute_of_day = |time: NaiveTime| time.hour() * 60 + time.minute();
    (minute_of_day(to) + MINUTES_OF_A_DAY - minute_of_day(from)) % MINUTES_OF_A_DAY
}
