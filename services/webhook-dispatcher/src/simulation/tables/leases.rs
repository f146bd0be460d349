//! `db::leases` and `db::closing`.

use std::time::Duration;

use uuid::Uuid;

use super::{At, DELETED, Tables};
use crate::db::leases::REAP_BATCH;
use crate::db::retention::BATCH;

impl Tables {
    pub(in crate::simulation) fn register(&mut self, owner: Uuid, duration: Duration, now: At) {
        self.replicas.insert(owner, now + duration);
    }

    pub(in crate::simulation) fn renew(
        &mut self,
        owner: Uuid,
        duration: Duration,
        now: At,
    ) -> bool {
        let lives = self.lives(owner, now);
        if lives {
            self.register(owner, duration, now);
        }
        lives
    }

    pub(in crate::simulation) fn retire(&mut self, owner: Uuid, now: At) -> usize {
        if let Some(until) = self.replicas.get_mut(&owner) {
            *until = now;
        }
        let held = self.held.remove(&owner).unwrap_or_default();
        for id in &held {
            self.set_owner(*id, None);
        }
        held.len()
    }

    pub(in crate::simulation) fn release(&mut self, ids: &[Uuid], owners: &[Uuid]) -> usize {
        let mut released = 0;
        for (id, owner) in ids.iter().zip(owners) {
            if self.is_held_by(*id, *owner) {
                self.set_owner(*id, None);
                released += 1;
            }
        }
        released
    }

    pub(in crate::simulation) fn reap(&mut self, now: At) -> usize {
        let dead = self.replicas.iter().filter(|(_, until)| **until <= now);
        let orphaned = dead.filter_map(|(owner, _)| self.held.get(owner));
        let most = usize::try_from(REAP_BATCH).unwrap();
        let orphaned: Vec<Uuid> = orphaned.flatten().copied().take(most).collect();
        for id in &orphaned {
            self.set_owner(*id, None);
        }
        orphaned.len()
    }

    pub(in crate::simulation) fn forget_the_dead(&mut self, now: At) -> usize {
        let before = self.replicas.len();
        let held = &self.held;
        self.replicas.retain(|owner, until| {
            *until >= now - Duration::from_secs(86_400)
                || held.get(owner).is_some_and(|held| !held.is_empty())
        });
        before - self.replicas.len()
    }

    pub(in crate::simulation) fn end_deleted(&mut self) -> usize {
        let deleted = self
            .endpoints
            .iter()
            .filter(|(_, endpoint)| endpoint.status == DELETED && !endpoint.closed);
        let free = deleted.filter_map(|(id, _)| self.free.get(id)).flatten();
        let most = usize::try_from(BATCH).unwrap();
        let ids: Vec<Uuid> = free.map(|(_, id)| *id).take(most).collect();
        for id in &ids {
            let attempts = self.owed.get(id).map_or(0, |owed| owed.attempts);
            self.end(*id, "failed", attempts, Some("endpoint_deleted"));
        }
        ids.len()
    }

    pub(in crate::simulation) fn close_deleted(&mut self) -> usize {
        let owed: Vec<Uuid> = self.owed.values().map(|owed| owed.endpoint).collect();
        let mut closed = 0;
        for (id, endpoint) in &mut self.endpoints {
            if endpoint.status == DELETED && !endpoint.closed && !owed.contains(id) {
                endpoint.closed = true;
                closed += 1;
            }
        }
        closed
    }
}
