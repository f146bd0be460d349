//! Amounts: whole minor units of one currency, and how they are rounded.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A code of ISO 4217 by its form: three capital letters. Whether money is counted in it is the
/// service's to say.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Currency([u8; 3]);

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a currency is a code of ISO 4217: three capital letters")]
pub struct InvalidCurrency;

impl Currency {
    pub fn as_str(&self) -> &str {
        // Only capital letters get in.
        std::str::from_utf8(&self.0).unwrap_or("XXX")
    }
}

impl FromStr for Currency {
    type Err = InvalidCurrency;

    fn from_str(text: &str) -> Result<Self, InvalidCurrency> {
        <[u8; 3]>::try_from(text.as_bytes())
            .ok()
            .filter(|code| code.iter().all(u8::is_ascii_uppercase))
            .map(Self)
            .ok_or(InvalidCurrency)
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for Currency {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(d)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// An amount of money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Money {
    /// In the smallest unit of the currency: cents of USD, yen of JPY.
    pub minor: i64,
    pub currency: Currency,
}

/// `amount × numerator ÷ denominator` to whole units, a half away from zero: 2.5 is 3 and −2.5 is
/// −3. So is every line rounded, its net and then its tax, before anything is summed: a total is
/// the sum of what stands on the lines, and no rounding is left to be explained.
///
/// `None` where the result has no place in an `i64`; `denominator` is above zero.
pub fn round(amount: i64, numerator: i64, denominator: i64) -> Option<i64> {
    let (exact, parts) = (
        i128::from(amount) * i128::from(numerator),
        i128::from(denominator),
    );
    let half = if exact < 0 { -parts } else { parts };
    // Twice the value and a whole part more, halved: no fraction is ever formed.
    let rounded = (2 * exact + half).checked_div(2 * parts)?;
    i64::try_from(rounded).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_currency_is_three_capital_letters() {
        assert_eq!("USD".parse::<Currency>().unwrap().to_string(), "USD");
        for text in ["", "usd", "US", "USDX", "U D", "ÄÖ"] {
            assert!(text.parse::<Currency>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_half_goes_away_from_zero() {
        let tenths = [4, 5, 6, 14, 15, -4, -5, -6, -15].map(|n| round(n, 1, 10).unwrap());
        assert_eq!(tenths, [0, 1, 1, 1, 2, 0, -1, -1, -2]);
        assert_eq!(round(i64::MAX, 2, 1), None);
        assert_eq!(round(1, 1, 0), None);
    }

    proptest! {
        #[test]
        fn rounding_is_off_by_a_half_at_most_and_alike_on_both_sides(
            amount in -1_000_000_000_i64..1_000_000_000, rate in 0..20_000_i64
        ) {
            let rounded = round(amount, rate, 10_000).unwrap();
            let off = i128::from(rounded) * 10_000 - i128::from(amount) * i128::from(rate);
            prop_assert!(off.abs() <= 5_000);
            prop_assert_eq!(round(-amount, rate, 10_000), Some(-rounded));
        }
    }
}
