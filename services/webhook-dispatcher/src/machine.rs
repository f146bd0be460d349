//! The delivery machine of one replica, put together.
//!
//! It knows neither the broker nor the tables: events are given to it by an intake, what is owed
//! stands in a [`Ledger`], and a [`Courier`] takes parcels to their endpoints.

use std::sync::Arc;

use futures::future::BoxFuture;
use futures::stream::FuturesUnordered;
use futures::{FutureExt, StreamExt};
use service_kit::{Clock, Shutdown};
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio_util::sync::CancellationToken;

use crate::closing;
use crate::delivery::attempt::Courier;
use crate::delivery::claimer::Claimer;
use crate::delivery::destination::Opener;
use crate::delivery::recorder::Recorder;
use crate::delivery::room::Room;
use crate::delivery::schedule::Schedule;
use crate::delivery::sender::{Order, Sender};
use crate::entropy::Entropy;
use crate::fan_out::{FanOut, Patience};
use crate::lease::Leases;
use crate::ledger::Ledger;
use crate::metrics::DispatcherMetrics;
use crate::settings;

pub struct Machine<C> {
    pub ledger: Arc<dyn Ledger>,
    pub clock: Clock,
    pub entropy: Arc<dyn Entropy>,
    pub opener: Opener,
    pub courier: Arc<C>,
    pub leases: Arc<Leases>,
    pub room: Arc<Room>,
    pub metrics: DispatcherMetrics,
    pub settings: settings::Delivery,
}

impl<C: Courier> Machine<C> {
    /// Delivers what `intake` brings and what is due, until the shutdown has begun; then finishes
    /// what is under way, records it, and hands back the lease. Each waits for the one before.
    ///
    /// `intake` ends by itself once the shutdown has begun.
    pub async fn run<'a, F>(
        &'a self,
        intake: impl FnOnce(FanOut, UnboundedSender<Order>) -> F,
        shutdown: &Shutdown,
    ) where
        F: Future<Output = ()> + Send + 'a,
    {
        let (orders, ordered) = unbounded_channel();
        let (finished, to_record) = unbounded_channel();
        let sender = Sender::new(
            Arc::clone(&self.courier),
            Arc::clone(&self.room),
            self.metrics.clone(),
            finished,
            self.settings.in_flight.get(),
        );
        let (recorder, claimer) = (self.recorder(&orders), self.claimer(&orders));
        // The sender ends when neither of the two gives orders any more.
        let intake = intake(self.fan_out(&orders), orders);
        all([
            intake.boxed(),
            claimer.run(shutdown.soft_token()).boxed(),
            sender.run(ordered, shutdown.clone()).boxed(),
            recorder.run(to_record, shutdown.clone()).boxed(),
        ])
        .await;
        self.hand_back().await;
    }

    /// What must go on until nothing is left to do.
    pub async fn keep_up(&self, ends: &CancellationToken) {
        all([
            self.leases.keep(ends).boxed(),
            self.leases.keep_reaping(ends).boxed(),
            closing::keep_closing(self.ledger.as_ref(), &self.clock, ends).boxed(),
        ])
        .await;
    }

    async fn hand_back(&self) {
        match self.leases.retire().await {
            Ok(deliveries) => tracing::info!(deliveries, "handed back what was left"),
            Err(error) => {
                tracing::warn!(%error, "what is left is taken over when the lease has ended")
            }
        }
    }

    fn fan_out(&self, orders: &UnboundedSender<Order>) -> FanOut {
        FanOut {
            ledger: Arc::clone(&self.ledger),
            clock: self.clock.clone(),
            entropy: Arc::clone(&self.entropy),
            leases: Arc::clone(&self.leases),
            room: Arc::clone(&self.room),
            patience: Patience::new(Arc::clone(&self.room)),
            opener: self.opener.clone(),
            orders: orders.clone(),
            metrics: self.metrics.clone(),
        }
    }

    fn claimer(&self, orders: &UnboundedSender<Order>) -> Claimer {
        Claimer {
            ledger: Arc::clone(&self.ledger),
            clock: self.clock.clone(),
            leases: Arc::clone(&self.leases),
            room: Arc::clone(&self.room),
            opener: self.opener.clone(),
            orders: orders.clone(),
            every: self.settings.claim_every(),
        }
    }

    fn recorder(&self, orders: &UnboundedSender<Order>) -> Recorder {
        Recorder {
            ledger: Arc::clone(&self.ledger),
            clock: self.clock.clone(),
            entropy: Arc::clone(&self.entropy),
            schedule: Schedule::from(&self.settings),
            metrics: self.metrics.clone(),
            batch: self.settings.record_batch.get(),
            orders: orders.downgrade(),
        }
    }
}

/// Goes on until all have ended. Each is polled when there is something for it to do, and not
/// whenever there is for another one.
async fn all<const N: usize>(parts: [BoxFuture<'_, ()>; N]) {
    let mut parts: FuturesUnordered<_> = parts.into_iter().collect();
    while parts.next().await.is_some() {}
}
