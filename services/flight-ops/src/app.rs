//! The service as a whole: its database, its place on the broker, its relay.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use bus::{Bus, ServeOptions, readiness};
use contracts::v1::FlightOpsServer;
use diesel_migrations::{EmbeddedMigrations, embed_migrations};
use secrets::OsEntropy;
use service_kit::{Kit, Shutdown};
use store::Db;
use tokio_util::sync::CancellationToken;

use crate::context;
use crate::metrics::Metrics;
use crate::service::Service;
use crate::settings::Settings;
use crate::vault::Vault;
use crate::watch::Watch;

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../../migrations/flight-ops");
/// How often the outbox is measured.
const MEASURE: Duration = Duration::from_secs(5);

pub struct App {
    settings: Settings,
    db: Db,
    bus: Bus,
    service: Service,
    metrics: Arc<Metrics>,
}

impl service_kit::Service for App {
    const NAME: &'static str = "flight-ops";
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
        let metrics = Arc::new(Metrics::new(&kit.metrics.meter()));
        let service = Service {
            db: db.clone(),
            clock: kit.clock,
            entropy: context::entropy(),
            vault: Vault {
                key_ring: settings.secrets.key_ring.clone(),
                entropy: Arc::new(OsEntropy),
            },
            metrics: metrics.clone(),
        };
        Ok(Self {
            settings,
            db,
            bus,
            service,
            metrics,
        })
    }

    /// Takes no new requests once the soft shutdown has begun and answers those under way. The
    /// relay ends last, so that their messages still go out.
    async fn run(self, shutdown: Shutdown) -> anyhow::Result<()> {
        let Self {
            settings,
            db,
            bus,
            service,
            metrics,
        } = self;
        let watch = Watch::new(db.clone(), service.clock.clone());
        let (soft, relay_ends) = (shutdown.soft_token(), CancellationToken::new());
        let url = settings.database.url;
        let relay = bus::outbox::run(db.clone(), url, bus.clone(), relay_ends.clone());
        let options = ServeOptions {
            concurrency: settings.rpc.concurrency.get(),
            ..ServeOptions::default()
        };
        let answering = async {
            bus::serve(&bus, FlightOpsServer(service), options, soft.clone()).await;
            bus::outbox::last_words(&db).await;
            relay_ends.cancel();
        };
        let watching = watch.run(&soft);
        tokio::join!(answering, relay, watching, measure(&db, &metrics, &soft));
        Ok(())
    }
}

/// Keeps the gauges of the outbox up to date.
async fn measure(db: &Db, metrics: &Metrics, token: &CancellationToken) {
    while !token.is_cancelled() {
        match bus::outbox::owed(db).await {
            Ok(owed) => metrics.owed(owed),
            Err(error) => tracing::debug!(%error, "the outbox cannot be measured"),
        }
        tokio::select! {
            () = token.cancelled() => {}
            () = tokio::time::sleep(MEASURE) => {}
        }
    }
}
