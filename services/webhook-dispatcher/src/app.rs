//! The service as a whole: what it connects to, and what runs.

use std::sync::Arc;

use anyhow::Context;
use bus::{Bus, ConsumeOptions, ServeOptions, readiness};
use contracts::topology::DISPATCHER_EVENTS;
use contracts::v1::WebhookDispatcherServer;
use diesel_migrations::{EmbeddedMigrations, embed_migrations};
use egress::Egress;
use service_kit::{Kit, Service, Shutdown};
use store::{Db, PlanCacheMode, StoreError};
use tokio::sync::mpsc::UnboundedSender;
use tokio_util::sync::CancellationToken;

use crate::delivery::attempt::HttpCourier;
use crate::delivery::destination::Opener;
use crate::delivery::room::Room;
use crate::delivery::sender::Order;
use crate::entropy::OsEntropy;
use crate::fan_out::FanOut;
use crate::lease::Leases;
use crate::ledger::{Ledger, Postgres};
use crate::machine::Machine;
use crate::metrics::DispatcherMetrics;
use crate::recovery::Recoverer;
use crate::retention::Keeper;
use crate::service::Webhooks;
use crate::settings::Settings;
use crate::{gauges, recall};

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../../migrations/webhook-dispatcher");

pub struct App {
    settings: Settings,
    db: Db,
    bus: Bus,
    machine: Machine<HttpCourier>,
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
        let ledger: Arc<dyn Ledger> = Arc::new(Postgres {
            db: db.clone(),
            straight: straight(&settings.database).context("database")?,
            entropy: entropy.clone(),
            health: settings.health,
        });
        let own = (clock.clone(), entropy.clone());
        let leases = Leases::take(Arc::clone(&ledger), own.0, own.1, settings.lease)
            .await
            .context("lease")?;
        watch(&kit, &db, &bus, &leases);
        let room = Room::new(
            settings.delivery.held.get(),
            settings.delivery.in_flight_per_endpoint.get(),
        );
        let courier = HttpCourier {
            egress: egress.clone(),
            clock: clock.clone(),
            traced: kit.traced,
        };
        let machine = Machine {
            ledger,
            clock,
            entropy,
            opener: Opener {
                egress,
                key_ring: settings.secrets.key_ring.clone(),
            },
            courier: Arc::new(courier),
            leases,
            room,
            metrics: DispatcherMetrics::new(&kit.metrics.meter()),
            settings: settings.delivery.clone(),
        };
        Ok(Self {
            settings,
            db,
            bus,
            machine,
        })
    }

    /// Intake ends first, then what is under way, then the lease; each waits for the one before. A
    /// request that takes long holds up none of it.
    async fn run(self, shutdown: Shutdown) -> anyhow::Result<()> {
        let ends = CancellationToken::new();
        let work = async {
            let intake = |fan_out, orders| self.take_in(fan_out, orders, &shutdown);
            let machine = self.machine.run(intake, &shutdown);
            tokio::join!(machine, self.attend(&shutdown));
            bus::outbox::last_words(&self.db).await;
            ends.cancel();
        };
        tokio::join!(work, self.keep_up(&ends));
        Ok(())
    }
}

impl App {
    /// Events, and news of endpoints, until the shutdown begins.
    async fn take_in(&self, fan_out: FanOut, orders: UnboundedSender<Order>, shutdown: &Shutdown) {
        let token = shutdown.soft_token();
        let events = ConsumeOptions {
            prefetch: self.settings.events.prefetch.get(),
            batch: self.settings.events.batch.get(),
        };
        tokio::join!(
            bus::consume(&self.bus, DISPATCHER_EVENTS, events, fan_out, token.clone()),
            recall::listen(&self.bus, orders, token.clone()),
        );
    }

    /// Requests, recoveries and the log, until the shutdown begins.
    async fn attend(&self, shutdown: &Shutdown) {
        let token = shutdown.soft_token();
        let requests = ServeOptions {
            concurrency: self.settings.rpc.concurrency.get(),
            ..ServeOptions::default()
        };
        let server = WebhookDispatcherServer(self.webhooks());
        tokio::join!(
            bus::serve(&self.bus, server, requests, token.clone()),
            self.recoverer().run(token.clone()),
            self.keeper().run(token.clone()),
        );
    }

    /// What must go on until nothing is left to do.
    async fn keep_up(&self, ends: &CancellationToken) {
        let url = self.settings.database.url.clone();
        tokio::join!(
            self.machine.keep_up(ends),
            gauges::keep_measuring(&self.db, &self.machine.room, &self.machine.metrics, ends),
            bus::outbox::run(self.db.clone(), url, self.bus.clone(), ends.clone()),
        );
    }

    fn keeper(&self) -> Keeper {
        Keeper {
            database_url: self.settings.database.url.clone(),
            clock: self.machine.clock.clone(),
            clock_tolerance: Keeper::CLOCK_TOLERANCE,
            metrics: self.machine.metrics.clone(),
            settings: self.settings.retention,
        }
    }

    fn recoverer(&self) -> Recoverer {
        Recoverer {
            db: self.db.clone(),
            clock: self.machine.clock.clone(),
            entropy: Arc::clone(&self.machine.entropy),
            room: Arc::clone(&self.machine.room),
            metrics: self.machine.metrics.clone(),
            most_waiting: self.settings.recovery.most_waiting.into(),
            retention: self.settings.retention.days,
        }
    }

    fn webhooks(&self) -> Webhooks {
        Webhooks {
            db: self.db.clone(),
            clock: self.machine.clock.clone(),
            entropy: Arc::clone(&self.machine.entropy),
            opener: self.machine.opener.clone(),
            room: Arc::clone(&self.machine.room),
            recovery_pace: self.settings.recovery.per_second,
            retention: self.settings.retention.days,
        }
    }
}

/// For events, which come in one batch at a time.
fn straight(settings: &store::Settings) -> Result<Db, StoreError> {
    let settings = store::Settings {
        pool_size: 2,
        plan_cache_mode: PlanCacheMode::ForceGenericPlan,
        ..settings.clone()
    };
    Db::connect(&settings, &format!("{}-straight", App::NAME))
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
