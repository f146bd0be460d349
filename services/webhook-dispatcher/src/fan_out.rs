//! From events to deliveries.

mod heard;
mod incoming;
mod patience;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use bus::{BatchHandler, Outcome, Transient};
use chrono::{DateTime, SubsecRound, Utc};
use domain::EndpointId;
use service_kit::Clock;
use tokio::sync::mpsc::UnboundedSender;
use tokio::time::Instant;
use uuid::Uuid;

use self::heard::{Heard, heard};
use crate::db::endpoints::SubscriberRow;
use crate::db::fan_out::{NewDeliveries, NewEvents, Numbered};
use crate::delivery::destination::{Destination, Opener};
use crate::delivery::room::{Place, Room};
use crate::delivery::sender::Order;
use crate::delivery::stages::{Leased, Parcel};
use crate::endpoint::stored_passed_over;
use crate::entropy::{Entropy, time_ordered_ids};
use crate::error::DispatcherError;
use crate::lease::{Doubt, Lease, Leases};
use crate::ledger::Ledger;
use crate::metrics::DispatcherMetrics;

pub use self::incoming::Incoming;
pub use self::patience::Patience;

pub struct FanOut {
    pub ledger: Arc<dyn Ledger>,
    pub clock: Clock,
    pub entropy: Arc<dyn Entropy>,
    pub leases: Arc<Leases>,
    pub room: Arc<Room>,
    pub patience: Patience,
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

    async fn able(&self) {
        while self.leases.current().is_none() {
            tokio::time::sleep(LOOK).await;
        }
    }

    /// A replica that is cut off from the database must not sit on events that others could send.
    /// That its lease has ended is how it knows. What was being written under it is taken over.
    async fn unable(&self) {
        while self.leases.lost_for() < CUT_OFF {
            tokio::time::sleep(LOOK).await;
        }
    }
}

