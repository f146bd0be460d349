//! Sends what is leased, as fast as each endpoint takes it.

use std::collections::BTreeMap;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use domain::EndpointId;
use service_kit::Shutdown;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender};
use tokio::time::{Instant, MissedTickBehavior, sleep_until};

use super::attempt::Courier;
use super::crew::Crew;
use super::lanes::Lanes;
use super::later::Later;
use super::recalls::Recalls;
use super::room::Room;
use super::stages::{Leased, Sent};
use super::under_way::UnderWay;
use crate::metrics::DispatcherMetrics;

/// What is under way when the shutdown begins may take so long. The rest is handed back, so that a
/// replica that goes holds nothing up, whatever its partners do and however long it may go on.
const FINISH_WITHIN: Duration = Duration::from_secs(8);

/// What the sender is told. The channel is unbounded because every parcel in it holds a place.
pub enum Order {
    Send(Vec<Leased>),
    /// Something changed about this endpoint: what waits for it goes back to the table.
    Recall(EndpointId),
    /// Something may have changed about any of them.
    RecallAll,
}

/// What the sender is done with.
pub enum Finished {
    Sent(Sent),
    /// Not begun, and to be handed back.
    Returned(Leased),
}

impl Finished {
    /// Something in the table is to be sent once this is written there.
    pub fn is_awaited(&self) -> bool {
        match self {
            Self::Sent(sent) => sent.is_awaited(),
            Self::Returned(_) => true,
        }
    }
}

pub struct Sender<C> {
    room: Arc<Room>,
    metrics: DispatcherMetrics,
    finished: UnboundedSender<Finished>,
    lanes: Lanes<Leased>,
    later: Later<Leased>,
    recalls: Recalls,
    under_way: UnderWay,
    crew: Crew<C>,
    stopping: bool,
}

impl<C: Courier> Sender<C> {
    pub fn new(
        courier: Arc<C>,
        room: Arc<Room>,
        metrics: DispatcherMetrics,
        finished: UnboundedSender<Finished>,
        most_in_flight: usize,
    ) -> Self {
        let (lanes, crew) = (Lanes::new(most_in_flight), Crew::new(courier));
        Self {
            room,
            metrics,
            finished,
            lanes,
            later: Later::default(),
            recalls: Recalls::default(),
            under_way: UnderWay::default(),
            crew,
            stopping: false,
        }
    }

    /// Works until nobody gives orders any more and nothing is under way. Once the shutdown has
    /// begun nothing new is begun; what is under way is dropped when that takes long, or when the
    /// shutdown is forced, and goes back with the lease.
    pub async fn run(mut self, mut orders: UnboundedReceiver<Order>, shutdown: Shutdown) {
        let (soft, hard) = (shutdown.soft_token(), shutdown.hard_token());
        let mut overdue = pin!(async {
            soft.cancelled().await;
            tokio::time::sleep(FINISH_WITHIN).await;
        });
        let mut look = tokio::time::interval(UnderWay::LOOK);
        look.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut open = true;
        while open || !self.crew.is_idle() || !self.later.is_empty() {
            let next = self.later.next_at().unwrap_or_else(Instant::now);
            // Orders end by themselves: what they bring holds a place, and places come back only with
            // what has ended.
            tokio::select! {
                biased;
                () = hard.cancelled() => break,
                () = &mut overdue => break,
                () = soft.cancelled(), if !self.stopping => self.stop(),
                order = orders.recv(), if open => match order {
                    Some(order) => self.take(order),
                    None => open = false,
                },
                ended = self.crew.ended() => self.note_ended(ended),
                () = sleep_until(next), if !self.later.is_empty() => self.place_is_due(),
                _ = look.tick(), if !self.crew.is_idle() => self.note_the_slow(),
            }
            self.begin_attempts();
        }
        self.crew.dismiss().await;
        self.metrics.set_in_flight(0);
    }

