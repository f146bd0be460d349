use super::{count, date, flag, hundredths, minutes, time_of_day, year};
use crate::warning::WarningCode::{OutOfRange, UnreadableValue};

#[test]
fn durations_are_exact_to_the_minute() {
    let cases = [
        ("1.6", 96),
        ("0.1", 6),
        (".5", 30),
        ("2.", 120),
        ("12", 720),
        ("1,5", 90),
        ("0.008", 0),
        ("0.00833333333333333333333333", 0),
        ("0.00834", 1),
        ("1.6000000000000001", 96),
        ("1 234.5", 74_070),
        ("1:36", 96),
        ("0:05", 5),
        ("100:00", 6_000),
        ("99999.0", 5_999_940),
        ("-0.0", 0),
    ];
    for (text, expected) in cases {
        assert_eq!(minutes(text), Ok(expected), "{text}");
    }
}

#[test]
fn tenths_of_hours_add_up() {
    let sum: u32 = (1..=100)
        .map(|tenth| minutes(&format!("{}.{}", tenth / 10, tenth % 10)).unwrap())
        .sum();
    assert_eq!(sum, 5050 * 6);
}

#[test]
fn what_is_no_duration() {
    for text in [
        "an hour", "1:60", "1:5", "1:2:3", ":30", "1.2.3", "1,234.5", "1,234", "1e3", ".", "--1",
        "NaN", "٣",
    ] {
        assert_eq!(minutes(text).unwrap_err().code, UnreadableValue, "{text}");
    }
    let long = "9".repeat(60_000);
    for text in ["-1.5", "100000", "99999:01", long.as_str()] {
        assert_eq!(minutes(text).unwrap_err().code, OutOfRange, "{text}");
    }
    assert_eq!(
        minutes(&"-".repeat(60_000)).unwrap_err().code,
        UnreadableValue
    );
}

#[test]
fn counts_and_hundredths() {
    assert_eq!(
        (count("3"), count("3.0"), count("0"), count("999")),
        (Ok(3), Ok(3), Ok(0), Ok(999))
    );
    assert_eq!(count("1.5").unwrap_err().code, UnreadableValue);
    assert_eq!(count("1000").unwrap_err().code, OutOfRange);
    assert_eq!(count("-2").unwrap_err().code, OutOfRange);
    assert_eq!(
        (hundredths("2274.3"), hundredths("0.005"), hundredths("7")),
        (Ok(227_430), Ok(1), Ok(700))
    );
}

#[test]
fn times_of_day() {
    for text in [
        "0930", "930", "09:30", "9:30", "09:30:45", "0930Z", "09:30 z",
    ] {
        assert_eq!(time_of_day(text).unwrap().to_string(), "09:30:00", "{text}");
    }
    for text in [
        "2400", "24:00", "9", "30", "12:60", "9:3", "noon", "½30", "é", "", "12345",
    ] {
        assert_eq!(
            time_of_day(text).unwrap_err().code,
            UnreadableValue,
            "{text}"
        );
    }
}

#[test]
fn dates() {
    for text in ["2026-03-01", "3/1/2026", "03/01/2026"] {
        assert_eq!(date(text).unwrap().to_string(), "2026-03-01", "{text}");
    }
    for text in [
        "2026-02-29",
        "14/3/2026",
        "3/1/26",
        "0026-03-01",
        "2026-03-01 10:00",
        "Date",
        "20260301",
    ] {
        assert_eq!(date(text), None, "{text}");
    }
}

#[test]
fn flags_and_years() {
    for text in ["TRUE", "true", "1", "yes", "x", "X"] {
        assert_eq!(flag(text), Ok(true), "{text}");
    }
    for text in ["FALSE", "0", "no"] {
        assert_eq!(flag(text), Ok(false), "{text}");
    }
    assert!(flag("perhaps").is_err());
    assert_eq!(year("1978"), Ok(1978));
    for text in ["78", "1899", "2200", "19780", "+978"] {
        assert!(year(text).is_err(), "{text}");
    }
}
