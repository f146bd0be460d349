//! The tables as a model: what the statements of `db` do to them, each at one instant.
//!
//! Written from what the statements are to mean, in the plainest form; `differential` holds the
//! two together.

mod claims;
mod fan_out;
mod health;
mod leases;
mod outcomes;
mod subscribers;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use chrono::{DateTime, Utc};
use domain::webhook::EndpointStatus;
use uuid::Uuid;

use crate::endpoint::health::Health;

pub(super) use fan_out::Wanted;
pub(super) use outcomes::Told;

/// An instant of the database's clock or of a replica's.
pub(super) type At = DateTime<Utc>;

#[derive(Default)]
pub(super) struct Tables {
    pub(super) events: BTreeMap<String, Event>,
    pub(super) endpoints: BTreeMap<Uuid, Endpoint>,
    pub(super) owed: BTreeMap<Uuid, Owed>,
    pub(super) ended: BTreeMap<Uuid, Ended>,
    /// By delivery and number: whether it succeeded.
    pub(super) attempts: BTreeMap<(Uuid, i32), bool>,
    /// A probe of which nothing is heard is followed by another after this.
    probe_lost: Duration,
    /// Until when they live.
    pub(super) replicas: BTreeMap<Uuid, At>,
    /// The free ones of each endpoint by their times, as the index has them.
    free: BTreeMap<Uuid, BTreeSet<(At, Uuid)>>,
    /// Those of each endpoint and subject by their sequences.
    lines: BTreeMap<(Uuid, Uuid), BTreeMap<i64, Uuid>>,
    /// Who holds what.
    held: BTreeMap<Uuid, BTreeSet<Uuid>>,
}

pub(super) struct Event {
    pub(super) event_type: &'static str,
    pub(super) body: Vec<u8>,
    pub(super) subject: Uuid,
}

#[derive(Debug, Clone)]
pub(super) struct Endpoint {
    pub(super) organization: Uuid,
    pub(super) status: &'static str,
    pub(super) closed: bool,
    pub(super) next_sequence: i64,
    pub(super) health: Health,
    pub(super) retries: &'static str,
    /// Requests in so many seconds.
    pub(super) rate: Option<(u32, u32)>,
    pub(super) rate_full_at: At,
    pub(super) in_order: bool,
    pub(super) updated_at: At,
    /// It was never deleted nor disabled: every event is owed to it.
    pub(super) was_always_owed: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Owed {
    pub(super) event: String,
    pub(super) endpoint: Uuid,
    pub(super) sequence: i64,
    /// Where the endpoint asked for order.
    pub(super) subject: Option<Uuid>,
    pub(super) attempts: i32,
    /// Of those, the probes of the endpoint.
    pub(super) probes: i32,
    pub(super) next_attempt_at: At,
    pub(super) lease_owner: Option<Uuid>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Ended {
    pub(super) event: String,
    pub(super) endpoint: Uuid,
    pub(super) sequence: i64,
    pub(super) attempts: i32,
    /// As far as they are known: of one that arrived, without the last.
    pub(super) probes: i32,
    pub(super) status: &'static str,
    pub(super) error: Option<&'static str>,
}

/// As `db::endpoints` has it.
pub(super) const DELETED: &str = "deleted";

impl Endpoint {
    pub(super) fn new(organization: Uuid) -> Self {
        Self {
            organization,
            status: EndpointStatus::Enabled.as_str(),
            closed: false,
            next_sequence: 1,
            health: Health::HEALTHY,
            retries: "short",
            rate: None,
            rate_full_at: At::UNIX_EPOCH,
            in_order: false,
            updated_at: At::UNIX_EPOCH,
            was_always_owed: true,
        }
    }

    pub(super) fn is_enabled(&self) -> bool {
        self.status == EndpointStatus::Enabled.as_str()
    }

    pub(super) fn is_healthy(&self) -> bool {
        matches!(self.health, Health::Healthy { .. })
    }
}

impl Tables {
    pub(super) fn new(probe_lost: Duration) -> Self {
        Self {
            probe_lost,
            ..Self::default()
        }
    }

    /// Adds what is owed, or puts it back otherwise than it was.
    fn put(&mut self, id: Uuid, owed: Owed) {
        self.take(id);
        if let Some(subject) = owed.subject {
            let line = self.lines.entry((owed.endpoint, subject)).or_default();
            line.insert(owed.sequence, id);
        }
        match owed.lease_owner {
            Some(owner) => self.held.entry(owner).or_default().insert(id),
            None => {
                let free = self.free.entry(owed.endpoint).or_default();
                free.insert((owed.next_attempt_at, id))
            }
        };
        self.owed.insert(id, owed);
    }

    fn take(&mut self, id: Uuid) -> Option<Owed> {
        let owed = self.owed.remove(&id)?;
        if let Some(subject) = owed.subject {
            let line = self.lines.entry((owed.endpoint, subject)).or_default();
            line.remove(&owed.sequence);
        }
        match owed.lease_owner {
            Some(owner) => self.held.entry(owner).or_default().remove(&id),
            None => {
                let free = self.free.entry(owed.endpoint).or_default();
                free.remove(&(owed.next_attempt_at, id))
            }
        };
        Some(owed)
    }

    fn set_owner(&mut self, id: Uuid, owner: Option<Uuid>) {
        if let Some(owed) = self.take(id) {
            self.put(
                id,
                Owed {
                    lease_owner: owner,
                    ..owed
                },
            );
        }
    }

    /// Gives what is free and due at one time at the same endpoint times of its own. Answers with those
    /// that have another now.
    pub(super) fn part_twins(&mut self) -> Vec<(Uuid, At)> {
        let mut parted = Vec::new();
        for free in self.free.values() {
            let mut last = None;
            for (at, id) in free {
                let own = last
                    .map_or(*at, |last: At| last + Duration::from_micros(1))
                    .max(*at);
                if own != *at {
                    parted.push((*id, own));
                }
                last = Some(own);
            }
        }
        for (id, at) in &parted {
            if let Some(owed) = self.owed.get(id).cloned() {
                let next_attempt_at = *at;
                self.put(
                    *id,
                    Owed {
                        next_attempt_at,
                        ..owed
                    },
                );
            }
        }
        parted
    }

    /// Whether `owner` holds it.
    fn is_held_by(&self, id: Uuid, owner: Uuid) -> bool {
        self.owed
            .get(&id)
            .is_some_and(|owed| owed.lease_owner == Some(owner))
    }

    /// Ends what is owed.
    fn end(&mut self, id: Uuid, status: &'static str, attempts: i32, error: Option<&'static str>) {
        if let Some(owed) = self.take(id) {
            let ended = Ended {
                event: owed.event,
                endpoint: owed.endpoint,
                sequence: owed.sequence,
                attempts,
                probes: owed.probes,
                status,
                error,
            };
            self.ended.insert(id, ended);
        }
    }

    /// The first of its line: nothing of its subject is owed before it.
    pub(super) fn is_first(&self, owed: &Owed) -> bool {
        let line = owed.subject.map(|subject| (owed.endpoint, subject));
        let first = line.and_then(|line| self.lines.get(&line)?.keys().next());
        first.is_none_or(|first| *first == owed.sequence)
    }

    pub(super) fn lives(&self, owner: Uuid, now: At) -> bool {
        self.replicas.get(&owner).is_some_and(|until| *until > now)
    }
}
