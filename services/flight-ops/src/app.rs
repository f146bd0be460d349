//! The service as a whole: its database, its place on the broker, its relay.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use bus::{Bus, ServeOptions};
use contracts::v1::FlightOpsServer;
use diesel_migrations::{EmbeddedMigrations, embed_migrations};
use service_kit::{Kit, Shutdown};
use store::Db;
use tokio_util::sync::CancellationToken;

use crate::context;
use crate::metrics::Metrics;
use crate::service::Service;
use crate::settings::Settings;

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../../migrations/flight-ops");
/// How long a stopping replica waits for the last messages to be published. What is still owed
/// then goes out with another replica, or at the next start.
const LAST_WORDS: Duration = Duration::from_secs(2);
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
        register(&kit, &db, &bus);
        let metrics = Arc::new(Metrics::new(&kit.metrics.meter()));
        let service = Service {
            db: db.clone(),
            clock: kit.clock,
            entropy: context::entropy(),
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
        let (soft, relay_ends) = (shutdown.soft_token(), CancellationToken::new());
        let url = settings.database.url;
        let relay = bus::outbox::run(db.clone(), url, bus.clone(), relay_ends.clone());
        let options = ServeOptions {
            concurrency: settings.rpc.concurrency.get(),
            ..ServeOptions::default()
        };
        let answering = async {
            bus::serve(&bus, FlightOpsServer(service), options, soft.clone()).await;
            let _ = tokio::time::timeout(LAST_WORDS, nothing_owed(&db)).await;
            relay_ends.cancel();
        };
        tokio::join!(answering, relay, measure(&db, &metrics, &soft));
        Ok(())
    }
}

fn register(kit: &Kit, db: &Db, bus: &Bus) {
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

/// Keeps the gauges of the outbox up to date.
async fn measure(db: &Db, metrics: &Metrics, token: &CancellationToken) {
    while !token.is_cancelled() {
        match owed(db).await {
            Ok(owed) => metrics.owed(owed),
            Err(error) => tracing::debug!(%error, "the outbox cannot be measured"),
        }
        tokio::select! {
            () = token.cancelled() => {}
            () = tokio::time::sleep(MEASURE) => {}
        }
    }
}

/// Returns when the relay has published everything.
async fn nothing_owed(db: &Db) {
    while !matches!(owed(db).await, Ok(owed) if owed.rows == 0) {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn owed(db: &Db) -> Result<store::outbox::Owed, store::StoreError> {
    let mut conn = db.conn().await?;
    Ok(store::outbox::owed(&mut conn).await?)
}
