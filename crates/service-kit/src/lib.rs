//! How every service boots: settings, logs and traces, metrics, health, shutdown.
//!
//! A service implements [`Service`] and its `main` is one line:
//!
//! ```ignore
//! fn main() -> std::process::ExitCode {
//!     service_kit::run::<key_service::App>()
//! }
//! ```
//!
//! `examples/minimal.rs` is a whole one.

mod admin;
mod boot;
mod clock;
mod health;
mod metrics;
pub mod settings;
mod shutdown;
mod telemetry;
pub mod traceparent;

use mimalloc::MiMalloc;
use serde::de::DeserializeOwned;

pub use admin::Admin;
pub use boot::run;
pub use clock::Clock;
pub use health::{Failing, Health};
pub use metrics::Metrics;
pub use shutdown::Shutdown;
pub use telemetry::Telemetry;

/// Of every program that uses the kit: services allocate and free small things all the time.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// A program of ours. `build` stands apart from `run`, so that tests run the real service with
/// settings of their own, on free ports.
pub trait Service: Sized + Send + 'static {
    /// As it appears in logs, traces and metrics: `key-service`.
    const NAME: &'static str;
    /// The committed defaults, as TOML. They may also replace the kit's own (`[log]` and so on).
    const DEFAULTS: &'static str;
    /// The service's own tables. The kit reads `admin`, `log`, `telemetry` and `shutdown` itself.
    /// Deny unknown fields, so that a misspelt setting stops the start.
    type Settings: DeserializeOwned + Send + 'static;

    /// Connects, migrates, binds: everything after which the service can say that it is ready.
    fn build(
        settings: Self::Settings,
        kit: Kit,
    ) -> impl Future<Output = anyhow::Result<Self>> + Send;

    /// Works until the soft shutdown begins, then finishes what is under way and returns.
    fn run(self, shutdown: Shutdown) -> impl Future<Output = anyhow::Result<()>> + Send;
}

/// What the kit hands to a service. Clones share everything.
#[derive(Clone)]
pub struct Kit {
    pub clock: Clock,
    pub health: Health,
    pub metrics: Metrics,
    /// Whether traces go anywhere.
    pub traced: bool,
    pub shutdown: Shutdown,
}

impl Kit {
    /// A kit that belongs to nobody else: what a test passes to [`Service::build`].
    pub fn isolated(service: &'static str) -> Self {
        let shutdown = Shutdown::new();
        Self {
            clock: Clock::system(),
            health: Health::new(shutdown.clone()),
            metrics: Metrics::new(service),
            traced: false,
            shutdown,
        }
    }
}
