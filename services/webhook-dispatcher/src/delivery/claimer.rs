//! Leases what is due and nobody's: retries, what found no room, and what others lost.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use service_kit::Clock;
use tokio::sync::mpsc::UnboundedSender;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::body;
use super::destination::{Destination, Opener};
use super::room::{Place, Room};
use super::sender::Order;
use super::stages::{Leased, Parcel, Slot};
use crate::db::claims::{ClaimedRow, Openings};
use crate::error::DispatcherError;
use crate::lease::{Doubt, Lease, Leases};
use crate::ledger::Ledger;

/// Deliveries leased in one statement, at most.
const MOST_AT_ONCE: i64 = 1_000;
const LONGEST_PAUSE: Duration = Duration::from_secs(2);
/// A longer look is followed by a rest.
const QUICK: Duration = Duration::from_millis(20);

pub struct Claimer {
    pub ledger: Arc<dyn Ledger>,
    pub clock: Clock,
    pub leases: Arc<Leases>,
    pub room: Arc<Room>,
    pub opener: Opener,
    pub orders: UnboundedSender<Order>,
    /// The look at the table when no signal came.
    pub every: Duration,
}

/// What a step left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Nothing that is due and has room.
    Done,
    /// There may be more.
    More,
}

/// Where the next step goes on: behind the last endpoint of the one before, so that all get their
/// turn when there is not room for all.
#[derive(Debug, Default)]
pub struct Position(Uuid);

impl Claimer {
    /// Claims until the token is cancelled.
    pub async fn run(self, token: CancellationToken) {
        let mut position = Position::default();
        while !token.is_cancelled() {
            let began = Instant::now();
            match self.step(&mut position).await {
                Ok(Step::More) => continue,
                Ok(Step::Done) => {}
                Err(error) => tracing::warn!(%error, "due deliveries were not claimed"),
            }
            // A long look, over many endpoints or in a busy database, is made less often; whoever
            // wakes it, it takes at most half of the time.
            let took = began.elapsed();
            if took > QUICK {
                tokio::select! {
                    biased;
                    () = token.cancelled() => return,
                    () = sleep(took) => {}
                }
            }
            let pause = (took * 10).min(LONGEST_PAUSE).max(self.every);
            tokio::select! {
                biased;
                () = token.cancelled() => {}
                () = self.room.freed() => {}
                () = sleep(pause) => {}
            }
        }
    }

    /// Claims once, as much as there is room for.
    pub async fn step(&self, position: &mut Position) -> Result<Step, DispatcherError> {
        let Some(lease) = self.leases.current() else {
            return Ok(Step::Done);
        };
        let mut openings = self.room.openings();
        openings.total = openings.total.min(MOST_AT_ONCE);
        if openings.total == 0 {
            return Ok(Step::Done);
        }
        let (asked, now) = (Instant::now(), self.clock.now());
        // Until all is handed over or back, what was leased is known to nobody here.
        let mut doubt = Doubt::of(&self.leases, Some(&lease));
        let claim = self.ledger.claim(lease.id(), position.0, &openings, now);
        let rows = doubt.hear(claim.await)?;
        let is_full = i64::try_from(rows.len()).is_ok_and(|claimed| claimed >= openings.total);
        let claimed = count(&rows);
        self.note_who_is_behind(&claimed, &openings);
        if !is_full {
            self.note_who_caught_up(&claimed, position.0, &openings);
        }
        let began = std::mem::take(&mut position.0);
        if is_full && let Some(last) = rows.last() {
            position.0 = last.endpoint_id;
        }
        self.hand_over(rows, asked, &claimed, &lease).await?;
        doubt.dispel();
        // Where it did not begin with the first endpoint, there may be something before.
        Ok(if is_full || !began.is_nil() {
            Step::More
        } else {
            Step::Done
        })
    }

