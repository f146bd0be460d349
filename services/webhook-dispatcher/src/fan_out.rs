//! From events to deliveries.

mod incoming;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use bus::{BatchHandler, Outcome, Transient};
use chrono::{DateTime, SubsecRound, Utc};
use domain::EndpointId;
use service_kit::Clock;
use store::Db;
use tokio::sync::mpsc::UnboundedSender;
use uuid::Uuid;

use self::incoming::Incoming;
use crate::db::endpoints::{self, SubscriberRow};
use crate::db::fan_out::{self, NewDeliveries, NewEvents, Numbered};
use crate::delivery::destination::{Destination, Opener};
use crate::delivery::room::{Place, Room};
use crate::delivery::sender::Order;
use crate::delivery::stages::{Leased, Parcel};
use crate::endpoint::Address;
use crate::entropy::{Entropy, time_ordered_ids};
use crate::error::DispatcherError;
use crate::lease::{Lease, Leases};
use crate::metrics::DispatcherMetrics;

pub struct FanOut {
    pub db: Db,
    pub clock: Clock,
    pub entropy: Arc<dyn Entropy>,
    pub leases: Arc<Leases>,
    pub room: Arc<Room>,
    pub opener: Opener,
    pub orders: UnboundedSender<Order>,
    pub metrics: DispatcherMetrics,
}

impl BatchHandler for FanOut {
    /// Acknowledges what is committed. What cannot be read is dead-lettered, and holds up nothing.
    async fn handle(&self, batch: &[bus::Delivery]) -> Result<Vec<Outcome>, Transient> {
        let (mut outcomes, mut events) = (
            Vec::with_capacity(batch.len()),
            Vec::with_capacity(batch.len()),
        );
        for message in batch {
            match Incoming::read(message) {
                Ok(event) => {
                    events.push(event);
                    outcomes.push(Outcome::Ack);
                }
                Err(reason) => outcomes.push(Outcome::DeadLetter(reason)),
            }
        }
        self.fan_out(&events)
            .await
            .map_err(|error| Transient(error.to_string()))?;
        Ok(outcomes)
    }
}

/// One event for one endpoint.
struct Match<'a> {
    event: &'a Incoming,
    subscriber: &'a SubscriberRow,
    id: Uuid,
    /// Room in memory: it can be sent at once.
    place: Option<Place>,
}

impl FanOut {
    /// Writes what `events` owe to whom, and has it sent.
    async fn fan_out(&self, events: &[Incoming]) -> Result<(), DispatcherError> {
        // The same event may come twice in a batch.
        let mut seen = HashSet::new();
        let events: Vec<&Incoming> = events
            .iter()
            .filter(|incoming| seen.insert(incoming.event.id))
            .collect();
        if events.is_empty() {
            return Ok(());
        }
        // Read now and not remembered: an endpoint that was there before the event gets it.
        let mut conn = self.db.conn().await?;
        let subscribers = endpoints::subscribers(&mut conn, &organizations(&events)).await?;
        let now = self.clock.now().trunc_subsecs(6);
        let lease = self.leases.current();
        let mut matches = self.matches(&events, &subscribers, now)?;
        if matches.is_empty() {
            return Ok(());
        }
        if lease.is_some() {
            self.find_places(&mut matches);
        }
        let (rows, deliveries) = columns(&matches, lease.as_deref());
        let written = fan_out::write(&mut conn, &rows, &deliveries, now).await;
        drop(conn);
        // Whatever the error says, the statement may have been carried out.
        let written = written.inspect_err(|_| {
            if let Some(lease) = &lease {
                self.leases.doubt(lease);
            }
        })?;
        self.metrics.fanned_out(written.len());
        self.hand_over(matches, written, lease);
        Ok(())
    }

