//! Sends what is leased, as fast as each endpoint takes it.

use std::sync::Arc;

use domain::EndpointId;
use egress::Egress;
use service_kit::{Clock, Shutdown};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender};
use tokio::task::JoinSet;

use super::attempt::attempt;
use super::lanes::Lanes;
use super::room::Room;
use super::stages::{Leased, Sent};
use crate::metrics::DispatcherMetrics;

/// What the sender is told. The channel is unbounded because every parcel in it holds a place.
pub enum Order {
    Send(Vec<Leased>),
    /// Something changed about this endpoint: what waits for it goes back to the table.
    Recall(EndpointId),
}

/// What the sender is done with.
pub enum Finished {
    Sent(Sent),
    /// Not begun, and to be handed back.
    Returned(Leased),
}

pub struct Sender {
    egress: Egress,
    clock: Clock,
    room: Arc<Room>,
    metrics: DispatcherMetrics,
    finished: UnboundedSender<Finished>,
    lanes: Lanes<Leased>,
    attempts: JoinSet<Sent>,
    stopping: bool,
}

impl Sender {
    pub fn new(
        egress: Egress,
        clock: Clock,
        room: Arc<Room>,
        metrics: DispatcherMetrics,
        finished: UnboundedSender<Finished>,
        most_in_flight: usize,
    ) -> Self {
        let (lanes, attempts) = (Lanes::new(most_in_flight), JoinSet::new());
        Self {
            egress,
            clock,
            room,
            metrics,
            finished,
            lanes,
            attempts,
            stopping: false,
        }
    }

    /// Works until nobody gives orders any more and nothing is under way. Once the shutdown has
    /// begun nothing new is begun; when it is forced, what is under way is dropped, and its lease
    /// with it.
    pub async fn run(mut self, mut orders: UnboundedReceiver<Order>, shutdown: Shutdown) {
        let (soft, hard) = (shutdown.soft_token(), shutdown.hard_token());
        let mut open = true;
        while open || !self.attempts.is_empty() {
            tokio::select! {
                order = orders.recv(), if open => match order {
                    Some(order) => self.take(order),
                    None => open = false,
                },
                Some(ended) = self.attempts.join_next() => self.ended(ended),
                () = soft.cancelled(), if !self.stopping => self.stop(),
                () = hard.cancelled() => break,
            }
            self.begin_attempts();
        }
        self.attempts.shutdown().await;
        self.metrics.set_in_flight(0);
    }

    fn take(&mut self, order: Order) {
        match order {
            Order::Send(batch) if self.stopping => self.hand_back(batch),
            Order::Send(batch) => {
                for leased in batch {
                    let endpoint = leased.parcel().destination.endpoint_id;
                    self.lanes.push(endpoint, self.room.share(endpoint), leased);
                }
            }
            Order::Recall(endpoint) => {
                let recalled = self.lanes.recall(endpoint);
                self.hand_back(recalled);
            }
        }
    }

    fn begin_attempts(&mut self) {
        while let Some(leased) = self.lanes.next() {
            if !leased.lease().is_alive() {
                // Another replica may have it by now. If a renewal is still to succeed, it must be
                // the last one: what is dropped here is under this lease.
                leased.lease().give_up();
                let endpoint = leased.parcel().destination.endpoint_id;
                self.lanes.finished(endpoint, self.room.share(endpoint));
                continue;
            }
            let (egress, clock) = (self.egress.clone(), self.clock.clone());
            self.attempts.spawn(async move {
                let outcome = attempt(&egress, &clock, leased.parcel()).await;
                leased.sent(outcome)
            });
        }
        self.metrics.set_in_flight(self.lanes.in_flight());
    }

    fn ended(&mut self, ended: Result<Sent, tokio::task::JoinError>) {
        match ended {
            Ok(sent) => {
                let endpoint = sent.parcel().destination.endpoint_id;
                let share = self.room.learn(endpoint, sent.attempt().was_quick());
                self.lanes.finished(endpoint, share);
                self.metrics.attempted(sent.attempt());
                let is_gone = sent.attempt().says_gone();
                self.finish(Finished::Sent(sent));
                if is_gone {
                    self.take(Order::Recall(endpoint));
                }
            }
            // Only a shutdown cancels, and an attempt catches its own panics.
            Err(error) => tracing::error!(%error, "an attempt was lost"),
        }
    }

    fn stop(&mut self) {
        self.stopping = true;
        let waiting = self.lanes.recall_all();
        self.hand_back(waiting);
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
mod tests;
