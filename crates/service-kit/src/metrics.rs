//! OpenTelemetry instruments, read as a Prometheus page.

use opentelemetry::metrics::{Meter, MeterProvider};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::metrics::SdkMeterProvider;
use prometheus::{Registry, TextEncoder};

/// A service's metrics. Clones share them.
#[derive(Clone)]
pub struct Metrics {
    service: &'static str,
    registry: Registry,
    provider: SdkMeterProvider,
}

impl Metrics {
    pub fn new(service: &'static str) -> Self {
        let registry = Registry::new();
        let builder = SdkMeterProvider::builder()
            .with_resource(Resource::builder().with_service_name(service).build());
        let exporter = opentelemetry_prometheus::exporter()
            .with_registry(registry.clone())
            .scope_info_enabled(false)
            .build();
        let provider = match exporter {
            Ok(exporter) => builder.with_reader(exporter).build(),
            Err(error) => {
                // Only a second exporter in the same registry fails, and this one is new.
                tracing::error!(%error, "metrics are not exported");
                builder.build()
            }
        };
        Self {
            service,
            registry,
            provider,
        }
    }

    /// Makes the service's instruments.
    pub fn meter(&self) -> Meter {
        self.provider.meter(self.service)
    }

    /// The page, in Prometheus's text format.
    ///
    /// # Errors
    /// When a metric has no valid form in that format, such as two instruments of one name.
    pub fn page(&self) -> Result<String, prometheus::Error> {
        TextEncoder::new().encode_to_string(&self.registry.gather())
    }
}
