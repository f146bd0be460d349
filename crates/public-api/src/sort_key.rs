//! Sort keys as the read side stores and compares them: texts, ordered byte by byte.

use chrono::{DateTime, SecondsFormat, Utc};

/// An instant as a sort key: UTC, six decimals, fixed width, so that the order of the texts is
/// the order of the instants (years 0 to 9999): `2026-05-02T18:47:00.000000Z`.
pub fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Micros, true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_has_six_decimals_and_its_text_sorts_as_time_does() {
        let at = |text: &str| instant(text.parse().unwrap());
        assert_eq!(
            at("2026-05-02T20:47:00+02:00"),
            "2026-05-02T18:47:00.000000Z"
        );
        assert!(at("2026-05-02T18:47:00.999999Z") < at("2026-05-02T18:47:01Z"));
        assert!(at("0999-12-31T23:59:59Z") < at("1000-01-01T00:00:00Z"));
    }
}
