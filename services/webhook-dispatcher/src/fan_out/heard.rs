//! Who hears of an event, and who does not.

use std::collections::{BTreeMap, HashMap};

use uuid::Uuid;

use super::incoming::Incoming;
use crate::db::endpoints::SubscriberRow;
use crate::endpoint::{Address, Interest, PassedOver};

/// An event of an organisation that has endpoints. It is kept even if none of them is owed it, so
/// that it can be told why.
pub struct Heard<'a> {
    pub event: &'a Incoming,
    /// Endpoints that are owed it.
    pub by: Vec<&'a SubscriberRow>,
    /// The others.
    pub passed_over: BTreeMap<Uuid, PassedOver>,
}

/// `events` in their order, without those of organisations that have no endpoint.
pub fn heard<'a>(events: &[&'a Incoming], subscribers: &'a [SubscriberRow]) -> Vec<Heard<'a>> {
    let mut by_organization: HashMap<Uuid, Vec<(&SubscriberRow, Interest)>> = HashMap::new();
    for subscriber in subscribers {
        let known = by_organization.entry(subscriber.organization_id);
        known.or_default().push((subscriber, subscriber.interest()));
    }
    let heard = events.iter().filter_map(|incoming| {
        let known = by_organization.get(&incoming.event.organization_id.0)?;
        let address = Address::from(&incoming.event);
        let mut heard = Heard {
            event: incoming,
            by: Vec::with_capacity(known.len()),
            passed_over: BTreeMap::new(),
        };
        for (subscriber, interest) in known {
            match subscriber.is_owed(interest, &address) {
                Ok(()) => heard.by.push(subscriber),
                Err(reason) => drop(heard.passed_over.insert(subscriber.id, reason)),
            }
        }
        Some(heard)
    });
    heard.collect()
}
