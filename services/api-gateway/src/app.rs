//! The service as a whole: what it connects to, and what runs.

use std::net::SocketAddr;
use std::sync::Arc;

use actix_web::web;
use anyhow::Context;
use bus::{Bus, readiness};
use service_kit::{Kit, Service, Shutdown};

use crate::backend::Backend;
use crate::gateway::Gateway;
use crate::http::pages::Pages;
use crate::http::{self, Bound};
use crate::keys::{self, KeyCache};
use crate::metrics::GatewayMetrics;
use crate::settings::Settings;

pub struct App {
    bound: Bound,
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
        let gateway = Gateway::new(&settings, &backend, metrics, clock, pages);
        let gateway = web::Data::new(gateway);
        // Heard until the last request has been answered.
        let heard = bus::invalidations(&bus, kit.shutdown.hard_token().child_token());
        tokio::spawn(keys::listen(heard, gateway.keys.clone()));
        watch(&kit, &bus, &gateway.keys);

        let address = settings.http.address;
        let bound = http::bind(&settings.http, gateway)
            .with_context(|| format!("public port {address}"))?;
        tracing::info!(address = %bound.address, "public server listens");
        Ok(Self { bound })
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
        serving.await?.context("public server")
    }
}

fn watch(kit: &Kit, bus: &Bus, keys: &Arc<KeyCache<Backend>>) {
    readiness::needs_broker(&kit.health, bus);
    let keys = keys.clone();
    kit.health.register("invalidations", move || {
        let hearing = keys.is_hearing();
        async move { hearing.then_some(()).ok_or("revoked keys are not heard of") }
    });
}
