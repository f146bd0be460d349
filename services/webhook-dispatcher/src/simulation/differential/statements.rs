//! One statement by chance, asked of both.

use std::time::Duration;

use domain::webhook::EndpointStatus;
use uuid::Uuid;

use super::both::{Both, ENDPOINTS};
use crate::commands::note_health::Witness;
use crate::db::fan_out::{NewDeliveries, NewEvents};
use crate::db::outcomes::Outcomes;
use crate::endpoint::health::Seen;
use crate::ledger::Ledger;
use crate::simulation::news;
use crate::simulation::receivers::endpoint;
use crate::simulation::tables::{DELETED, Owed, Told, Wanted};

/// What must have happened before the comparison is worth anything.
pub(super) const ALL: [&str; 12] = [
    "fan out", "known", "claim", "record", "stale", "twice", "release", "reap", "retire", "change",
    "end", "lose",
];

impl Both {
    pub(super) async fn next_statement(&mut self) {
        self.tick();
        match self.chance.between(0, 22) {
            0..=4 => self.fan_out().await,
            5..=9 => self.claim().await,
            10..=13 => self.record().await,
            14 => self.release().await,
            15 => self.lose_replica().await,
            16 | 17 => self.reap().await,
            18 => self.change().await,
            19 => self.lose_event().await,
            _ => self.close().await,
        }
        self.part_twins().await;
    }

    /// What came together is due at one time, and either may be claimed first: a microsecond between
    /// them says which.
    async fn part_twins(&mut self) {
        for (id, at) in self.model.part_twins() {
            let at = at.to_rfc3339();
            self.sql(&format!(
                "UPDATE owed SET next_attempt_at = '{at}' WHERE id = '{id}'"
            ))
            .await;
        }
    }

    /// New events or known ones, each to one endpoint, leased or not.
    async fn fan_out(&mut self) {
        let mut ids: Vec<String> = Vec::new();
        let is_known = self.events > 4 && self.chance.is(15);
        for _ in 0..=self.chance.below(6) {
            let number = match is_known {
                true => self.chance.below(self.events),
                false => self.events,
            };
            self.events = self.events.max(number + 1);
            let id =
                domain::EventId::from_parts(1_780_000_000_000, u128::try_from(number).unwrap());
            if !ids.contains(&id.to_string()) {
                ids.push(id.to_string());
            }
        }
        let (mut events, mut deliveries) = (NewEvents::default(), NewDeliveries::default());
        let (owner, most) = (
            self.chance.of(&self.owners),
            1 + self.chance.below(ENDPOINTS),
        );
        for id in &ids {
            let to = self.chance.below(most);
            events.ids.push(id);
            events.organizations.push(news::organization(to % 2));
            events.types.push("flight.approved");
            events.occurred_at.push(self.now);
            events.traceparents.push(None);
            events.bodies.push(b"{}");
            events.locations.push(None);
            events.subjects.push(Uuid::from_u128(
                1 + u128::try_from(self.chance.below(4)).unwrap(),
            ));
            events.passed_over.push("{}".into());
            deliveries.ids.push(self.new_id());
            deliveries.event_ids.push(id);
            deliveries.endpoint_ids.push(endpoint(to));
            deliveries
                .lease_owners
                .push(self.chance.is(60).then_some(owner));
            deliveries.read_as.push(match self.chance.is(85) {
                true => self.model.endpoints[&endpoint(to)].updated_at,
                false => self.now,
            });
        }
        let wanted = Wanted::new(&events, &deliveries);
        let told = self.postgres.fan_out(&events, &deliveries, self.now).await;
        let expected = self.model.fan_out(wanted, self.now);
        let told = told.unwrap();
        let consigned = told
            .iter()
            .filter_map(|row| Some((row.id, row.consignment?)));
        self.consignments.extend(consigned);
        let [mut told, mut expected] = [told, expected].map(|all| {
            let rows = all
                .into_iter()
                .map(|row| (row.id, row.sequence, row.consignment.is_some()));
            rows.collect::<Vec<_>>()
        });
        told.sort_unstable();
        expected.sort_unstable();
        assert_eq!(told, expected, "seed {}", self.seed);
        let name = if told.is_empty() { "known" } else { "fan out" };
        self.seen.insert(name);
    }

