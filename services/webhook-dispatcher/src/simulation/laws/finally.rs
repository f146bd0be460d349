//! What must be true when everything is well again and nothing is left to do.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::Laws;
use crate::simulation::plan::Plan;
use crate::simulation::tables::{DELETED, Ended, Tables};

/// Attempts of a delivery before it has failed, probes apart.
pub(in crate::simulation) const ATTEMPTS: i32 = 4;

impl Laws {
    /// `published` has happened, each in an organisation.
    pub(in crate::simulation) fn finally(
        &mut self,
        tables: &Tables,
        plan: &Plan,
        published: &[(String, Uuid)],
    ) {
        self.nothing_is_lost(tables, published);
        self.sequences_have_no_gap(tables);
        for (id, ended) in &tables.ended {
            self.ended_rightly(tables, *id, ended);
        }
        if plan.is_calm() {
            let repeated = self.begun.iter().find(|(_, times)| **times > 1);
            let repeated = repeated.map(|(attempt, _)| *attempt);
            self.hold(repeated.is_none(), || {
                format!("sent twice although nothing went wrong: {repeated:?}")
            });
        }
    }

    /// Every event is owed to each endpoint that was there all the time, or was.
    fn nothing_is_lost(&mut self, tables: &Tables, published: &[(String, Uuid)]) {
        let owed = tables.owed.values().map(|row| (row.endpoint, &row.event));
        let ended = tables.ended.values().map(|row| (row.endpoint, &row.event));
        let mut times: BTreeMap<(Uuid, &String), u32> = BTreeMap::new();
        for known in owed.chain(ended) {
            *times.entry(known).or_default() += 1;
        }
        for (event, organization) in published {
            for (id, endpoint) in &tables.endpoints {
                let times = times.get(&(*id, event)).copied().unwrap_or_default();
                let is_theirs = endpoint.organization == *organization;
                let least = u32::from(is_theirs && endpoint.was_always_owed);
                self.hold((least..=u32::from(is_theirs)).contains(&times), || {
                    format!("{event} was owed {times} times to {id}")
                });
            }
        }
        for (id, row) in &tables.owed {
            let endpoint = tables.endpoints.get(&row.endpoint);
            let is_kept = endpoint.is_some_and(|row| !row.is_enabled() && row.status != DELETED);
            self.hold(is_kept && row.lease_owner.is_none(), || {
                format!("{id} is still owed: {row:?}, {endpoint:?}")
            });
        }
    }

    fn sequences_have_no_gap(&mut self, tables: &Tables) {
        let owed = tables.owed.values().map(|row| (row.endpoint, row.sequence));
        let ended = tables
            .ended
            .values()
            .map(|row| (row.endpoint, row.sequence));
        let mut sequences: Vec<(Uuid, i64)> = owed.chain(ended).collect();
        sequences.sort_unstable();
        let numbers = tables.endpoints.iter();
        let expected = numbers.flat_map(|(id, row)| (1..row.next_sequence).map(|n| (*id, n)));
        self.hold(sequences.iter().copied().eq(expected), || {
            format!("there is a gap or a double: {sequences:?}")
        });
    }

    fn ended_rightly(&mut self, tables: &Tables, id: Uuid, ended: &Ended) {
        let attempts = (1..=ended.attempts).map(|number| tables.attempts.get(&(id, number)));
        let outcomes: Vec<Option<bool>> = attempts.map(|attempt| attempt.copied()).collect();
        let failures = |outcomes: &[Option<bool>]| outcomes.iter().all(|one| *one == Some(false));
        let is_right = match (ended.status, outcomes.split_last()) {
            ("succeeded", Some((Some(true), before))) => {
                failures(before) && self.arrived.contains(&id)
            }
            ("failed", _) if ended.error == Some("endpoint_deleted") => {
                let endpoint = tables.endpoints.get(&ended.endpoint);
                failures(&outcomes) && endpoint.is_some_and(|row| row.status == DELETED)
            }
            // A probe is an attempt, but uses up nothing.
            ("failed", _) => failures(&outcomes) && ended.attempts - ended.probes >= ATTEMPTS,
            _ => false,
        };
        self.hold(is_right, || {
            format!("{id} ended as {ended:?} after {outcomes:?}")
        });
    }
}
