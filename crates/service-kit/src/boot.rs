//! The start and the end of a process.

use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, bail};
use tokio::task::JoinHandle;

use crate::settings::{self, Common, Loaded};
use crate::shutdown::Signals;
use crate::telemetry::Telemetry;
use crate::{Admin, Clock, Health, Kit, Metrics, Service, Shutdown};

/// `EX_CONFIG` and `EX_USAGE` of sysexits.h.
const WRONG_SETTINGS: u8 = 78;
const WRONG_USAGE: u8 = 64;

/// Runs a service from its settings to its end: the whole of its `main`.
///
/// The process ends with 0 after a clean stop, 78 when a setting is wrong, 64 for an unknown
/// argument and 1 for everything else. `--check-settings` ends after reading the settings.
pub fn run<S: Service>() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let check_only = match arguments.as_slice() {
        [] => false,
        [flag] if flag == "--check-settings" => true,
        _ => {
            eprintln!("usage: {} [--check-settings]", S::NAME);
            return ExitCode::from(WRONG_USAGE);
        }
    };
    let loaded = match settings::load::<S::Settings>(S::DEFAULTS, &settings::environment()) {
        Ok(loaded) => loaded,
        Err(problem) => {
            eprintln!("{}: {problem}", S::NAME);
            return ExitCode::from(WRONG_SETTINGS);
        }
    };
    if check_only {
        eprintln!("{}: settings are valid", S::NAME);
        return ExitCode::SUCCESS;
    }
    match start::<S>(loaded) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{}: {error:#}", S::NAME);
            ExitCode::FAILURE
        }
    }
}

fn start<S: Service>(loaded: Loaded<S::Settings>) -> anyhow::Result<()> {
    let common = &loaded.common;
    let telemetry = Telemetry::start(S::NAME, &common.log, &common.telemetry)?;
    // Every connection is a file, and the limit that a process begins with is for those that select().
    match rlimit::increase_nofile_limit(rlimit::INFINITY) {
        Ok(files) => tracing::debug!(files, "may be open"),
        Err(error) => tracing::warn!(%error, "the limit of open files stays as it is"),
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("cannot start the runtime")?;
    let outcome = runtime.block_on(serve::<S>(loaded));
    // Blocking work that has not ended by now would keep the process from ending.
    runtime.shutdown_timeout(Duration::from_secs(1));
    match &outcome {
        Ok(()) => tracing::info!("stopped"),
        Err(error) => tracing::error!(error = format!("{error:#}"), "stopped"),
    }
    telemetry.flush();
    outcome
}

async fn serve<S: Service>(loaded: Loaded<S::Settings>) -> anyhow::Result<()> {
    let Loaded { common, own } = loaded;
    let shutdown = Shutdown::new();
    let signals = Signals::install().context("cannot listen for signals")?;
    tokio::spawn(signals.drive(shutdown.clone(), common.shutdown.soft()));
    let kit = Kit {
        clock: Clock::system(),
        health: Health::new(shutdown.clone()),
        metrics: Metrics::new(S::NAME),
        traced: common.telemetry.otlp_endpoint.is_some(),
        shutdown,
    };
    let address = common.admin.address;
    let admin = Admin::start(address, kit.health.clone(), kit.metrics.clone())
        .with_context(|| format!("admin server on {address}"))?;
    let outcome = build_and_run::<S>(own, kit, &common).await;
    admin.stop().await;
    outcome
}

async fn build_and_run<S: Service>(
    settings: S::Settings,
    kit: Kit,
    common: &Common,
) -> anyhow::Result<()> {
    let shutdown = kit.shutdown.clone();
    let app = tokio::select! {
        app = S::build(settings, kit.clone()) => app.context("cannot start")?,
        // Nothing is under way yet that would have to be finished.
        () = shutdown.begun() => return Ok(()),
    };
    kit.health.built();
    tracing::info!(version = env!("CARGO_PKG_VERSION"), "started");

    let mut running = tokio::spawn(app.run(shutdown.clone()));
    tokio::select! {
        outcome = &mut running => ended(outcome?, &shutdown),
        () = overdue(&shutdown, common.shutdown.hard()) => abandon(running).await,
    }
}

fn ended(outcome: anyhow::Result<()>, shutdown: &Shutdown) -> anyhow::Result<()> {
    outcome?;
    if !shutdown.has_begun() {
        bail!("ended without having been asked to");
    }
    Ok(())
}

async fn overdue(shutdown: &Shutdown, hard: Duration) {
    shutdown.forced().await;
    tokio::time::sleep(hard).await;
}

async fn abandon(running: JoinHandle<anyhow::Result<()>>) -> anyhow::Result<()> {
    running.abort();
    // A task that does not even yield is left behind.
    let _ = tokio::time::timeout(Duration::from_millis(100), running).await;
    bail!("did not stop in time and was ended")
}