    fn take(&mut self, order: Order) {
        match order {
            Order::Send(batch) if self.stopping => self.hand_back(batch),
            Order::Send(batch) => {
                let now = Instant::now();
                for leased in batch {
                    if self.recalls.concern(&leased.parcel().destination, now) {
                        self.finish(Finished::Returned(leased));
                        continue;
                    }
                    let endpoint = leased.parcel().destination.endpoint_id;
                    match leased.not_before() {
                        Some(at) => self.later.push(at, endpoint, leased),
                        None => self.lanes.push(endpoint, self.room.share(endpoint), leased),
                    }
                }
            }
            Order::Recall(endpoint) => {
                self.recalls.note(endpoint, Instant::now());
                let mut recalled = self.lanes.recall(endpoint);
                recalled.extend(self.later.recall(endpoint));
                self.hand_back(recalled);
            }
            Order::RecallAll => {
                self.recalls.note_all(Instant::now());
                let mut all = self.lanes.recall_all();
                all.extend(self.later.recall_all());
                self.hand_back(all);
            }
        }
    }

    fn place_is_due(&mut self) {
        for (endpoint, leased) in self.later.due(Instant::now()) {
            self.lanes.push(endpoint, self.room.share(endpoint), leased);
        }
    }

    fn begin_attempts(&mut self) {
        while let Some(leased) = self.lanes.next() {
            let endpoint = leased.parcel().destination.endpoint_id;
            if !leased.lease().is_alive() {
                // Another replica may have it by now. If a renewal is still to succeed, it must be
                // the last one: what is dropped here is under this lease.
                leased.lease().give_up();
                self.lanes.finished(endpoint, self.room.share(endpoint));
                continue;
            }
            if leased.is_too_late(Instant::now()) {
                self.lanes.finished(endpoint, self.room.share(endpoint));
                self.finish(Finished::Returned(leased));
                continue;
            }
            let number = self.under_way.begin(endpoint, Instant::now());
            self.crew.begin(number, leased);
        }
        self.metrics.set_in_flight(self.lanes.in_flight());
    }

    /// An endpoint that hangs gives up its share as soon as that shows: until its attempts end, which
    /// may take many times as long, all that it has would be kept from others.
    fn note_the_slow(&mut self) {
        let mut slow = BTreeMap::new();
        for endpoint in self.under_way.slow(Instant::now()) {
            let share = self.room.learn(endpoint, false);
            self.lanes.changed(endpoint, share);
            slow.insert(endpoint, share);
        }
        if slow.is_empty() {
            return;
        }
        let mut excess = self.room.excess();
        for (endpoint, share) in slow {
            let waiting = self.lanes.waiting(endpoint);
            let kept = share.kept().min(waiting.saturating_sub(excess));
            excess = excess.saturating_sub(self.keep_waiting(endpoint, kept));
        }
    }

    fn note_ended(&mut self, ended: Vec<(u64, Sent)>) {
        for (number, sent) in ended {
            let endpoint = sent.parcel().destination.endpoint_id;
            let share = match self.under_way.end(number) {
                true => self.room.learn(endpoint, sent.attempt().was_quick()),
                false => self.room.share(endpoint),
            };
            self.lanes.finished(endpoint, share);
            self.keep_waiting(endpoint, share.kept());
            self.metrics.attempted(sent.attempt());
            let is_gone = sent.attempt().says_gone();
            self.finish(Finished::Sent(sent));
            if is_gone {
                self.take(Order::Recall(endpoint));
            }
        }
    }

    /// Nothing is to grow old in memory: what an endpoint was thought to take at once goes back
    /// when it does not, and may be another replica's to send. Answers how much that is.
    fn keep_waiting(&mut self, endpoint: EndpointId, most: usize) -> usize {
        let excess = self.lanes.shrink(endpoint, most);
        let count = excess.len();
        if count > 0 {
            self.room.fell_behind(endpoint);
            self.hand_back(excess);
        }
        count
    }

    fn stop(&mut self) {
        self.stopping = true;
        self.take(Order::RecallAll);
    }

    fn hand_back(&self, batch: Vec<Leased>) {
        batch
            .into_iter()
            .for_each(|leased| self.finish(Finished::Returned(leased)));
    }

    fn finish(&self, finished: Finished) {
        // The recorder outlives the sender, unless it was dropped in the middle of everything.
        let _ = self.finished.send(finished);
    }
}

#[cfg(test)]
pub(super) mod tests;
