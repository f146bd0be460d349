//! The total time of a flight, also where the file has none.

use super::{ComponentMinutes, FlightTimes, MeterReadings};
use crate::cells::Cells;
use crate::column::Column;
use crate::warning::WarningCode;

/// A Hobbs meter that ran for longer stands in for no flight.
const LONGEST_FLIGHT_MINUTES: u32 = 24 * 60;

/// Where a total comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    TotalTime,
    BlockTimes,
    Hobbs,
    Component(Column),
    Nothing,
}

/// The total in minutes, and where it comes from: `TotalTime`; without one,
/// the times off and on block, the Hobbs meter, the longest component, or
/// nothing. A `TotalTime` of 0 beside a component is none. A session in a
/// training device has no flight time, and needs none.
pub(super) fn settle(
    cells: &mut Cells<'_>,
    times: &FlightTimes,
    hobbs: MeterReadings,
    minutes: &ComponentMinutes,
    simulated_minutes: u32,
) -> (u32, Source) {
    let given = cells.minutes(Column::TotalTime);
    let component = minutes.longest();
    match given {
        Some(total) if total > 0 || component.is_none() => return (total, Source::TotalTime),
        _ if simulated_minutes > 0 => return (0, Source::TotalTime),
        _ => (),
    }
    let (total, source) = stand_in(times, hobbs, component);
    let missing = match given {
        Some(_) => "is 0 beside a part of the flight that is longer",
        None => "is missing",
    };
    let taken = match source {
        Source::BlockTimes => {
            let (out, in_) = (
                cells.name_of(Column::TimeOut),
                cells.name_of(Column::TimeIn),
            );
            format!("{total} min taken from {out} and {in_}")
        }
        Source::Hobbs => format!("{total} min taken from the Hobbs meter"),
        Source::Component(column) => {
            format!(
                "{total} min taken from the longest part, {}",
                cells.name_of(column)
            )
        }
        Source::TotalTime | Source::Nothing => "nothing stands in for it; 0 min".to_owned(),
    };
    cells.warn(
        Column::TotalTime,
        WarningCode::TotalMissing,
        format!("{missing}; {taken}"),
    );
    (total, source)
}

fn stand_in(
    times: &FlightTimes,
    hobbs: MeterReadings,
    component: Option<(Column, u32)>,
) -> (u32, Source) {
    let block = times.block_minutes().filter(|minutes| *minutes > 0);
    let meter = hobbs
        .minutes()
        .filter(|minutes| (1..=LONGEST_FLIGHT_MINUTES).contains(minutes));
    let block = block.map(|minutes| (minutes, Source::BlockTimes));
    let meter = meter.map(|minutes| (minutes, Source::Hobbs));
    let component = component.map(|(column, minutes)| (minutes, Source::Component(column)));
    block
        .or(meter)
        .or(component)
        .unwrap_or((0, Source::Nothing))
}
