//! `db::outcomes::write`.

use uuid::Uuid;

use super::{At, Owed, Tables};
use crate::db::outcomes::Outcomes;

/// An attempt and how its delivery now stands.
pub(in crate::simulation) struct Told {
    delivery: Uuid,
    owner: Uuid,
    number: i32,
    error: Option<&'static str>,
    status: &'static str,
    next_attempt_at: Option<At>,
    is_probe: bool,
}

impl Told {
    pub(in crate::simulation) fn all(outcomes: &Outcomes<'_>) -> Vec<Self> {
        let rows = outcomes.deliveries.iter().enumerate();
        rows.map(|(row, delivery)| Self {
            delivery: *delivery,
            owner: outcomes.owners[row],
            number: outcomes.numbers[row],
            error: outcomes.errors[row],
            status: outcomes.statuses[row],
            next_attempt_at: outcomes.next_attempts_at[row],
            is_probe: outcomes.probes[row],
        })
        .collect()
    }
}

impl Tables {
    /// Only where the lease is still held, and only the next attempt. Answers with the places of those.
    pub(in crate::simulation) fn write_outcomes(&mut self, told: &[Told]) -> Vec<usize> {
        let mut written = Vec::new();
        for (place, one) in told.iter().enumerate() {
            let made = self.owed.get(&one.delivery).map(|owed| owed.attempts);
            if !self.is_held_by(one.delivery, one.owner) || made != Some(one.number - 1) {
                continue;
            }
            let attempt = (one.delivery, one.number);
            let before = self.attempts.insert(attempt, one.error.is_none());
            assert!(before.is_none(), "attempt {attempt:?} is written twice");
            match one.next_attempt_at {
                Some(next_attempt_at) => {
                    if let Some(owed) = self.owed.get(&one.delivery).cloned() {
                        let put_off = Owed {
                            attempts: one.number,
                            probes: owed.probes + i32::from(one.is_probe),
                            next_attempt_at,
                            lease_owner: None,
                            ..owed
                        };
                        self.put(one.delivery, put_off);
                    }
                }
                None => self.end(one.delivery, one.status, one.number, one.error),
            }
            written.push(place);
        }
        written
    }
}
