//! When a flight was.

use chrono::{DateTime, Days, NaiveTime, TimeDelta, Utc};
use logbook::LogbookFlight;

use super::notes::Note;

/// `off_block ≤ takeoff ≤ landing ≤ on_block`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Times {
    pub off_block: DateTime<Utc>,
    pub takeoff: Option<DateTime<Utc>>,
    pub landing: Option<DateTime<Utc>>,
    pub on_block: DateTime<Utc>,
    /// False where the logbook has no time of day: the block then begins the day.
    pub recorded: bool,
}

/// The flight's times, in UTC as ForeFlight exports them. A time earlier than the one before it
/// is of the next day. Where one end of the block is missing, take-off or landing stands in for
/// it, or else the flight's length gives it.
pub fn of(flight: &LogbookFlight, line: u64, notes: &mut Vec<Note>) -> Times {
    let times = &flight.times;
    let midnight = flight.date.and_time(NaiveTime::MIN).and_utc();
    let length = TimeDelta::minutes(flight.block_minutes().into());
    let at = |time: NaiveTime| flight.date.and_time(time).and_utc();
    let (off_block, on_block) = match (times.out.or(times.off), times.in_.or(times.on)) {
        (Some(first), Some(last)) => (at(first), at_or_after(at(first), last)),
        (Some(first), None) => (at(first), shifted(at(first), length)),
        (None, Some(last)) => (shifted(at(last), -length), at(last)),
        (None, None) => (midnight, shifted(midnight, length)),
    };
    let recorded = [times.out, times.off, times.on, times.in_]
        .iter()
        .any(Option::is_some);
    if recorded {
        note_missing("TimeOut", times.out, times.off, "TimeOff", line, notes);
        note_missing("TimeIn", times.in_, times.on, "TimeOn", line, notes);
    }
    let mut within = |column, after: DateTime<Utc>, time: Option<NaiveTime>| {
        let at = at_or_after(after, time?);
        if at > on_block {
            let reason = "does not lie between block-off and block-on; it was dropped";
            notes.push(Note::new(line, column, "times_out_of_order", reason));
            return None;
        }
        Some(at)
    };
    let takeoff = within("TimeOff", off_block, times.off);
    let landing = within("TimeOn", takeoff.unwrap_or(off_block), times.on);
    Times {
        off_block,
        takeoff,
        landing,
        on_block,
        recorded,
    }
}

fn note_missing(
    column: &str,
    time: Option<NaiveTime>,
    instead: Option<NaiveTime>,
    instead_column: &str,
    line: u64,
    notes: &mut Vec<Note>,
) {
    if time.is_some() {
        return;
    }
    let reason = match instead {
        Some(_) => format!("is missing; {instead_column} stands in for it"),
        None => "is missing; it was worked out from the length of the flight".to_owned(),
    };
    notes.push(Note::new(line, column, "time_missing", reason));
}

/// The first moment at that time of day, from `start` on.
fn at_or_after(start: DateTime<Utc>, time: NaiveTime) -> DateTime<Utc> {
    let same_day = start.date_naive().and_time(time).and_utc();
    if same_day >= start {
        return same_day;
    }
    same_day.checked_add_days(Days::new(1)).unwrap_or(start)
}

/// The end of time is no reason to fail: what far-off date comes out is refused where it is read.
fn shifted(at: DateTime<Utc>, by: TimeDelta) -> DateTime<Utc> {
    at.checked_add_signed(by).unwrap_or(at)
}
