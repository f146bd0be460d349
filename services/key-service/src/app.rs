//! The service as a whole: what it connects to, and what runs.

use std::sync::Arc;

use anyhow::Context;
use bus::{Bus, ServeOptions, readiness};
use contracts::v1::KeyServiceServer;
use diesel_migrations::{EmbeddedMigrations, embed_migrations};
use service_kit::{Kit, Service, Shutdown};
use store::Db;
use tokio_util::sync::CancellationToken;

use crate::entropy::OsEntropy;
use crate::metrics::KeyMetrics;
use crate::service::Keys;
use crate::settings::Settings;

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../../migrations/key-service");

pub struct App {
    settings: Settings,
    db: Db,
    bus: Bus,
    keys: Keys,
}

impl Service for App {
    const NAME: &'static str = "key-service";
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
        let keys = Keys {
            db: db.clone(),
            clock: kit.clock.clone(),
            entropy: Arc::new(OsEntropy),
            metrics: KeyMetrics::new(&kit.metrics.meter()),
        };
        Ok(Self {
            settings,
            db,
            bus,
            keys,
        })
    }

    async fn run(self, shutdown: Shutdown) -> anyhow::Result<()> {
        let relay_ends = CancellationToken::new();
        let url = self.settings.database.url;
        let relay = bus::outbox::run(self.db.clone(), url, self.bus.clone(), relay_ends.clone());
        let options = ServeOptions {
            concurrency: self.settings.rpc.concurrency.get(),
            ..ServeOptions::default()
        };
        let answering = async {
            bus::serve(
                &self.bus,
                KeyServiceServer(self.keys),
                options,
                shutdown.soft_token(),
            )
            .await;
            bus::outbox::last_words(&self.db).await;
            relay_ends.cancel();
        };
        tokio::join!(relay, answering);
        Ok(())
    }
}
