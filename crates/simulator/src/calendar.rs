//! Local time, daylight and weather.

use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;
use uuid::Uuid;

use crate::chance::Chance;

/// The end of evening civil twilight at 37° north, in minutes after local midnight without
/// daylight saving, by month (14 CFR 1.1: night begins there).
const DUSK: [i64; 12] = [
    1_060, 1_093, 1_121, 1_150, 1_180, 1_205, 1_205, 1_176, 1_130, 1_085, 1_050, 1_042,
];

/// What the day is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weather {
    Fine,
    /// Too windy or hazy for students alone.
    Marginal,
    /// Nobody flies.
    Bad,
}

/// A moment of a day, as the clock on the wall shows it.
pub fn at(zone: Tz, day: NaiveDate, minutes: i64) -> DateTime<Utc> {
    let naive = day.and_time(NaiveTime::MIN) + TimeDelta::minutes(minutes);
    // An hour that the change of the clocks leaves out is taken for the one after it.
    let local = zone.from_local_datetime(&naive).earliest();
    local.map_or_else(|| naive.and_utc(), |local| local.to_utc())
}

/// When the night of that day begins.
pub fn dusk(zone: Tz, day: NaiveDate) -> DateTime<Utc> {
    let standard = usize::try_from(day.month0())
        .ok()
        .and_then(|month| DUSK.get(month))
        .copied()
        .unwrap_or(1_110);
    // Daylight saving moves the clock, not the sun.
    let saving = (3..=10).contains(&day.month());
    at(zone, day, standard + if saving { 60 } else { 0 })
}

/// The day's weather: worse in winter.
pub fn weather(world: Uuid, day: NaiveDate) -> Weather {
    let mut chance = Chance::of(world, &format!("weather {day}"));
    let winter = matches!(day.month(), 11 | 12 | 1..=3);
    let (bad, marginal) = if winter { (18, 22) } else { (5, 12) };
    match chance.below(100) {
        n if n < bad => Weather::Bad,
        n if n < bad + marginal => Weather::Marginal,
        _ => Weather::Fine,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_on_the_wall_follows_the_zone() {
        let zone = chrono_tz::America::Los_Angeles;
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let utc = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        assert_eq!(
            at(zone, day("2026-01-10"), 480),
            utc("2026-01-10T16:00:00Z")
        );
        assert_eq!(
            at(zone, day("2026-07-10"), 480),
            utc("2026-07-10T15:00:00Z")
        );
        // Half past two is left out on this day.
        assert!(at(zone, day("2026-03-08"), 150) > utc("2026-03-08T00:00:00Z"));
        assert!(dusk(zone, day("2026-07-10")) > at(zone, day("2026-07-10"), 20 * 60 + 30));
        assert!(dusk(zone, day("2026-12-10")) < at(zone, day("2026-12-10"), 18 * 60));
    }
}
