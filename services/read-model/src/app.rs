//! Putting the service together.

use anyhow::Context;
use bus::{Bus, ConsumeOptions, RpcClient, ServeOptions, readiness};
use contracts::topology::{READ_MODEL_EVENTS, READ_MODEL_RECORDS};
use contracts::v1::{FlightOpsClient, ReadModelServer};
use diesel_migrations::{EmbeddedMigrations, embed_migrations};
use serde::Deserialize;
use service_kit::{Kit, Service, Shutdown};
use store::Db;

use crate::consumer::{Consumer, Events, Records};
use crate::rebuilding::Worker;
use crate::{Documents, Metrics, turning};

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../../migrations/read-model");

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    pub database: store::Settings,
    pub broker: bus::Settings,
    pub consume: ConsumeSettings,
    pub rpc: RpcSettings,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConsumeSettings {
    /// What the broker hands out ahead of its acknowledgement: messages, or bundles.
    pub prefetch: u16,
    /// So many messages are projected in one transaction, and what else the last bundle holds.
    pub batch: usize,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RpcSettings {
    /// Requests worked on at the same time.
    pub concurrency: usize,
}

/// The service, ready to run.
pub struct App {
    db: Db,
    bus: Bus,
    kit: Kit,
    metrics: Metrics,
    consume: ConsumeOptions,
    serve: ServeOptions,
}

impl Service for App {
    const NAME: &'static str = "read-model";
    const DEFAULTS: &'static str = include_str!("../settings.toml");
    type Settings = Settings;

    async fn build(settings: Settings, kit: Kit) -> anyhow::Result<Self> {
        store::migrate(&settings.database.url, MIGRATIONS)
            .await
            .context("database")?;
        let db = Db::connect(&settings.database, Self::NAME).context("database")?;
        let bus = Bus::connect(&settings.broker, Self::NAME)
            .await
            .context("broker")?;
        readiness::needs_database(&kit.health, &db);
        readiness::needs_broker(&kit.health, &bus);
        Ok(Self {
            metrics: Metrics::new(&kit.metrics.meter()),
            consume: ConsumeOptions {
                prefetch: settings.consume.prefetch,
                batch: settings.consume.batch.max(1),
            },
            serve: ServeOptions {
                concurrency: settings.rpc.concurrency.max(1),
                ..ServeOptions::default()
            },
            db,
            bus,
            kit,
        })
    }

    /// Batches and requests under way are finished when the shutdown begins.
    async fn run(self, shutdown: Shutdown) -> anyhow::Result<()> {
        let token = shutdown.soft_token();
        let records = bus::consume(
            &self.bus,
            READ_MODEL_RECORDS,
            self.consume,
            Consumer::<Records>::new(
                self.db.clone(),
                self.kit.clock.clone(),
                self.metrics.clone(),
            ),
            token.clone(),
        );
        let events = bus::consume(
            &self.bus,
            READ_MODEL_EVENTS,
            self.consume,
            Consumer::<Events>::new(
                self.db.clone(),
                self.kit.clock.clone(),
                self.metrics.clone(),
            ),
            token.clone(),
        );
        let answers = bus::serve(
            &self.bus,
            ReadModelServer(Documents::new(self.db.clone(), self.kit.clock.clone())),
            self.serve,
            token.clone(),
        );
        let turning = turning::run(&self.db, &self.kit.clock, &token);
        let source = FlightOpsClient::new(RpcClient::new(&self.bus));
        let worker = Worker::new(self.db.clone(), self.kit.clock.clone(), source);
        tokio::join!(records, events, answers, turning, worker.run(&token));
        Ok(())
    }
}