/// Between two looks at the lease.
const LOOK: Duration = Duration::from_millis(100);
/// A replica without a lease for so long is cut off; for less, it was slow.
const CUT_OFF: Duration = Duration::from_secs(1);

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
    pub async fn fan_out(&self, events: &[Incoming]) -> Result<(), DispatcherError> {
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
        let read_at = Instant::now();
        let subscribers = self.ledger.subscribers(&organizations(&events)).await?;
        let now = self.clock.now().trunc_subsecs(6);
        let heard = heard(&events, &subscribers);
        if heard.is_empty() {
            return Ok(());
        }
        let mut matches = self.matches(&heard, now)?;
        let wanted = wanted(&matches);
        self.wait_for_room(&matches, &wanted).await;
        let lease = self.leases.current();
        if lease.is_some() {
            self.find_places(&mut matches, wanted);
        }
        let rows = event_columns(&heard);
        let deliveries = delivery_columns(&matches, lease.as_deref());
        // Whatever ends this before all is handed over: written or not, nobody here would know of it.
        let mut doubt = Doubt::of(&self.leases, lease.as_deref());
        let written = doubt.hear(self.ledger.fan_out(&rows, &deliveries, now).await)?;
        self.metrics.fanned_out(written.len());
        self.hand_over(matches, written, read_at, lease.as_ref());
        doubt.dispel();
        Ok(())
    }

    fn matches<'a>(
        &self,
        heard: &[Heard<'a>],
        now: DateTime<Utc>,
    ) -> Result<Vec<Match<'a>>, DispatcherError> {
        let pairs = heard
            .iter()
            .flat_map(|one| one.by.iter().map(|subscriber| (one.event, *subscriber)));
        let count = heard.iter().map(|one| one.by.len()).sum();
        let ids = time_ordered_ids(self.entropy.as_ref(), now, count)?;
        let matches = pairs.zip(ids).map(|((event, subscriber), id)| Match {
            event,
            subscriber,
            id,
            place: None,
        });
        Ok(matches.collect())
    }

    /// Unless somebody's deliveries only have to be written.
    async fn wait_for_room(&self, matches: &[Match<'_>], wanted: &BTreeMap<EndpointId, usize>) {
        let is_hindered =
            |one: &Match<'_>| !one.subscriber.is_plain() && one.subscriber.is_enabled();
        if self.leases.current().is_some() && !matches.iter().any(is_hindered) {
            self.patience.wait_for(wanted).await;
        }
    }

    /// Reserves room, the first of each endpoint first.
    fn find_places(&self, matches: &mut [Match<'_>], wanted: BTreeMap<EndpointId, usize>) {
        let room = |(endpoint, wanted)| (endpoint, self.room.for_new(endpoint, wanted));
        let mut places: HashMap<EndpointId, Vec<Place>> = wanted.into_iter().map(room).collect();
        for one in matches {
            let places = places.get_mut(&EndpointId(one.subscriber.id));
            one.place = places.and_then(Vec::pop);
        }
    }

    /// Has the new deliveries sent. The others were known, and their places fall free.
    fn hand_over(
        &self,
        matches: Vec<Match<'_>>,
        written: Vec<Numbered>,
        read_at: Instant,
        lease: Option<&Arc<Lease>>,
    ) {
        let written: HashMap<Uuid, Numbered> =
            written.into_iter().map(|row| (row.id, row)).collect();
        let mut destinations: HashMap<Uuid, Arc<Destination>> = HashMap::new();
        let (mut leased, mut left_over) = (Vec::with_capacity(matches.len()), HashSet::new());
        for Match {
            event,
            subscriber,
            id,
            place,
        } in matches
        {
            let Some(row) = written.get(&id) else {
                continue;
            };
            let (Some(place), Some(consignment), Some(lease)) = (place, row.consignment, lease)
            else {
                if subscriber.is_worth_a_look() {
                    left_over.insert(EndpointId(subscriber.id));
                }
                continue;
            };
            let destination = destinations.entry(subscriber.id).or_insert_with(|| {
                let endpoint = subscriber.id.into();
                let opened = self.opener.open(endpoint, &subscriber.destination, read_at);
                Arc::new(opened)
            });
            let parcel = parcel(event, id, row.sequence, Arc::clone(destination));
            let one = Leased::new(parcel, Arc::clone(lease), place);
            leased.push(one.consigned(consignment));
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

fn event_columns<'a>(heard: &[Heard<'a>]) -> NewEvents<'a> {
    let mut events = NewEvents::default();
    for one in heard {
        let (incoming, event) = (one.event, &one.event.event);
        events.ids.push(&incoming.id);
        events.organizations.push(event.organization_id.0);
        events.types.push(event.data.event_type().as_str());
        events.occurred_at.push(event.occurred_at);
        events.traceparents.push(incoming.traceparent.as_deref());
        events.bodies.push(&incoming.body);
        events.locations.push(event.location_id.map(Into::into));
        events.subjects.push(event.data.subject().id);
        events
            .passed_over
            .push(stored_passed_over(&one.passed_over));
    }
    events
}

/// How many are to be sent at once, by endpoint.
fn wanted(matches: &[Match<'_>]) -> BTreeMap<EndpointId, usize> {
    let mut wanted = BTreeMap::new();
    for one in matches.iter().filter(|one| one.subscriber.is_plain()) {
        *wanted.entry(EndpointId(one.subscriber.id)).or_default() += 1;
    }
    wanted
}

fn delivery_columns<'a>(matches: &[Match<'a>], lease: Option<&Lease>) -> NewDeliveries<'a> {
    let mut deliveries = NewDeliveries::default();
    for one in matches {
        deliveries.ids.push(one.id);
        deliveries.event_ids.push(&one.event.id);
        deliveries.endpoint_ids.push(one.subscriber.id);
        deliveries
            .lease_owners
            .push(lease.filter(|_| one.place.is_some()).map(Lease::id));
        deliveries.read_as.push(one.subscriber.updated_at);
    }
    deliveries
}

fn parcel(incoming: &Incoming, id: Uuid, sequence: i64, destination: Arc<Destination>) -> Parcel {
    Parcel {
        id: id.into(),
        event_id: Arc::clone(&incoming.id),
        event_type: incoming.event.data.event_type().as_str().into(),
        traceparent: incoming.traceparent.clone(),
        body: incoming.body_for(&destination),
        sequence,
        attempts_made: 0,
        probes: 0,
        destination,
    }
}