    /// An endpoint that gave all that it had an opening for may have more that is due, whoever wrote
    /// it there: the rest is fetched as soon as there is room, and nothing new passes it.
    fn note_who_is_behind(&self, claimed: &HashMap<Uuid, usize>, openings: &Openings) {
        for (endpoint, claimed) in claimed {
            if *claimed >= opening(openings, *endpoint) {
                self.room.fell_behind((*endpoint).into());
            }
        }
    }

    /// An endpoint that gave less than it had an opening for has nothing more that is due.
    fn note_who_caught_up(&self, claimed: &HashMap<Uuid, usize>, after: Uuid, openings: &Openings) {
        for endpoint in self.room.behind() {
            let claimed = claimed.get(&endpoint.0).copied().unwrap_or_default();
            if endpoint.0 > after && claimed < opening(openings, endpoint.0) {
                self.room.caught_up(endpoint);
            }
        }
    }

    /// Gives every row its place and hands it to the sender. What finds no place goes back.
    async fn hand_over(
        &self,
        rows: Vec<ClaimedRow>,
        asked: Instant,
        claimed: &HashMap<Uuid, usize>,
        lease: &Arc<Lease>,
    ) -> Result<(), DispatcherError> {
        let mut destinations: HashMap<Uuid, (Arc<Destination>, Vec<Place>)> = HashMap::new();
        let (mut leased, mut without_place) = (Vec::with_capacity(rows.len()), Vec::new());
        for row in rows {
            let (destination, places) = destinations.entry(row.endpoint_id).or_insert_with(|| {
                let wanted = claimed.get(&row.endpoint_id).copied().unwrap_or_default();
                let places = self.room.for_claimed(row.endpoint_id.into(), wanted);
                let endpoint = row.endpoint_id.into();
                let destination = self.opener.open(endpoint, &row.destination, asked);
                (Arc::new(destination), places)
            });
            match places.pop() {
                Some(mut place) => {
                    // What is behind it in its line can be claimed when it has ended.
                    if row.in_order {
                        place.wake_when_free();
                    }
                    let slot = row.not_before.zip(row.not_after).map(|(begin, end)| Slot {
                        not_before: self.moment(begin),
                        not_after: self.moment(end),
                    });
                    let parcel = parcel(row, Arc::clone(destination));
                    leased.push(Leased::new(parcel, Arc::clone(lease), place).within(slot));
                }
                None => without_place.push(row.id),
            }
        }
        // The sender outlives the claimer.
        let _ = self.orders.send(Order::Send(leased));
        if !without_place.is_empty() {
            let owners = vec![lease.id(); without_place.len()];
            self.ledger.release(&without_place, &owners, &[]).await?;
        }
        Ok(())
    }

    /// The same on the monotonic clock.
    fn moment(&self, at: DateTime<Utc>) -> Instant {
        let (now, wall) = (Instant::now(), self.clock.now());
        match (at - wall).to_std() {
            Ok(ahead) => now + ahead,
            // The table was slow: the place has passed, perhaps too long ago.
            Err(_) => (wall - at)
                .to_std()
                .ok()
                .and_then(|late| now.checked_sub(late))
                .unwrap_or(now),
        }
    }
}

fn opening(openings: &Openings, endpoint: Uuid) -> usize {
    usize::try_from(openings.of(endpoint)).unwrap_or_default()
}

/// How many there are of each endpoint.
fn count(rows: &[ClaimedRow]) -> HashMap<Uuid, usize> {
    let mut count = HashMap::new();
    for row in rows {
        *count.entry(row.endpoint_id).or_default() += 1;
    }
    count
}

fn parcel(row: ClaimedRow, destination: Arc<Destination>) -> Parcel {
    let ga = row.body.into();
    let body = body::of(&destination, &ga, |ga| {
        body::trueflight(ga, row.location_id.map(Into::into))
    });
    Parcel {
        id: row.id.into(),
        event_id: row.event_id.into(),
        event_type: row.event_type.into(),
        traceparent: row.traceparent,
        body,
        sequence: row.sequence,
        attempts_made: row.attempt_count,
        probes: row.probes,
        destination,
    }
}