    async fn claim(&mut self) {
        let (owner, openings) = (self.chance.of(&self.owners), self.openings());
        let after = match self.chance.is(30) {
            true => endpoint(self.chance.below(ENDPOINTS)),
            false => Uuid::nil(),
        };
        let told = self.postgres.claim(owner, after, &openings, self.now).await;
        let expected = self.model.claim(owner, after, &openings, self.now);
        let [told, expected] = [told.unwrap(), expected].map(|rows| {
            let rows = rows.into_iter().map(|row| {
                let place = (row.endpoint_id, row.not_before, row.sequence);
                (
                    place,
                    row.id,
                    (row.attempt_count, row.probes),
                    row.in_order,
                    row.destination.health,
                )
            });
            rows.collect::<Vec<_>>()
        });
        let seed = self.seed;
        assert_eq!(
            told, expected,
            "seed {seed}: {openings:?} after {after} at {}",
            self.now
        );
        if !told.is_empty() {
            self.seen.insert("claim");
        }
    }

    /// Some of what is owed, held or not, and some by another than who holds it.
    fn some_owed(&mut self) -> Vec<(Uuid, Uuid, Owed)> {
        let owed = self.model.owed.iter();
        let owed: Vec<(Uuid, Owed)> = owed.map(|(id, owed)| (*id, owed.clone())).collect();
        let mut some = Vec::new();
        for (id, owed) in owed {
            if self.chance.is(40) {
                let anybody = self.chance.of(&self.owners);
                let owner = owed.lease_owner.filter(|_| self.chance.is(90));
                some.push((id, owner.unwrap_or(anybody), owed));
            }
        }
        some
    }

    async fn record(&mut self) {
        let (mut outcomes, mut witnesses) = (Outcomes::default(), Vec::new());
        let all = self.some_told();
        for (outcome, (id, owner, owed)) in all.iter().enumerate() {
            let (id, owner) = (*id, *owner);
            let ended = self.tick();
            let (arrived, is_over) = (self.chance.is(40), self.chance.is(20));
            let error = (!arrived).then_some("status");
            outcomes.deliveries.push(id);
            outcomes.owners.push(owner);
            outcomes.numbers.push(owed.attempts + 1);
            outcomes.started_at.push(ended);
            outcomes.durations_ms.push(0);
            outcomes.status_codes.push(None);
            outcomes.errors.push(error);
            outcomes.details.push(None);
            outcomes.excerpts.push(&[]);
            outcomes.request_headers.push(None);
            outcomes.response_headers.push(None);
            outcomes.event_ids.push(&owed.event);
            outcomes.sequences.push(owed.sequence);
            let (status, next) = match (arrived, is_over) {
                (true, _) => ("succeeded", None),
                (false, true) => ("failed", None),
                (false, false) => ("pending", Some(self.tick())),
            };
            outcomes.statuses.push(status);
            outcomes.next_attempts_at.push(next);
            outcomes.completed_at.push(next.is_none().then_some(ended));
            outcomes.probes.push(self.chance.is(20));
            outcomes
                .consignments
                .push(self.consignments.get(&id).copied());
            let seen = Seen {
                began: ended,
                ended,
                arrived,
            };
            let (endpoint, gone) = (owed.endpoint.into(), !arrived && self.chance.is(3));
            witnesses.push(Witness {
                outcome,
                endpoint,
                seen,
                gone,
            });
        }
        let told = self.postgres.record(&outcomes, &witnesses, self.now).await;
        let rows = Told::all(&outcomes);
        let expected = self.model.record(&rows, &witnesses, &self.health, self.now);
        let [told, expected] = [told.unwrap(), expected].map(|mut written| {
            written.outcomes.sort_unstable();
            written
        });
        assert_eq!(told, expected, "seed {}: {witnesses:#?}", self.seed);
        self.seen
            .insert(match told.outcomes.len() == witnesses.len() {
                true => "record",
                false => "stale",
            });
    }

