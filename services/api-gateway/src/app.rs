//! The service as a whole: what it connects to, and what runs.

use std::net::SocketAddr;

use actix_web::web;
use anyhow::Context;
use bus::{Bus, readiness};
use contracts::v1::KeyServiceClient;
use futures::future::join;
use service_kit::{Kit, Service, Shutdown};

use crate::backend::Backend;
use crate::gateway::Gateway;
use crate::http::pages::Pages;
use crate::http::{self, Bound};
use crate::keys;
use crate::last_use::{LastUseMetrics, LastUses, Reporting};
use crate::limits::Share;
use crate::metrics::GatewayMetrics;
use crate::settings::Settings;

pub struct App {
    bound: Bound,
    last_uses: Reporting,
    shared_limits: Share,
}

impl App {
    /// Where it listens for partners.
    pub fn address(&self) -> SocketAddr {
        self.bound.address
    }
}

impl Service for App {
    const NAME: &'static str = "api-gateway";
    const DEFAULTS: &'static str = include_str!("../settings.toml");
    type Settings = Settings;

    async fn build(settings: Settings, kit: Kit) -> anyhow::Result<Self> {
        let bus = Bus::connect(&settings.broker, Self::NAME)
            .await
            .context("broker")?;
        let metrics = GatewayMetrics::new(&kit.metrics.meter());
        let (backend, clock) = (Backend::new(&bus), kit.clock.clone());
        let pages = Pages::render().context("pages")?;
        let (last_uses, reporting) = last_uses(&settings, &backend, &kit);
        let gateway = Gateway::new(&settings, &backend, metrics, clock, pages, last_uses);
        let gateway = web::Data::new(gateway);
        // Heard until the last request has been answered.
        let heard = bus::invalidations(&bus, kit.shutdown.hard_token().child_token());
        tokio::spawn(keys::listen(heard, gateway.keys.clone()));
        gateway.limits.observe(&kit.metrics.meter());
        let shared_limits = Share::start(gateway.limits.clone(), &bus);
        watch(&kit, &bus, &gateway);

        let address = settings.http.address;
        let bound = http::bind(&settings.http, gateway)
            .with_context(|| format!("public port {address}"))?;
        tracing::info!(address = %bound.address, "public server listens");
        Ok(Self {
            bound,
            last_uses: reporting,
            shared_limits,
        })
    }

    async fn run(self, shutdown: Shutdown) -> anyhow::Result<()> {
        let handle = self.bound.server.handle();
        let mut serving = tokio::spawn(self.bound.server);
        tokio::select! {
            ended = &mut serving => return ended?.context("public server"),
            () = shutdown.begun() => {}
        }
        tokio::select! {
            () = handle.stop(true) => {}
            () = shutdown.forced() => handle.stop(false).await,
        }
        serving.await?.context("public server")?;
        tokio::select! {
            ((), ()) = join(self.last_uses.finish(), self.shared_limits.finish()) => {}
            () = shutdown.forced() => {}
        }
        Ok(())
    }
}

fn last_uses(settings: &Settings, backend: &Backend, kit: &Kit) -> (LastUses, Reporting) {
    let timeout = settings.backend.timeout();
    let client = KeyServiceClient::new(backend.clone()).with_timeout(timeout);
    let metrics = LastUseMetrics::new(&kit.metrics.meter());
    let (last_uses, reporter) = LastUses::new(&settings.last_use, client, metrics);
    (last_uses, reporter.start())
}

fn watch(kit: &Kit, bus: &Bus, gateway: &Gateway) {
    readiness::needs_broker(&kit.health, bus);
    let (keys, limits) = (gateway.keys.clone(), gateway.limits.clone());
    kit.health.register("invalidations", move || {
        let hearing = keys.is_hearing();
        async move { hearing.then_some(()).ok_or("revoked keys are not heard of") }
    });
    kit.health.register("limits", move || {
        let shared = limits.is_shared();
        async move {
            shared
                .then_some(())
                .ok_or("what other replicas let in is not known")
        }
    });
}
