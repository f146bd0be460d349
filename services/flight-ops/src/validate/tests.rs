//! Each check with what passes and what does not.

use super::*;

/// The codes that a check finds.
fn found(check: impl FnOnce(&mut Checks)) -> Vec<&'static str> {
    let mut checks = Checks::default();
    check(&mut checks);
    checks
        .found()
        .iter()
        .map(|violation| violation.code)
        .collect()
}

#[test]
fn names_are_trimmed_and_measured_in_characters() {
    let mut checks = Checks::default();
    assert_eq!(checks.name("name", "  Schäferhof Flug "), "Schäferhof Flug");
    assert!(checks.finish().is_ok());
    assert_eq!(found(|c| drop(c.name("name", &"ü".repeat(200)))), [""; 0]);
    assert_eq!(
        found(|c| drop(c.name("name", &"ü".repeat(201)))),
        ["length"]
    );
    assert_eq!(found(|c| drop(c.name("name", "  "))), ["required"]);
    assert_eq!(found(|c| drop(c.name("name", "nul\0"))), ["malformed"]);
}

#[test]
fn an_empty_optional_text_is_none() {
    let mut checks = Checks::default();
    assert_eq!(checks.reference(Some("  ")), None);
    assert_eq!(checks.reference(None), None);
    assert_eq!(checks.reference(Some(" x ")), Some("x".to_owned()));
    assert_eq!(checks.icao_code(Some("")), None);
    assert!(checks.found().is_empty());
}

#[test]
fn registrations_are_made_upper_case() {
    let mut checks = Checks::default();
    assert_eq!(checks.registration(" n740sp "), "N740SP");
    assert_eq!(checks.registration("f-gkrd"), "F-GKRD");
    assert!(checks.found().is_empty());
    for wrong in ["", "N", "N740 SP", "ABCDEFGHIJ123", "Ñ12", "N1;N2"] {
        assert_eq!(
            found(|c| drop(c.registration(wrong))),
            ["malformed"],
            "{wrong}"
        );
    }
}

#[test]
fn zones_currencies_and_countries_are_those_that_exist() {
    let school = |zone: &str, currency: &str, country: &str| {
        found(|c| {
            c.timezone(zone);
            c.currency(currency);
            c.country(country);
        })
    };
    assert_eq!(school("America/Los_Angeles", "USD", "US"), [""; 0]);
    assert_eq!(school("UTC", "EUR", "DE"), [""; 0]);
    assert_eq!(school("Mars/Olympus", "usd", "USA"), ["unknown"; 3]);
}

#[test]
fn everything_wrong_is_found_at_once() {
    let mut checks = Checks::default();
    checks.name("name", "");
    checks.chosen_id("id", Uuid::nil());
    checks.icao_code(Some("O60"));
    checks.within("seats", Some(-1), &(0..=1_000));
    let Err(OpsError::Invalid(found)) = checks.finish() else {
        panic!("four fields are wrong");
    };
    let pointers: Vec<_> = found.iter().map(|violation| violation.pointer).collect();
    assert_eq!(pointers, ["name", "id", "icao_code", "seats"]);
}
