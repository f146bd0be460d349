//! Logs and traces.

use std::backtrace::Backtrace;
use std::io::IsTerminal;
use std::time::Duration;

use opentelemetry::trace::TracerProvider;
use opentelemetry_otlp::{ExporterBuildError, Protocol, SpanExporter, WithExportConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{Sampler, SdkTracerProvider};
use tracing::{Level, Metadata};
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::{SubscriberInitExt, TryInitError};
use tracing_subscriber::{EnvFilter, Layer, Registry};
use url::Url;

use crate::settings::{Log, LogFormat, TelemetrySettings};

/// Keeps the exporter running. Spans still waiting are sent by [`Telemetry::flush`].
pub struct Telemetry {
    provider: SdkTracerProvider,
}

#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    #[error("cannot export traces: {0}")]
    Exporter(#[from] ExporterBuildError),
    #[error("cannot log: {0}")]
    Log(#[from] TryInitError),
}

impl Telemetry {
    /// Sets up the logs and traces of this process, once. Logs go to standard error.
    ///
    /// # Errors
    /// When the exporter cannot be made or the process logs already.
    pub fn start(
        service: &'static str,
        log: &Log,
        settings: &TelemetrySettings,
    ) -> Result<Self, TelemetryError> {
        let provider = tracer_provider(service, settings)?;
        // Without an exporter too: ids have to travel through every service.
        let traces = tracing_opentelemetry::layer()
            .with_tracer(provider.tracer(service))
            // What every span would have to be told each time: of no use to whoever reads a trace.
            .with_location(false)
            .with_threads(false)
            .with_tracked_inactivity(false);
        Registry::default()
            .with(EnvFilter::new(log.filter.as_str()))
            .with(filter_fn(is_discreet))
            .with(format(log.format))
            .with(traces)
            .try_init()?;
        // A panic is logged in the same format as everything else.
        std::panic::set_hook(Box::new(|panic| {
            tracing::error!(%panic, backtrace = %Backtrace::capture(), "panicked");
        }));
        Ok(Self { provider })
    }

    /// Sends what is waiting, for at most five seconds. Blocks.
    pub fn flush(self) {
        if let Err(error) = self.provider.shutdown_with_timeout(Duration::from_secs(5)) {
            tracing::warn!(%error, "the last spans were not exported");
        }
    }
}

/// False for what no setting may switch on: lapin traces the bytes of every frame, and one of them
/// may be a token that is shown once; tokio-postgres tells the parameters of every statement, names
/// and addresses among them.
fn is_discreet(event: &Metadata<'_>) -> bool {
    let most = match event.target().split("::").next() {
        Some("lapin" | "amq_protocol") => Level::DEBUG,
        Some("tokio_postgres") => Level::INFO,
        _ => Level::TRACE,
    };
    *event.level() <= most
}

fn format<S>(format: LogFormat) -> Box<dyn Layer<S> + Send + Sync>
where
    S: tracing::Subscriber + for<'span> tracing_subscriber::registry::LookupSpan<'span>,
{
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    match format {
        LogFormat::Human => lines.boxed(),
        LogFormat::Json => lines.json().flatten_event(true).boxed(),
    }
}

fn tracer_provider(
    service: &'static str,
    settings: &TelemetrySettings,
) -> Result<SdkTracerProvider, ExporterBuildError> {
    let builder = SdkTracerProvider::builder()
        .with_resource(Resource::builder().with_service_name(service).build());
    let Some(endpoint) = &settings.otlp_endpoint else {
        // What a caller has sampled stays sampled further on.
        let sampler = Sampler::ParentBased(Box::new(Sampler::AlwaysOff));
        return Ok(builder.with_sampler(sampler).build());
    };
    let exporter = SpanExporter::builder()
        .with_http()
        .with_protocol(Protocol::HttpBinary)
        .with_endpoint(traces_endpoint(endpoint))
        .with_timeout(Duration::from_secs(5))
        .build()?;
    let ratio = Sampler::TraceIdRatioBased(settings.sample_ratio.get());
    Ok(builder
        .with_sampler(Sampler::ParentBased(Box::new(ratio)))
        // The batch exporter's thread has no async runtime: its HTTP client is the blocking one.
        .with_batch_exporter(exporter)
        .build())
}

/// The setting names the collector, as `OTEL_EXPORTER_OTLP_ENDPOINT` does; the path of the signal
/// is added (OTLP specification, "Endpoint URLs for OTLP/HTTP").
fn traces_endpoint(base: &Url) -> String {
    format!("{}/v1/traces", base.as_str().trim_end_matches('/'))
}
