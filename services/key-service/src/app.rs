//! The service as a whole: what it connects to, and what runs.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use bus::{Bus, ServeOptions};
use contracts::v1::KeyServiceServer;
use diesel_migrations::{EmbeddedMigrations, embed_migrations};
use service_kit::{Kit, Service, Shutdown};
use store::{Db, outbox};
use tokio_util::sync::CancellationToken;

use crate::entropy::OsEntropy;
use crate::metrics::KeyMetrics;
use crate::service::Keys;
use crate::settings::Settings;

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../../migrations/key-service");
/// How long a stopping replica waits for the last invalidations to be published. What is still
/// owed then goes out with another replica, or at the next start.
const LAST_WORDS: Duration = Duration::from_secs(2);

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
        watch(&kit, &db, &bus);
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
            let _ = tokio::time::timeout(LAST_WORDS, nothing_owed(&self.db)).await;
            relay_ends.cancel();
        };
        tokio::join!(relay, answering);
        Ok(())
    }
}

fn watch(kit: &Kit, db: &Db, bus: &Bus) {
    let db = db.clone();
    kit.health.register("database", move || {
        let db = db.clone();
        async move { db.ping().await }
    });
    let bus = bus.clone();
    kit.health.register("broker", move || {
        let connected = bus.is_connected();
        async move { connected.then_some(()).ok_or("the broker is away") }
    });
}

/// Returns when the relay has published everything.
async fn nothing_owed(db: &Db) {
    loop {
        if let Ok(mut conn) = db.conn().await
            && matches!(outbox::owed(&mut conn).await, Ok(owed) if owed.rows == 0)
        {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
