//! A whole service, as small as one can be: it counts ticks, and takes a while to finish what is
//! under way when it is told to stop. `tests/boot.rs` starts and stops it.
//!
//! ```sh
//! GA_ADMIN__ADDRESS=127.0.0.1:9090 cargo run -p service-kit --example minimal
//! curl -s http://127.0.0.1:9090/metrics
//! ```

use std::process::ExitCode;
use std::time::Duration;

use opentelemetry::metrics::Counter;
use serde::Deserialize;
use service_kit::{Kit, Service, Shutdown};

fn main() -> ExitCode {
    service_kit::run::<Ticker>()
}

struct Ticker {
    settings: TickSettings,
    ticks: Counter<u64>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    ticks: TickSettings,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct TickSettings {
    every_ms: u64,
    /// How long the last piece of work takes after the stop was asked for.
    finish_ms: u64,
    /// Ignores also the hard step.
    stubborn: bool,
}

impl Service for Ticker {
    const NAME: &'static str = "minimal";
    const DEFAULTS: &'static str = "
        [ticks]
        every_ms = 10
        finish_ms = 0
        stubborn = false
    ";
    type Settings = Settings;

    async fn build(settings: Settings, kit: Kit) -> anyhow::Result<Self> {
        kit.health
            .register("always", || async { Ok::<_, String>(()) });
        let ticks = kit.metrics.meter().u64_counter("ticks").build();
        Ok(Self {
            settings: settings.ticks,
            ticks,
        })
    }

    async fn run(self, shutdown: Shutdown) -> anyhow::Result<()> {
        let mut every = tokio::time::interval(Duration::from_millis(self.settings.every_ms));
        while !shutdown.has_begun() {
            tokio::select! {
                _ = every.tick() => self.ticks.add(1, &[]),
                () = shutdown.begun() => {}
            }
        }
        let finish = tokio::time::sleep(Duration::from_millis(self.settings.finish_ms));
        if self.settings.stubborn {
            finish.await;
            return Ok(());
        }
        tokio::select! {
            () = finish => tracing::info!("finished what was under way"),
            () = shutdown.forced() => tracing::info!("dropped what was under way"),
        }
        Ok(())
    }
}
