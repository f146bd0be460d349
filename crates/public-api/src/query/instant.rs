//! Instants in filters. A time without an offset is refused: it would mean another moment to
//! every reader.

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};

use crate::problem::ProblemError;
use crate::routes::Bound;

use super::values::shown;

/// No record of a flight school is older or later; within them all sort keys have one width.
const YEARS: std::ops::RangeInclusive<i32> = 1900..=2199;

/// Reads RFC 3339 with an offset, or a date, which is the whole of that day in UTC: `from` it
/// means from its beginning, `to` it up to its end, before it up to its beginning.
///
/// An unescaped `+` of an offset arrives as a space, and is understood.
pub(super) fn parse(name: &str, bound: Bound, value: &str) -> Result<DateTime<Utc>, ProblemError> {
    let error = |code, why: &str| {
        let detail = format!("`{}` {why}", shown(value));
        Err(ProblemError::parameter(name, code, detail))
    };
    if let Some(day) = date(value) {
        return match edge(day, bound) {
            Some(at) if YEARS.contains(&day.year()) => Ok(at),
            _ => error("out_of_range", "is not between the years 1900 and 2199"),
        };
    }
    match DateTime::parse_from_rfc3339(&with_plus(value)) {
        Ok(at) if YEARS.contains(&at.to_utc().year()) => Ok(round_up(at.to_utc())),
        Ok(_) => error("out_of_range", "is not between the years 1900 and 2199"),
        Err(_) if is_naive(value) => error(
            "offset_required",
            "has no offset from UTC; add one: 2026-05-28T12:00:00Z, 2026-05-28T14:00:00%2B02:00",
        ),
        Err(_) => error(
            "not_an_instant",
            "is neither an RFC 3339 time (2026-05-28T12:00:00Z) nor a date (2026-05-28)",
        ),
    }
}

/// Reads a date, in the calendar of the school. As an upper bound it is the day up to which, not
/// including it, records are asked for.
pub(super) fn parse_date(name: &str, bound: Bound, value: &str) -> Result<NaiveDate, ProblemError> {
    let error = |code, why: &str| {
        let detail = format!("`{}` {why}", shown(value));
        Err(ProblemError::parameter(name, code, detail))
    };
    let Some(day) = date(value) else {
        return error("not_a_date", "is no date (2026-05-28)");
    };
    match after(day, bound) {
        Some(edge) if YEARS.contains(&day.year()) => Ok(edge),
        _ => error("out_of_range", "is not between the years 1900 and 2199"),
    }
}

/// Whether it names a day, and no moment of it.
pub(super) fn is_date(value: &str) -> bool {
    date(value).is_some()
}

/// `2026-05-28`, and nothing looser.
fn date(value: &str) -> Option<NaiveDate> {
    // The parser alone would skip white space before a number, and take a sign.
    let plausible = value.len() == 10 && value.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    plausible
        .then(|| NaiveDate::parse_from_str(value, "%Y-%m-%d").ok())
        .flatten()
}

fn edge(day: NaiveDate, bound: Bound) -> Option<DateTime<Utc>> {
    Some(after(day, bound)?.and_time(NaiveTime::MIN).and_utc())
}

/// The day at whose beginning the bound lies.
fn after(day: NaiveDate, bound: Bound) -> Option<NaiveDate> {
    match bound {
        Bound::From | Bound::Before => Some(day),
        Bound::To => day.checked_add_days(Days::new(1)),
    }
}

/// `…T12:00:00 02:00` was `…T12:00:00+02:00` before the query was decoded.
fn with_plus(value: &str) -> String {
    let split = value
        .len()
        .checked_sub(6)
        .and_then(|at| value.split_at_checked(at));
    match split {
        Some((time, offset)) if time.len() > 10 => match offset.strip_prefix(' ') {
            Some(offset) => format!("{time}+{offset}"),
            None => value.to_owned(),
        },
        _ => value.to_owned(),
    }
}

