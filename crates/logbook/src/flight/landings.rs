//! Take-offs and landings.

use crate::cells::Cells;
use crate::column::Column;
use crate::limits::MAX_COUNT;
use crate::warning::WarningCode;

/// Take-offs and landings of a flight, each 0 to 999.
///
/// An old export has full stops by day and by night, and `AllLandings` for
/// everything, touch-and-goes among it. A new one has a column for each kind,
/// with and without a tower. A file may have both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Landings {
    /// Take-offs by day.
    pub day_takeoffs: u32,
    /// Take-offs by night.
    pub night_takeoffs: u32,
    /// Landings to a full stop by day.
    pub full_stop_day: u32,
    /// Landings to a full stop by night.
    pub full_stop_night: u32,
    /// Touch-and-goes by day.
    pub touch_and_go_day: u32,
    /// Touch-and-goes by night.
    pub touch_and_go_night: u32,
    /// All landings by day: full stops, touch-and-goes, and those which
    /// `AllLandings` has beyond all other columns. The file does not say when
    /// these were; by day they make no pilot current for the night.
    pub day: u32,
    /// All landings by night: full stops and touch-and-goes.
    pub night: u32,
    /// `AllLandings` as the file has it.
    pub all: Option<u32>,
}

/// One count, in all the columns that may hold it.
struct Count {
    old: Column,
    new: Column,
    towered: Column,
}

impl Landings {
    pub(super) fn read(cells: &mut Cells<'_>) -> Self {
        let mut landings = Self {
            day_takeoffs: TAKEOFF_DAY.read(cells),
            night_takeoffs: TAKEOFF_NIGHT.read(cells),
            full_stop_day: FULL_STOP_DAY.read(cells),
            full_stop_night: FULL_STOP_NIGHT.read(cells),
            touch_and_go_day: TOUCH_AND_GO_DAY.read(cells),
            touch_and_go_night: TOUCH_AND_GO_NIGHT.read(cells),
            day: 0,
            night: 0,
            all: cells.count(Column::AllLandings),
        };
        let day = landings.full_stop_day + landings.touch_and_go_day;
        let night = landings.full_stop_night + landings.touch_and_go_night;
        let rest = rest_of_all(cells, landings.all, day + night);
        landings.day = capped(cells, FULL_STOP_DAY.new, day + rest);
        landings.night = capped(cells, FULL_STOP_NIGHT.new, night);
        landings
    }
}

/// What `AllLandings` has beyond the other columns.
fn rest_of_all(cells: &mut Cells<'_>, all: Option<u32>, sum: u32) -> u32 {
    let Some(all) = all.filter(|all| *all != sum) else {
        return 0;
    };
    let rest = all.saturating_sub(sum);
    let done = match rest {
        0 => "the columns count".to_owned(),
        _ => format!("the other {rest} count as landings by day"),
    };
    let reason = format!("is {all}, and the columns of landings come to {sum}; {done}");
    cells.warn(Column::AllLandings, WarningCode::LandingsDisagree, reason);
    rest
}

impl Count {
    /// The new columns are parts of the whole, the old one is the whole.
    fn read(&self, cells: &mut Cells<'_>) -> u32 {
        let old = cells.count(self.old);
        let parts = [cells.count(self.new), cells.count(self.towered)];
        let new = parts.into_iter().flatten().reduce(|sum, part| sum + part);
        if let (Some(old), Some(new)) = (old, new)
            && old != new
        {
            let new_name = cells.name_of(self.new);
            let reason = format!("is {old}, and {new_name} comes to {new}; the larger counts");
            cells.warn(self.old, WarningCode::ColumnsDisagree, reason);
        }
        let larger = old.max(new).unwrap_or_default();
        capped(cells, self.new, larger)
    }
}

/// Two columns within bounds may add up to more.
fn capped(cells: &mut Cells<'_>, column: Column, count: u32) -> u32 {
    let most = u32::try_from(MAX_COUNT).unwrap_or(u32::MAX);
    if count > most {
        let reason = format!("comes to {count}, together with the columns like it; kept as {most}");
        cells.warn(column, WarningCode::OutOfRange, reason);
    }
    count.min(most)
}

const TAKEOFF_DAY: Count = Count {
    old: Column::OldTakeoffsDay,
    new: Column::TakeoffDay,
    towered: Column::TakeoffDayTowered,
};
const TAKEOFF_NIGHT: Count = Count {
    old: Column::OldTakeoffsNight,
    new: Column::TakeoffNight,
    towered: Column::TakeoffNightTowered,
};
const FULL_STOP_DAY: Count = Count {
    old: Column::OldFullStopDay,
    new: Column::FullStopDay,
    towered: Column::FullStopDayTowered,
};
const FULL_STOP_NIGHT: Count = Count {
    old: Column::OldFullStopNight,
    new: Column::FullStopNight,
    towered: Column::FullStopNightTowered,
};
const TOUCH_AND_GO_DAY: Count = Count {
    old: Column::OldTouchAndGoDay,
    new: Column::TouchAndGoDay,
    towered: Column::TouchAndGoDayTowered,
};
const TOUCH_AND_GO_NIGHT: Count = Count {
    old: Column::OldTouchAndGoNight,
    new: Column::TouchAndGoNight,
    towered: Column::TouchAndGoNightTowered,
};