    fn matches<'a>(
        &self,
        events: &[&'a Incoming],
        subscribers: &'a [SubscriberRow],
        now: DateTime<Utc>,
    ) -> Result<Vec<Match<'a>>, DispatcherError> {
        let mut by_organization: HashMap<Uuid, Vec<_>> = HashMap::new();
        for subscriber in subscribers {
            let interest = subscriber.interest();
            by_organization
                .entry(subscriber.organization_id)
                .or_default()
                .push((subscriber, interest));
        }
        let mut pairs = Vec::new();
        for incoming in events {
            let organization = incoming.event.organization_id.0;
            let address = Address::from(&incoming.event);
            for (subscriber, interest) in by_organization.get(&organization).into_iter().flatten() {
                if interest.covers(subscriber.id.into(), &address) {
                    pairs.push((*incoming, *subscriber));
                }
            }
        }
        let ids = time_ordered_ids(self.entropy.as_ref(), now, pairs.len())?;
        let matches = pairs.into_iter().zip(ids);
        Ok(matches
            .map(|((event, subscriber), id)| Match {
                event,
                subscriber,
                id,
                place: None,
            })
            .collect())
    }

    /// Reserves room, the first of each endpoint first.
    fn find_places(&self, matches: &mut [Match<'_>]) {
        let mut wanted: HashMap<Uuid, usize> = HashMap::new();
        for one in matches.iter().filter(|one| one.subscriber.is_enabled()) {
            *wanted.entry(one.subscriber.id).or_default() += 1;
        }
        let room = |(endpoint, wanted)| (endpoint, self.room.for_new(EndpointId(endpoint), wanted));
        let mut places: HashMap<Uuid, Vec<Place>> = wanted.into_iter().map(room).collect();
        for one in matches {
            one.place = places.get_mut(&one.subscriber.id).and_then(Vec::pop);
        }
    }

    /// Has the new deliveries sent. The others were known, and their places fall free.
    fn hand_over(
        &self,
        matches: Vec<Match<'_>>,
        written: Vec<Numbered>,
        lease: Option<Arc<Lease>>,
    ) {
        let sequences: HashMap<Uuid, i64> = written
            .into_iter()
            .map(|row| (row.id, row.sequence))
            .collect();
        let mut destinations: HashMap<Uuid, Arc<Destination>> = HashMap::new();
        let (mut leased, mut left_over) = (Vec::with_capacity(matches.len()), HashSet::new());
        for Match {
            event,
            subscriber,
            id,
            place,
        } in matches
        {
            let Some(sequence) = sequences.get(&id) else {
                continue;
            };
            let (Some(place), Some(lease)) = (place, &lease) else {
                if subscriber.is_enabled() {
                    left_over.insert(EndpointId(subscriber.id));
                }
                continue;
            };
            let destination = destinations.entry(subscriber.id).or_insert_with(|| {
                let endpoint = subscriber.id.into();
                Arc::new(self.opener.open(endpoint, &subscriber.destination))
            });
            let parcel = parcel(event, id, *sequence, Arc::clone(destination));
            leased.push(Leased::new(parcel, Arc::clone(lease), place));
        }
        // The sender outlives the consumer.
        let _ = self.orders.send(Order::Send(leased));
        if left_over
            .iter()
            .any(|endpoint| self.room.has_opening(*endpoint))
        {
            self.room.wake();
        }
    }
}

fn organizations(events: &[&Incoming]) -> Vec<Uuid> {
    let mut organizations: Vec<Uuid> = events
        .iter()
        .map(|incoming| incoming.event.organization_id.0)
        .collect();
    organizations.sort_unstable();
    organizations.dedup();
    organizations
}

fn columns<'a>(matches: &'a [Match<'a>], lease: Option<&Lease>) -> (NewEvents<'a>, NewDeliveries) {
    let (mut events, mut deliveries) = (NewEvents::default(), NewDeliveries::default());
    let mut known = HashSet::new();
    for Match {
        event: incoming,
        subscriber,
        id,
        place,
    } in matches
    {
        let event = &incoming.event;
        if known.insert(event.id) {
            events.ids.push(event.id.to_string());
            events.organizations.push(event.organization_id.0);
            events.types.push(event.data.event_type().as_str());
            events.occurred_at.push(event.occurred_at);
            events.traceparents.push(incoming.traceparent.as_deref());
            events.bodies.push(&incoming.body);
            events.locations.push(event.location_id.map(Into::into));
        }
        deliveries.ids.push(*id);
        deliveries.event_ids.push(event.id.to_string());
        deliveries.endpoint_ids.push(subscriber.id);
        deliveries
            .lease_owners
            .push(lease.filter(|_| place.is_some()).map(Lease::id));
    }
    (events, deliveries)
}

fn parcel(incoming: &Incoming, id: Uuid, sequence: i64, destination: Arc<Destination>) -> Parcel {
    Parcel {
        id: id.into(),
        event_id: incoming.event.id.to_string(),
        event_type: incoming.event.data.event_type().to_string(),
        traceparent: incoming.traceparent.clone(),
        body: incoming.body_for(&destination),
        sequence,
        attempts_made: 0,
        destination,
    }
}
