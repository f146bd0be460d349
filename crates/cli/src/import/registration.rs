//! Registrations from whatever a logbook calls its aircraft.

use sha2::{Digest, Sha256};

/// What stands for an aircraft that the logbook does not name.
pub const UNKNOWN: &str = "UNKNOWN";

const LONGEST: usize = 12;
/// Characters that are kept of a name that does not fit, before a hyphen and [`MARK`] more.
const KEPT: usize = 7;
/// Characters by which two names are told apart that begin alike.
const MARK: usize = 4;

/// The registration for an id as the file has it: capital letters, digits and hyphens, 2 to 12 of
/// them, which is what the school's records hold. `n740sp` is N740SP, and a training device named
/// `Redbird FMX` is REDBIRD-FMX. A name that is too long or too short is marked by a hash of
/// itself, so that two devices do not become one. The same id always gives the same registration.
pub fn of(aircraft_id: &str) -> String {
    let upper = aircraft_id.trim().to_uppercase();
    let words: Vec<&str> = upper
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|w| !w.is_empty())
        .collect();
    let plain = words.join("-");
    if (2..=LONGEST).contains(&plain.len()) {
        return plain;
    }
    let hash = hex::encode_upper(Sha256::digest(upper.as_bytes()));
    let kept: String = plain.chars().take(KEPT).collect();
    let mark: String = hash.chars().take(MARK).collect();
    match kept.trim_end_matches('-') {
        "" => format!("X-{mark}"),
        kept => format!("{kept}-{mark}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_registration_stays_and_a_name_becomes_one() {
        assert_eq!(of(" n740sp "), "N740SP");
        assert_eq!(of("F-GKRD"), "F-GKRD");
        assert_eq!(of("Redbird FMX"), "REDBIRD-FMX");
    }

    #[test]
    fn names_that_begin_alike_stay_apart() {
        let (one, other) = (of("Redbird FMX, Bay 1"), of("Redbird FMX, Bay 2"));
        assert!(one.starts_with("REDBIRD-") && other.starts_with("REDBIRD-"));
        assert_ne!(one, other);
        assert_ne!(of("1"), of("2"));
    }

    proptest! {
        #[test]
        fn whatever_the_id_is_the_result_can_be_stored(id in "\\PC{0,40}") {
            let registration = of(&id);
            prop_assert!((2..=LONGEST).contains(&registration.len()), "{registration}");
            prop_assert!(registration.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '-'));
            prop_assert_eq!(of(&id), registration);
        }
    }
}
