//! Training on the ground, alone or beside a flight.

use std::collections::HashMap;

use contracts::v1::ImportedGroundTraining;
use logbook::GroundTraining;
use sha2::{Digest, Sha256};

/// Names the encoding: another one must not give the same fingerprints.
const ENCODING: &str = "ground-training-1";
/// Different sessions that are counted; past them, equal ones count as the first.
const MOST_REMEMBERED: usize = 4_096;

/// Numbers the sessions of a file, so that two equal rows are two sessions, and the same two at
/// every reading.
#[derive(Default)]
pub struct Sessions {
    seen: HashMap<[u8; 32], u32>,
}

impl Sessions {
    /// A session that is a row by itself.
    pub fn alone(&mut self, training: &GroundTraining, line: u64) -> ImportedGroundTraining {
        let GroundTraining {
            date,
            received_minutes,
            given_minutes,
        } = training;
        let text = format!(
            "{ENCODING}\0{}\0{received_minutes}\0{given_minutes}",
            date.format("%Y-%m-%d")
        );
        let fingerprint: [u8; 32] = Sha256::digest(text.as_bytes()).into();
        session(training, &fingerprint, self.number(fingerprint), line)
    }

    fn number(&mut self, fingerprint: [u8; 32]) -> u32 {
        if let Some(count) = self.seen.get_mut(&fingerprint) {
            *count += 1;
            return *count;
        }
        if self.seen.len() < MOST_REMEMBERED {
            self.seen.insert(fingerprint, 0);
        }
        0
    }
}

/// A session of that name: its own, or that of the flight it stands beside.
pub fn session(
    training: &GroundTraining,
    fingerprint: &[u8; 32],
    occurrence: u32,
    line: u64,
) -> ImportedGroundTraining {
    let whole = |minutes: u32| i32::try_from(minutes).unwrap_or(i32::MAX);
    ImportedGroundTraining {
        line,
        fingerprint: fingerprint.to_vec().into(),
        occurrence,
        date: training.date.format("%Y-%m-%d").to_string(),
        minutes_received: whole(training.received_minutes),
        minutes_given: whole(training.given_minutes),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_sessions_are_numbered_and_others_are_told_apart() {
        let training = |received_minutes| GroundTraining {
            date: chrono::NaiveDate::from_ymd_opt(2026, 5, 28).unwrap(),
            received_minutes,
            given_minutes: 0,
        };
        let mut sessions = Sessions::default();
        let first = sessions.alone(&training(90), 3);
        let second = sessions.alone(&training(90), 4);
        let third = sessions.alone(&training(60), 5);
        assert_eq!(
            (first.occurrence, second.occurrence, third.occurrence),
            (0, 1, 0)
        );
        assert_eq!(first.fingerprint, second.fingerprint);
        assert_ne!(first.fingerprint, third.fingerprint);
        assert_eq!(
            (first.date.as_str(), first.minutes_received, first.line),
            ("2026-05-28", 90, 3)
        );
    }
}
