//! Meters of an aircraft. One "hours" field is wrong: an aircraft has several.

use serde::{Deserialize, Serialize};

use crate::vocabulary::vocabulary;

vocabulary! {
    /// What a meter counts.
    MeterKind, "meter kind" {
        Hobbs => "hobbs",
        Tach => "tach",
        Airborne => "airborne",
        AirSwitch => "airswitch",
        Block => "block",
        Datcon => "datcon",
        Edu => "edu",
        FlightTime => "flight_time",
        HeaterHobbs => "heater_hobbs",
        Vdo => "vdo",
    }
}

/// A reading in hundredths of an hour: 2274.3 h is `Meter(227_430)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Meter(pub i64);

impl Meter {
    /// The highest reading accepted, 999,999.99 h.
    pub const MAX: Self = Self(99_999_999);

    /// Hours with two decimals, as a decimal text without trailing zeros: `2274.3`.
    pub fn to_decimal(self) -> String {
        let sign = if self.0 < 0 { "-" } else { "" };
        let (whole, part) = (self.0.unsigned_abs() / 100, self.0.unsigned_abs() % 100);
        match part {
            0 => format!("{sign}{whole}"),
            p if p % 10 == 0 => format!("{sign}{whole}.{}", p / 10),
            p => format!("{sign}{whole}.{p:02}"),
        }
    }
}

/// What a flight moved one meter by. Either end may be missing in a real logbook.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeterSpan {
    pub kind: MeterKind,
    pub start: Option<Meter>,
    pub end: Option<Meter>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hundredths_print_as_the_decimal_a_pilot_reads() {
        assert_eq!(Meter(227_430).to_decimal(), "2274.3");
        assert_eq!(Meter(198_011).to_decimal(), "1980.11");
        assert_eq!(Meter(5).to_decimal(), "0.05");
        assert_eq!(Meter(500).to_decimal(), "5");
        assert_eq!(Meter(-5).to_decimal(), "-0.05");
    }
}
