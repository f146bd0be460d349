//! Rows of the flights table.

mod fingerprint;
mod landings;
mod meters;
mod minutes;
mod read;
mod times;
mod total;

use chrono::NaiveDate;

use crate::approach::Approach;
use crate::person::Person;
use crate::private::Private;

pub use landings::Landings;
pub use meters::MeterReadings;
pub use minutes::ComponentMinutes;
pub use times::FlightTimes;

pub(crate) use read::read;

/// A flight, or a session in a training device.
///
/// What holds of every one of them: no component is longer than
/// [`block_minutes`](Self::block_minutes); a meter does not run backwards;
/// landings and take-offs of a column are 0 to 999.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogbookFlight {
    /// The date as the pilot logged it.
    pub date: NaiveDate,
    /// The registration, or the name of a training device, as the file has it.
    pub aircraft_id: Option<String>,
    /// The departure, as the file has it: `KPAO`, but also `O69` or `C83`.
    pub from: Option<String>,
    /// The arrival.
    pub to: Option<String>,
    /// The route, such as `KPAO O69 KPAO`.
    pub route: Option<String>,
    /// The times of day.
    pub times: FlightTimes,
    /// Flight time in minutes, `TotalTime`. 0 for most sessions in training
    /// devices. Over a file it adds up to the file's own total.
    pub total_minutes: u32,
    /// The parts of the flight time.
    pub minutes: ComponentMinutes,
    /// Minutes in a training device. Not a part of the flight time, and not
    /// bound by it.
    pub simulated_flight_minutes: u32,
    /// Minutes of training on the ground before or after, received.
    pub ground_training_minutes: u32,
    /// Minutes of training on the ground before or after, given.
    pub ground_training_given_minutes: u32,
    /// Operations with night vision goggles.
    pub nvg_ops: u32,
    /// The distance in hundredths of a nautical mile.
    pub distance_nm_hundredths: Option<u32>,
    /// The Hobbs meter.
    pub hobbs: MeterReadings,
    /// The tachometer's hours.
    pub tach: MeterReadings,
    /// Take-offs and landings.
    pub landings: Landings,
    /// Holding patterns flown.
    pub holds: u32,
    /// Instrument approaches flown.
    pub approaches: Vec<Approach>,
    /// What else the flight was.
    pub flags: Flags,
    /// Everyone named in the row.
    pub people: Vec<Person>,
    /// The pilot's remarks.
    pub comments: Option<Private>,
    /// The instructor's remarks.
    pub instructor_comments: Option<Private>,
}

/// What a flight was, other than a flight. Unmarked where the file is silent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flags {
    /// A flight review, 14 CFR 61.56.
    pub flight_review: bool,
    /// An instrument proficiency check, 14 CFR 61.57(d).
    pub ipc: bool,
    /// A practical test.
    pub checkride: bool,
    /// A pilot-in-command proficiency check, 14 CFR 61.58.
    pub far_61_58: bool,
    /// A night vision goggle proficiency check, 14 CFR 61.57(f) to (h).
    pub nvg_proficiency: bool,
}

impl LogbookFlight {
    /// The length of the flight or the session in minutes: the flight time,
    /// or the time in a training device where that is longer.
    pub fn block_minutes(&self) -> u32 {
        self.total_minutes.max(self.simulated_flight_minutes)
    }
}
