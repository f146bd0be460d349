//! Reading a row of the flights table.

use chrono::NaiveDate;

use super::{ComponentMinutes, Flags, FlightTimes, Landings, LogbookFlight, MeterReadings, total};
use crate::approach::Approach;
use crate::cells::Cells;
use crate::column::Column;
use crate::fleet::Fleet;
use crate::person::Person;
use crate::row::{GroundTraining, RowContent};
use crate::value;
use crate::warning::WarningCode;

/// The columns that make no flight.
const NO_FLIGHT: &[Column] = &[
    Column::Date,
    Column::GroundTraining,
    Column::GroundTrainingGiven,
    Column::InstructorName,
    Column::InstructorComments,
    Column::Person,
    Column::PilotComments,
];

/// Reads a row of the flights table. A row that cannot be kept is refused,
/// with a warning that says why.
pub(crate) fn read(cells: &mut Cells<'_>, fleet: &Fleet) -> RowContent {
    let Some(date) = read_date(cells) else {
        return RowContent::Refused;
    };
    if cells.holds_more_than(NO_FLIGHT) {
        return RowContent::Flight(Box::new(read_flight(cells, fleet, date)));
    }
    let training = GroundTraining::read(cells, date);
    if training.received_minutes == 0 && training.given_minutes == 0 {
        let reason = "the row has a date, and neither a flight nor ground training; it is not read";
        cells.warn_row(WarningCode::NothingRecorded, reason);
        return RowContent::Refused;
    }
    RowContent::GroundTraining(training)
}

fn read_date(cells: &mut Cells<'_>) -> Option<NaiveDate> {
    let Some(text) = cells.text(Column::Date) else {
        let reason = "the row has no date and cannot be placed; it is not read";
        cells.warn(Column::Date, WarningCode::NoDate, reason);
        return None;
    };
    let date = value::date(&text);
    if date.is_none() {
        let reason = "is no date of the form 2026-03-01 or 3/1/2026; the row is not read";
        cells.warn_of(Column::Date, WarningCode::UnreadableDate, reason, &text);
    }
    date
}

fn read_flight(cells: &mut Cells<'_>, fleet: &Fleet, date: NaiveDate) -> LogbookFlight {
    let aircraft_id = cells.ident(Column::AircraftId);
    check_aircraft(cells, fleet, aircraft_id.as_deref());
    let times = FlightTimes::read(cells);
    let hobbs = MeterReadings::read(cells, Column::HobbsStart, Column::HobbsEnd);
    let tach = MeterReadings::read(cells, Column::TachStart, Column::TachEnd);
    let mut minutes = ComponentMinutes::read(cells);
    let simulated_flight_minutes = cells.minutes(Column::SimulatedFlight).unwrap_or_default();
    let (total_minutes, source) =
        total::settle(cells, &times, hobbs, &minutes, simulated_flight_minutes);
    minutes.cap(cells, total_minutes.max(simulated_flight_minutes));
    if source != total::Source::Hobbs {
        hobbs.compare(cells, total_minutes);
    }
    LogbookFlight {
        date,
        aircraft_id,
        from: cells.ident(Column::From),
        to: cells.ident(Column::To),
        route: cells.text(Column::Route),
        times,
        total_minutes,
        minutes,
        simulated_flight_minutes,
        ground_training_minutes: cells.minutes(Column::GroundTraining).unwrap_or_default(),
        ground_training_given_minutes: cells
            .minutes(Column::GroundTrainingGiven)
            .unwrap_or_default(),
        nvg_ops: cells.count(Column::NvgOps).unwrap_or_default(),
        distance_nm_hundredths: cells.hundredths(Column::Distance),
        hobbs,
        tach,
        landings: Landings::read(cells),
        holds: cells.count(Column::Holds).unwrap_or_default(),
        approaches: Approach::read_all(cells),
        flags: Flags::read(cells),
        people: Person::read_all(cells),
        comments: cells.private(Column::PilotComments),
        instructor_comments: cells.private(Column::InstructorComments),
    }
}

fn check_aircraft(cells: &mut Cells<'_>, fleet: &Fleet, aircraft_id: Option<&str>) {
    match aircraft_id {
        None => {
            let reason = "the flight has no aircraft; it is kept without one";
            cells.warn(Column::AircraftId, WarningCode::NoAircraft, reason);
        }
        Some(id) if !fleet.may_list(id) => {
            let reason = "stands in no aircraft table of the file; the flight is kept";
            cells.warn_of(
                Column::AircraftId,
                WarningCode::AircraftNotListed,
                reason,
                id,
            );
        }
        Some(_) => (),
    }
}

impl Flags {
    fn read(cells: &mut Cells<'_>) -> Self {
        Self {
            flight_review: cells.flag(Column::FlightReview),
            ipc: cells.flag(Column::Ipc),
            checkride: cells.flag(Column::Checkride),
            far_61_58: cells.flag(Column::Far6158),
            nvg_proficiency: cells.flag(Column::NvgProficiency),
        }
    }
}
