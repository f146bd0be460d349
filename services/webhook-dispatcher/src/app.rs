//! The service as a whole: what it connects to, and what runs.

use std::sync::Arc;

use anyhow::Context;
use bus::{Bus, ConsumeOptions, ServeOptions, readiness};
use contracts::topology::DISPATCHER_EVENTS;
use contracts::v1::WebhookDispatcherServer;
use diesel_migrations::{EmbeddedMigrations, embed_migrations};
use egress::Egress;
use service_kit::{Clock, Kit, Service, Shutdown};
use store::Db;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio_util::sync::CancellationToken;

use crate::delivery::claimer::Claimer;
use crate::delivery::destination::Opener;
use crate::delivery::recorder::Recorder;
use crate::delivery::room::Room;
use crate::delivery::schedule::Schedule;
use crate::delivery::sender::{Order, Sender};
use crate::entropy::{Entropy, OsEntropy};
use crate::fan_out::FanOut;
use crate::lease::Leases;
use crate::metrics::DispatcherMetrics;
use crate::service::Webhooks;
use crate::settings::Settings;
use crate::{closing, gauges, recall};

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../../migrations/webhook-dispatcher");

pub struct App {
    settings: Settings,
    db: Db,
    bus: Bus,
    clock: Clock,
    entropy: Arc<dyn Entropy>,
    opener: Opener,
    leases: Arc<Leases>,
    room: Arc<Room>,
    metrics: DispatcherMetrics,
}

impl Service for App {
    const NAME: &'static str = "webhook-dispatcher";
    const DEFAULTS: &'static str = include_str!("../settings.toml");
    type Settings = Settings;

    async fn build(settings: Settings, kit: Kit) -> anyhow::Result<Self> {
        let egress = Egress::new(&settings.egress).context("egress")?;
        store::migrate(&settings.database.url, MIGRATIONS)
            .await
            .context("database")?;
        let db = Db::connect(&settings.database, Self::NAME).context("database")?;
        let bus = Bus::connect(&settings.broker, Self::NAME)
            .await
            .context("broker")?;
        let (clock, entropy) = (kit.clock.clone(), Arc::new(OsEntropy));
        let leases = Leases::take(db.clone(), clock.clone(), entropy.clone(), settings.lease)
            .await
            .context("lease")?;
        watch(&kit, &db, &bus, &leases);
        let room = Room::new(
            settings.delivery.held.get(),
            settings.delivery.in_flight_per_endpoint.get(),
        );
        let opener = Opener {
            egress,
            key_ring: settings.secrets.key_ring.clone(),
        };
        let metrics = DispatcherMetrics::new(&kit.metrics.meter());
        Ok(Self {
            settings,
            db,
            bus,
            clock,
            entropy,
            opener,
            leases,
            room,
            metrics,
        })
    }

    /// Intake ends first, then what is under way, then the lease; each waits for the one before.
    async fn run(self, shutdown: Shutdown) -> anyhow::Result<()> {
        let (orders, ordered) = unbounded_channel();
        let (finished, to_record) = unbounded_channel();
        let most_in_flight = self.settings.delivery.in_flight.get();
        let (egress, room) = (self.opener.egress.clone(), Arc::clone(&self.room));
        let sender = Sender::new(
            egress,
            self.clock.clone(),
            room,
            self.metrics.clone(),
            finished,
            most_in_flight,
        );
        let recorder = self.recorder(&orders);
        let ends = CancellationToken::new();
        let work = async {
            tokio::join!(
                self.take_in(orders, &shutdown),
                sender.run(ordered, shutdown.clone()),
                recorder.run(to_record, shutdown.clone()),
            );
            self.hand_back().await;
            bus::outbox::last_words(&self.db).await;
            ends.cancel();
        };
        tokio::join!(work, self.keep_up(&ends));
        Ok(())
    }
}

impl App {
    /// Events, requests, due deliveries: everything that brings work, until the shutdown begins.
    async fn take_in(&self, orders: UnboundedSender<Order>, shutdown: &Shutdown) {
        let token = shutdown.soft_token();
        let events = ConsumeOptions {
            prefetch: self.settings.events.prefetch.get(),
            batch: self.settings.events.batch.get(),
        };
        let requests = ServeOptions {
            concurrency: self.settings.rpc.concurrency.get(),
            ..ServeOptions::default()
        };
        tokio::join!(
            bus::consume(
                &self.bus,
                DISPATCHER_EVENTS,
                events,
                self.fan_out(&orders),
                token.clone()
            ),
            bus::serve(
                &self.bus,
                WebhookDispatcherServer(self.webhooks()),
                requests,
                token.clone()
            ),
            self.claimer(&orders).run(token.clone()),
            recall::listen(&self.bus, orders.clone(), token.clone()),
        );
    }

    /// What must go on until nothing is left to do.
    async fn keep_up(&self, ends: &CancellationToken) {
        let url = self.settings.database.url.clone();
        tokio::join!(
            self.leases.keep(ends),
            self.leases.keep_reaping(ends),
            closing::keep_closing(&self.db, &self.clock, ends),
            gauges::keep_measuring(&self.db, &self.room, &self.metrics, ends),
            bus::outbox::run(self.db.clone(), url, self.bus.clone(), ends.clone()),
        );
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
            db: self.db.clone(),
            clock: self.clock.clone(),
            entropy: Arc::clone(&self.entropy),
            leases: Arc::clone(&self.leases),
            room: Arc::clone(&self.room),
            opener: self.opener.clone(),
            orders: orders.clone(),
            metrics: self.metrics.clone(),
        }
    }

    fn claimer(&self, orders: &UnboundedSender<Order>) -> Claimer {
        Claimer {
            db: self.db.clone(),
            clock: self.clock.clone(),
            leases: Arc::clone(&self.leases),
            room: Arc::clone(&self.room),
            opener: self.opener.clone(),
            orders: orders.clone(),
            every: self.settings.delivery.claim_every(),
        }
    }

    fn recorder(&self, orders: &UnboundedSender<Order>) -> Recorder {
        Recorder {
            db: self.db.clone(),
            clock: self.clock.clone(),
            entropy: Arc::clone(&self.entropy),
            schedule: Schedule::from(&self.settings.delivery),
            metrics: self.metrics.clone(),
            batch: self.settings.delivery.record_batch.get(),
            orders: orders.downgrade(),
        }
    }

    fn webhooks(&self) -> Webhooks {
        Webhooks {
            db: self.db.clone(),
            clock: self.clock.clone(),
            entropy: Arc::clone(&self.entropy),
            opener: self.opener.clone(),
            room: Arc::clone(&self.room),
        }
    }
}

fn watch(kit: &Kit, db: &Db, bus: &Bus, leases: &Arc<Leases>) {
    readiness::needs_database(&kit.health, db);
    readiness::needs_broker(&kit.health, bus);
    let leases = Arc::clone(leases);
    kit.health.register("lease", move || {
        let held = leases.current().is_some();
        async move { held.then_some(()).ok_or("the lease has ended") }
    });
}
