//! `commands::note_health`.

use std::collections::BTreeMap;

use domain::EndpointId;
use domain::webhook::EndpointStatus;
use uuid::Uuid;

use super::{At, DELETED, Tables, Told};
use crate::commands::note_health::{Change, Diagnosis, Witness, change, credible, diagnose};
use crate::endpoint::health::Health;
use crate::ledger::Written;
use crate::settings::HealthSettings;

impl Tables {
    /// `Ledger::record`.
    pub(in crate::simulation) fn record(
        &mut self,
        told: &[Told],
        witnesses: &[Witness],
        settings: &HealthSettings,
        now: At,
    ) -> Written {
        let outcomes = self.write_outcomes(told);
        let credible = credible(witnesses, &outcomes);
        Written {
            changes: self.note_health(&credible, settings, now),
            outcomes,
        }
    }

    fn note_health(
        &mut self,
        witnesses: &[Witness],
        settings: &HealthSettings,
        now: At,
    ) -> Vec<(EndpointId, Change)> {
        let mut by_endpoint: BTreeMap<Uuid, Vec<Witness>> = BTreeMap::new();
        for witness in witnesses {
            let told = by_endpoint.entry(witness.endpoint.0).or_default();
            told.push(*witness);
        }
        let mut changes = Vec::new();
        for (id, told) in by_endpoint {
            let is_owed = self.is_owed(id, now);
            let Some(row) = self.endpoints.get_mut(&id) else {
                continue;
            };
            if [EndpointStatus::Disabled.as_str(), DELETED].contains(&row.status) {
                continue;
            }
            let retries = row.retries.parse().unwrap();
            let change = match diagnose(row.health, &told, settings, retries) {
                Diagnosis::Is(mut after) => {
                    if after.caught_up().is_some() && !is_owed {
                        after = Health::HEALTHY;
                    }
                    let before = std::mem::replace(&mut row.health, after);
                    change(before, after)
                }
                Diagnosis::Gone | Diagnosis::GivenUp { .. } => {
                    row.status = EndpointStatus::Disabled.as_str();
                    row.updated_at = now;
                    row.was_always_owed = false;
                    Some(Change::Disabled)
                }
            };
            changes.extend(change.map(|change| (EndpointId(id), change)));
        }
        changes
    }

    /// Whether something waits for `endpoint` that could be sent now.
    fn is_owed(&self, endpoint: Uuid, now: At) -> bool {
        let first = self.free.get(&endpoint).and_then(|free| free.first());
        first.is_some_and(|(at, _)| *at <= now)
    }
}