fn is_naive(value: &str) -> bool {
    [
        "%Y-%m-%dT%H:%M:%S%.f",
        "%Y-%m-%d %H:%M:%S%.f",
        "%Y-%m-%dT%H:%M",
        "%Y-%m-%d %H:%M",
    ]
    .iter()
    .any(|form| NaiveDateTime::parse_from_str(value, form).is_ok())
}

/// Up to whole microseconds, which is what records have: exact for "at or after" and "before".
fn round_up(at: DateTime<Utc>) -> DateTime<Utc> {
    match i64::from(at.timestamp_subsec_nanos() % 1_000) {
        0 => at,
        over => at
            .checked_add_signed(TimeDelta::nanoseconds(1_000 - over))
            .unwrap_or(at),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bound: Bound, value: &str) -> Result<String, String> {
        parse("from", bound, value)
            .map(crate::sort_key::instant)
            .map_err(|error| error.code.into_owned())
    }

    #[test]
    fn a_time_is_read_with_its_offset_and_only_with_one() {
        let from = |value| read(Bound::From, value);
        assert_eq!(
            from("2026-05-28T12:00:00Z").unwrap(),
            "2026-05-28T12:00:00.000000Z"
        );
        assert_eq!(
            from("2026-05-28T14:00:00.5+02:00").unwrap(),
            "2026-05-28T12:00:00.500000Z"
        );
        assert_eq!(
            from("2026-05-28T14:00:00 02:00").unwrap(),
            "2026-05-28T12:00:00.000000Z"
        );
        assert_eq!(
            from("2026-05-28T12:00:00.0000001Z").unwrap(),
            "2026-05-28T12:00:00.000001Z"
        );
        for naive in [
            "2026-05-28T12:00:00",
            "2026-05-28 12:00:00",
            "2026-05-28T12:00",
        ] {
            assert_eq!(from(naive).unwrap_err(), "offset_required", "{naive}");
        }
    }

    #[test]
    fn a_date_is_its_whole_day() {
        assert_eq!(
            read(Bound::From, "2026-05-01").unwrap(),
            "2026-05-01T00:00:00.000000Z"
        );
        assert_eq!(
            read(Bound::To, "2026-05-31").unwrap(),
            "2026-06-01T00:00:00.000000Z"
        );
        assert_eq!(
            read(Bound::To, "2199-12-31").unwrap(),
            "2200-01-01T00:00:00.000000Z"
        );
    }

    #[test]
    fn what_is_no_instant_is_refused() {
        for text in [
            "",
            "yesterday",
            "2026-02-30",
            "2026-5-1",
            "2026-05- 1",
            "+2026-5-01",
            "28/05/2026",
            "1716900000",
            "2026-05-28T25:00:00Z",
            "é-é-é-é",
        ] {
            assert_eq!(
                read(Bound::From, text).unwrap_err(),
                "not_an_instant",
                "{text}"
            );
        }
        for text in [
            "1899-12-31",
            "2200-01-01",
            "9999-12-31T23:59:59-01:00",
            "0000-01-01",
        ] {
            assert_eq!(read(Bound::To, text).unwrap_err(), "out_of_range", "{text}");
        }
    }

    #[test]
    fn a_date_has_no_time() {
        let read = |bound, value| {
            parse_date("from", bound, value)
                .map(|day| day.to_string())
                .map_err(|error| error.code.into_owned())
        };
        assert_eq!(read(Bound::From, "2026-05-31").unwrap(), "2026-05-31");
        assert_eq!(read(Bound::To, "2026-05-31").unwrap(), "2026-06-01");
        assert_eq!(read(Bound::Before, "2026-05-31").unwrap(), "2026-05-31");
        for text in [
            "",
            "2026-02-30",
            "2026-5-1",
            "2026-05-28T12:00:00Z",
            "today",
        ] {
            assert_eq!(read(Bound::To, text).unwrap_err(), "not_a_date", "{text}");
        }
        assert_eq!(read(Bound::To, "2200-01-01").unwrap_err(), "out_of_range");
    }
}
