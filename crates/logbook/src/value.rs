//! The values of cells: durations, counts, times, dates, flags.
//!
//! Every reader here takes a trimmed text that is not empty.

use chrono::{Datelike, NaiveDate, NaiveTime};

use crate::limits::{MAX_COUNT, MAX_HOURS};
use crate::warning::WarningCode;

/// Why a value was dropped: the code and the words for a warning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Bad {
    pub(crate) code: WarningCode,
    pub(crate) reason: &'static str,
}

const fn unreadable(reason: &'static str) -> Bad {
    Bad {
        code: WarningCode::UnreadableValue,
        reason,
    }
}

const fn out_of_range(reason: &'static str) -> Bad {
    Bad {
        code: WarningCode::OutOfRange,
        reason,
    }
}

/// Digits behind the point that count; spreadsheets write up to 17.
const MAX_FRACTION_DIGITS: usize = 18;

/// A duration in decimal hours or `h:mm`, in minutes rounded half up.
pub(crate) fn minutes(text: &str) -> Result<u32, Bad> {
    const BAD: Bad = unreadable("is neither decimal hours nor h:mm and was dropped");
    const RANGE: Bad = out_of_range("is no duration from 0 to 99,999 hours and was dropped");
    let minutes = match text.split_once(':') {
        Some((hours, minutes)) => {
            let hours = digits(hours.trim(), 1..=9).ok_or(BAD)?;
            let minutes = digits(minutes.trim(), 2..=2).filter(|minutes| *minutes < 60);
            hours * 60 + minutes.ok_or(BAD)?
        }
        None => scaled(text, 60, BAD, RANGE)?,
    };
    bounded(minutes, MAX_HOURS * 60, RANGE)
}

/// A meter reading or a distance, in hundredths rounded half up.
pub(crate) fn hundredths(text: &str) -> Result<u32, Bad> {
    const BAD: Bad = unreadable("is not a decimal number and was dropped");
    const RANGE: Bad = out_of_range("is not from 0 to 99,999 and was dropped");
    let value = scaled(text, 100, BAD, RANGE)?;
    bounded(value, MAX_HOURS * 100, RANGE)
}

/// A count. `3.0` is 3, as spreadsheets write it.
pub(crate) fn count(text: &str) -> Result<u32, Bad> {
    const BAD: Bad = unreadable("is not a whole number and was dropped");
    const RANGE: Bad = out_of_range("is not from 0 to 999 and was dropped");
    let hundredfold = scaled(text, 100, BAD, RANGE)?;
    if hundredfold % 100 != 0 {
        return Err(BAD);
    }
    bounded(hundredfold / 100, MAX_COUNT, RANGE)
}

/// A year of four digits.
pub(crate) fn year(text: &str) -> Result<u16, Bad> {
    const BAD: Bad = unreadable("is not a year and was dropped");
    let year = digits(text, 4..=4).filter(|year| (1900..2200).contains(year));
    year.and_then(|year| u16::try_from(year).ok()).ok_or(BAD)
}

/// A time of day: `0930`, `930`, `09:30`, `9:30`, `09:30:00`, `0930Z`.
pub(crate) fn time_of_day(text: &str) -> Result<NaiveTime, Bad> {
    const BAD: Bad = unreadable("is not a time of day and was dropped");
    let text = text.strip_suffix(['Z', 'z']).unwrap_or(text).trim_end();
    let (hour, minute) = match text.split_once(':') {
        Some((hour, rest)) => (
            hour,
            rest.split_once(':').map_or(rest, |(minute, _)| minute),
        ),
        None => text
            .split_at_checked(text.len().saturating_sub(2))
            .ok_or(BAD)?,
    };
    let hour = digits(hour, 1..=2).ok_or(BAD)?;
    let minute = digits(minute, 2..=2).ok_or(BAD)?;
    let time = NaiveTime::from_hms_opt(small(hour), small(minute), 0);
    time.ok_or(BAD)
}

/// A date: `2026-03-01` or `3/1/2026` (month first).
pub(crate) fn date(text: &str) -> Option<NaiveDate> {
    let iso = NaiveDate::parse_from_str(text, "%Y-%m-%d");
    let date = iso.or_else(|_| NaiveDate::parse_from_str(text, "%m/%d/%Y"));
    date.ok().filter(|date| (1900..2200).contains(&date.year()))
}

/// A flag: `TRUE`, `1`, `yes`, `x` ... and their opposites.
pub(crate) fn flag(text: &str) -> Result<bool, Bad> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "t" | "1" | "yes" | "y" | "x" => Ok(true),
        "false" | "f" | "0" | "no" | "n" => Ok(false),
        _ => Err(unreadable("is neither true nor false and was dropped")),
    }
}

/// Whether a cell says nothing: a nought or a `false` where exports write one
/// into every empty column.
pub(crate) fn is_nothing(text: &str) -> bool {
    let zero = text.chars().all(|c| matches!(c, '0' | '.' | ',' | ':'));
    zero || text.eq_ignore_ascii_case("false")
}

/// A decimal number times `scale`, rounded half up, with no loss on the way.
fn scaled(text: &str, scale: u128, bad: Bad, range: Bad) -> Result<u64, Bad> {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let positive = text.strip_prefix('-').unwrap_or(&text);
    let (whole, fraction) = positive.split_once(['.', ',']).unwrap_or((positive, ""));
    let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.len() + fraction.len() == 0 || !all_digits(whole) || !all_digits(fraction) {
        return Err(bad);
    }
    // In Germany "1,5" is one and a half; "1,500" is anyone's guess.
    if text.contains(',') && fraction.len() > 2 {
        return Err(bad);
    }
    let fraction = fraction.get(..MAX_FRACTION_DIGITS).unwrap_or(fraction);
    let unit = fraction.bytes().fold(1u128, |unit, _| unit * 10);
    let value = format!("0{whole}{fraction}")
        .parse::<u128>()
        .map_err(|_| range)?;
    if value > 0 && text.starts_with('-') {
        return Err(range);
    }
    let doubled = value.checked_mul(2 * scale).ok_or(range)?;
    u64::try_from((doubled + unit) / (2 * unit)).map_err(|_| range)
}

fn digits(text: &str, length: std::ops::RangeInclusive<usize>) -> Option<u64> {
    let plain = length.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten()
}

fn bounded(value: u64, max: u64, range: Bad) -> Result<u32, Bad> {
    let bounded = Some(value).filter(|value| *value <= max);
    bounded
        .and_then(|value| u32::try_from(value).ok())
        .ok_or(range)
}

fn small(value: u64) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests;
