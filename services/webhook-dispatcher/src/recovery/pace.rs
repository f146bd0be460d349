//! How fast a recovery goes.

use std::num::NonZeroU32;

use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;

/// Deliveries a second, at most.
const FASTEST: u32 = 1_000;
/// Turns a second, where there is more than one delivery for each.
const TURNS: u32 = 5;

/// Deliveries a second, from 1 to 1,000.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "u32")]
pub struct Pace(NonZeroU32);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is 1 to {FASTEST} deliveries a second")]
pub struct InvalidPace;

impl Pace {
    pub fn per_second(self) -> u32 {
        self.0.get()
    }

    /// Deliveries of one turn, at most.
    pub fn at_once(self) -> usize {
        usize::try_from(self.per_second().div_ceil(TURNS)).unwrap_or(usize::MAX)
    }

    /// When the next turn is due, where one that was due at `due` made so many deliveries at `now`.
    /// A turn that comes late is not made up for: after a pause there is no flood.
    pub fn next(self, due: DateTime<Utc>, now: DateTime<Utc>, made: usize) -> DateTime<Utc> {
        let micros = u64::try_from(made)
            .unwrap_or(u64::MAX)
            .saturating_mul(1_000_000)
            .div_ceil(u64::from(self.per_second()));
        let took = TimeDelta::microseconds(i64::try_from(micros).unwrap_or(i64::MAX));
        let from = due.max(now - TimeDelta::milliseconds(1_000 / i64::from(TURNS)));
        from.checked_add_signed(took).unwrap_or(from)
    }
}

impl Default for Pace {
    /// Fifty.
    fn default() -> Self {
        Self(NonZeroU32::MIN.saturating_add(49))
    }
}

impl TryFrom<u32> for Pace {
    type Error = InvalidPace;

    fn try_from(per_second: u32) -> Result<Self, InvalidPace> {
        NonZeroU32::new(per_second)
            .filter(|given| given.get() <= FASTEST)
            .map(Self)
            .ok_or(InvalidPace)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(micros: i64) -> DateTime<Utc> {
        DateTime::from_timestamp_micros(1_780_000_000_000_000 + micros).unwrap()
    }

    #[test]
    fn a_pace_has_bounds() {
        for wrong in [0, FASTEST + 1, u32::MAX] {
            assert_eq!(Pace::try_from(wrong), Err(InvalidPace));
        }
        let turns = |per_second| Pace::try_from(per_second).unwrap().at_once();
        assert_eq!([1, 4, 50, 1_000].map(turns), [1, 1, 10, 200]);
    }

    #[test]
    fn turns_taken_in_time_keep_the_pace_exactly() {
        let pace = Pace::try_from(50).unwrap();
        let (mut due, mut made) = (at(0), 0);
        while due < at(60_000_000) {
            // Each a little late, as they are.
            due = pace.next(due, due + TimeDelta::milliseconds(7), pace.at_once());
            made += pace.at_once();
        }
        assert_eq!(made, 50 * 60);
    }

    proptest! {
        /// Whenever turns are taken, no stretch of time sees more than its share, but for the turn
        /// it begins with and one that came late.
        #[test]
        fn no_stretch_sees_more_than_its_share(
            per_second in 1_u32..=1_000,
            late_ms in proptest::collection::vec(0_i64..2_000, 1..200),
        ) {
            let pace = Pace::try_from(per_second).unwrap();
            let (mut due, mut turns) = (at(0), Vec::new());
            for late in late_ms {
                let now = due + TimeDelta::milliseconds(late);
                turns.push(now);
                due = pace.next(due, now, pace.at_once());
            }
            let each = f64::from(u32::try_from(pace.at_once()).unwrap());
            for (first, began) in turns.iter().enumerate() {
                for (after, ended) in turns.iter().skip(first).enumerate() {
                    let seconds = (*ended - *began).as_seconds_f64();
                    let made = f64::from(u32::try_from(after + 1).unwrap()) * each;
                    let share = seconds * f64::from(per_second);
                    let slack = each + f64::from(per_second) / f64::from(TURNS) + each;
                    prop_assert!(made <= share + slack, "{made} in {seconds} s");
                }
            }
        }
    }
}
