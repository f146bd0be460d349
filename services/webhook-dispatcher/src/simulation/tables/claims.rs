//! `db::claims::claim`.

use std::ops::Bound;

use chrono::TimeDelta;
use uuid::Uuid;

use super::subscribers::destination;
use super::{At, Endpoint, Tables};
use crate::db::claims::{ClaimedRow, Openings, first_subject};
use crate::endpoint::Health;

/// Places in time are given away so far ahead.
const AHEAD: TimeDelta = TimeDelta::seconds(1);
/// So late an attempt may always be.
const LEEWAY: TimeDelta = TimeDelta::milliseconds(250);

/// What an endpoint allows.
struct Allowed {
    /// `None`: whatever there is room for.
    most: Option<usize>,
    next_at: Option<At>,
    step: Option<TimeDelta>,
    is_probe: bool,
}

impl Tables {
    pub(in crate::simulation) fn claim(
        &mut self,
        owner: Uuid,
        after: Uuid,
        openings: &Openings,
        now: At,
    ) -> Vec<ClaimedRow> {
        let mut left = usize::try_from(openings.total).unwrap();
        let waiting = self.free.range((Bound::Excluded(after), Bound::Unbounded));
        let waiting: Vec<Uuid> = waiting.map(|(endpoint, _)| *endpoint).collect();
        let mut claimed = Vec::new();
        for endpoint in waiting {
            let Some(allowed) = self
                .endpoints
                .get(&endpoint)
                .and_then(|row| allowed(row, now))
            else {
                continue;
            };
            let opening = usize::try_from(openings.of(endpoint)).unwrap();
            let most = opening.min(allowed.most.unwrap_or(usize::MAX)).min(left);
            let picked = self.due(endpoint, most, now);
            left -= picked.len();
            self.spend(endpoint, &allowed, picked.len(), now);
            for (place, id) in picked.into_iter().enumerate() {
                let place = i32::try_from(place).unwrap();
                let slot = allowed.next_at.zip(allowed.step);
                let slot = slot.map(|(next_at, step)| {
                    let not_before = next_at + step * place;
                    (not_before, not_before + step.max(LEEWAY))
                });
                claimed.extend(self.claim_one(id, owner, slot));
            }
        }
        claimed.sort_by_key(|row| (row.endpoint_id, row.not_before, row.sequence));
        claimed
    }

    /// What is due: first what has no line to wait in, then the first of each line, beginning with
    /// another one every time.
    fn due(&self, endpoint: Uuid, most: usize, now: At) -> Vec<Uuid> {
        let free = self.free.get(&endpoint).into_iter().flatten();
        let free = free.take_while(|(at, _)| *at <= now);
        let free = free.filter(|(_, id)| self.owed[id].subject.is_none());
        let first = first_subject(now);
        let lines = |from: Bound<Uuid>, to: Bound<Uuid>| {
            let full = |bound: Bound<Uuid>| bound.map(|subject| (endpoint, subject));
            self.lines.range((full(from), full(to)))
        };
        let (least, last) = (Bound::Included(Uuid::nil()), Bound::Included(Uuid::max()));
        let lines = lines(Bound::Excluded(first), last).chain(lines(least, Bound::Included(first)));
        let heads = lines.filter_map(|(_, line)| line.values().next());
        let heads = heads.filter(|id| {
            let head = &self.owed[*id];
            head.lease_owner.is_none() && head.next_attempt_at <= now
        });
        free.map(|(_, id)| id)
            .chain(heads)
            .copied()
            .take(most)
            .collect()
    }

    fn spend(&mut self, endpoint: Uuid, allowed: &Allowed, places: usize, now: At) {
        let probe_lost = self.probe_lost;
        let Some(row) = self.endpoints.get_mut(&endpoint).filter(|_| places > 0) else {
            return;
        };
        if let (Some(next_at), Some(step)) = (allowed.next_at, allowed.step) {
            row.rate_full_at = next_at + step * i32::try_from(places).unwrap();
        }
        if let (true, Health::Failing { probe_at, .. }) = (allowed.is_probe, &mut row.health) {
            *probe_at = now + probe_lost;
        }
    }

    /// Only what can be sent.
    fn claim_one(&mut self, id: Uuid, owner: Uuid, slot: Option<(At, At)>) -> Option<ClaimedRow> {
        self.events.get(&self.owed.get(&id)?.event)?;
        self.set_owner(id, Some(owner));
        let owed = self.owed.get(&id)?;
        let event = self.events.get(&owed.event)?;
        Some(ClaimedRow {
            id,
            event_id: owed.event.clone(),
            event_type: event.event_type.to_owned(),
            traceparent: None,
            body: event.body.clone(),
            sequence: owed.sequence,
            attempt_count: owed.attempts,
            probes: owed.probes,
            endpoint_id: owed.endpoint,
            in_order: owed.subject.is_some(),
            not_before: slot.map(|(not_before, _)| not_before),
            not_after: slot.map(|(_, not_after)| not_after),
            location_id: None,
            destination: destination(self.endpoints.get(&owed.endpoint)?),
        })
    }
}

/// `None`: nothing now.
fn allowed(row: &Endpoint, now: At) -> Option<Allowed> {
    if !row.is_enabled() {
        return None;
    }
    if row.is_healthy() && row.rate.is_none() {
        return Some(Allowed {
            most: None,
            next_at: None,
            step: None,
            is_probe: false,
        });
    }
    if row.rate_full_at > now + AHEAD {
        return None;
    }
    let next_at = row.rate_full_at.max(now);
    let step = step(row);
    let (most, is_probe) = match row.health {
        Health::Failing { probe_at, .. } if probe_at > now => return None,
        Health::Failing { .. } => (1, true),
        Health::Healthy { .. } | Health::CatchingUp { .. } => {
            let room = (now + AHEAD - next_at).num_microseconds().unwrap();
            let step = step?.num_microseconds().unwrap();
            (usize::try_from(1 + room / step).unwrap(), false)
        }
    };
    Some(Allowed {
        most: Some(most),
        next_at: Some(next_at),
        step,
        is_probe,
    })
}

/// The distance of two places: what is asked for, or what it catches up at if that is more.
fn step(row: &Endpoint) -> Option<TimeDelta> {
    let share = |seconds: u32, of: u32| {
        let nanos = u64::from(seconds) * 1_000_000_000 / u64::from(of);
        TimeDelta::microseconds(i64::try_from((nanos + 500) / 1_000).unwrap())
    };
    let rate = row.rate.map(|(requests, seconds)| share(seconds, requests));
    let pace = match row.health {
        Health::CatchingUp { pace, .. } => Some(share(1, pace.per_second)),
        Health::Healthy { .. } | Health::Failing { .. } => None,
    };
    rate.max(pace)
}