    /// Attempts at some of what is owed. Now and then somebody who had lost his lease and got another
    /// tells of a delivery twice, in either order.
    fn some_told(&mut self) -> Vec<(Uuid, Uuid, Owed)> {
        let mut told = Vec::new();
        for (id, owner, owed) in self.some_owed() {
            if self.chance.is(20) {
                let before = self.chance.of(&self.owners);
                if before != owner {
                    told.push((id, before, owed.clone()));
                    self.seen.insert("twice");
                }
            }
            let place = self.chance.below(told.len() + 1);
            told.insert(place, (id, owner, owed));
        }
        told
    }

    async fn release(&mut self) {
        let some = self.some_owed();
        let (ids, owners): (Vec<Uuid>, Vec<Uuid>) =
            some.into_iter().map(|(id, owner, _)| (id, owner)).unzip();
        let came_in = ids.iter().filter_map(|id| self.consignments.get(id));
        let consignments: Vec<Uuid> = came_in.copied().collect();
        let told = self.postgres.release(&ids, &owners, &consignments);
        let told = told.await.unwrap();
        assert_eq!(
            told,
            self.model.release(&ids, &owners),
            "seed {}",
            self.seed
        );
        if told > 0 {
            self.seen.insert("release");
        }
    }

    /// One dies or retires, and a new one comes.
    async fn lose_replica(&mut self) {
        let owner = self.owners.remove(0);
        if self.chance.is(50) {
            let told = self.postgres.retire(owner).await.unwrap();
            assert_eq!(
                told,
                self.model.retire(owner, self.now),
                "seed {}",
                self.seed
            );
            self.seen.insert("retire");
        } else {
            self.sql(&format!(
                "UPDATE replicas SET alive_until = now() - interval '1 minute' WHERE id = '{owner}'"
            ))
            .await;
            let past = self.now - Duration::from_secs(60);
            self.model.replicas.insert(owner, past);
        }
        let renewed = self.postgres.renew(owner, Duration::from_secs(60)).await;
        assert!(!renewed.unwrap());
        self.register().await;
    }

    async fn reap(&mut self) {
        let told = self.postgres.reap().await.unwrap();
        assert_eq!(told, self.model.reap(self.now), "seed {}", self.seed);
        if told > 0 {
            self.seen.insert("reap");
        }
    }

    /// Somebody changes an endpoint. At last some are deleted.
    async fn change(&mut self) {
        let number = self.chance.below(ENDPOINTS);
        let mut all = vec![EndpointStatus::Enabled.as_str(); 4];
        all.push(EndpointStatus::Paused.as_str());
        if self.events > 60 {
            all.extend([DELETED; 2]);
        }
        let status = self.chance.of(&all);
        let row = self.model.endpoints.get_mut(&endpoint(number)).unwrap();
        if row.status == DELETED {
            return;
        }
        row.status = status;
        row.updated_at = self.now;
        self.sql(&format!(
            "UPDATE endpoints SET status = '{status}', disabled_reason = NULL, updated_at = '{}' WHERE id = '{}'",
            self.now.to_rfc3339(),
            endpoint(number)
        ))
        .await;
        self.seen.insert("change");
    }

    /// An event goes although it is owed.
    async fn lose_event(&mut self) {
        let free = self
            .model
            .owed
            .values()
            .find(|owed| owed.lease_owner.is_none());
        let Some(event) = free.map(|owed| owed.event.clone()) else {
            return;
        };
        self.sql(&format!("DELETE FROM events WHERE id = '{event}'"))
            .await;
        self.model.events.remove(&event);
        self.seen.insert("lose");
    }

    async fn close(&mut self) {
        let told = self.postgres.end_deleted(self.now).await.unwrap();
        assert_eq!(told, self.model.end_deleted(), "seed {}", self.seed);
        let closed = self.postgres.close_deleted().await.unwrap();
        assert_eq!(closed, self.model.close_deleted(), "seed {}", self.seed);
        if told > 0 {
            self.seen.insert("end");
        }
    }
}
