//! `db::fan_out::write`.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use super::{At, DELETED, Event, Owed, Tables};
use crate::db::fan_out::{NewDeliveries, NewEvents, Numbered};

/// The arguments, to be carried out later.
pub(in crate::simulation) struct Wanted {
    events: BTreeMap<String, Event>,
    deliveries: Vec<NewDelivery>,
}

struct NewDelivery {
    id: Uuid,
    event: String,
    endpoint: Uuid,
    lease_owner: Option<Uuid>,
    read_as: At,
}

impl Wanted {
    pub(in crate::simulation) fn new(
        events: &NewEvents<'_>,
        deliveries: &NewDeliveries<'_>,
    ) -> Self {
        let rows = events.ids.iter().enumerate().map(|(row, id)| {
            let event = Event {
                event_type: events.types[row],
                body: events.bodies[row].to_vec(),
                subject: events.subjects[row],
            };
            ((*id).to_owned(), event)
        });
        let wanted = deliveries.ids.iter().enumerate();
        Self {
            events: rows.collect(),
            deliveries: wanted
                .map(|(row, id)| NewDelivery {
                    id: *id,
                    event: deliveries.event_ids[row].to_owned(),
                    endpoint: deliveries.endpoint_ids[row],
                    lease_owner: deliveries.lease_owners[row],
                    read_as: deliveries.read_as[row],
                })
                .collect(),
        }
    }
}

impl Tables {
    /// An event that is known is left alone together with its deliveries.
    pub(in crate::simulation) fn fan_out(&mut self, wanted: Wanted, now: At) -> Vec<Numbered> {
        let mut fresh = BTreeSet::new();
        for (id, event) in wanted.events {
            if let Entry::Vacant(unknown) = self.events.entry(id) {
                fresh.insert(unknown.key().clone());
                unknown.insert(event);
            }
        }
        let mut written = Vec::new();
        for new in wanted.deliveries {
            let endpoint = self.endpoints.get_mut(&new.endpoint);
            let endpoint = endpoint.filter(|row| row.status != DELETED);
            let Some(endpoint) = endpoint.filter(|_| fresh.contains(&new.event)) else {
                continue;
            };
            let sequence = endpoint.next_sequence;
            endpoint.next_sequence += 1;
            let is_plain = endpoint.updated_at == new.read_as
                && endpoint.is_enabled()
                && endpoint.is_healthy()
                && endpoint.rate.is_none()
                && !endpoint.in_order;
            let subject = self.events[&new.event].subject;
            let owed = Owed {
                subject: endpoint.in_order.then_some(subject),
                event: new.event,
                endpoint: new.endpoint,
                sequence,
                attempts: 0,
                probes: 0,
                next_attempt_at: now,
                lease_owner: new.lease_owner.filter(|_| is_plain),
            };
            written.push(Numbered {
                id: new.id,
                sequence,
                consignment: owed.lease_owner.map(|_| new.id),
            });
            self.put(new.id, owed);
        }
        written
    }
}
