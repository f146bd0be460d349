//! What this service counts.

use std::time::Duration;

use opentelemetry::KeyValue;
use opentelemetry::metrics::{Counter, Histogram, Meter};

#[derive(Clone)]
pub(crate) struct GatewayMetrics {
    requests: Counter<u64>,
    duration: Histogram<f64>,
    key_cache: Counter<u64>,
}

impl GatewayMetrics {
    pub(crate) fn new(meter: &Meter) -> Self {
        let boundaries = vec![
            0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0,
        ];
        Self {
            requests: meter
                .u64_counter("gaf_gateway_requests")
                .with_description("Requests answered, by API, route, method and status")
                .build(),
            duration: meter
                .f64_histogram("gaf_gateway_request_duration")
                .with_description("Time from the head of a request to the head of its answer")
                .with_unit("s")
                .with_boundaries(boundaries)
                .build(),
            key_cache: meter
                .u64_counter("gaf_gateway_key_cache")
                .with_description("Keys asked for, by whether the answer was in memory")
                .build(),
        }
    }

    /// `route` is a template of the table of `api`, so that the number of series stays small.
    pub(crate) fn answered(
        &self,
        api: &'static str,
        route: &'static str,
        method: &'static str,
        status: u16,
        took: Duration,
    ) {
        let labels = [
            KeyValue::new("api", api),
            KeyValue::new("route", route),
            KeyValue::new("method", method),
        ];
        self.duration.record(took.as_secs_f64(), &labels);
        let [api, route, method] = labels;
        let status = KeyValue::new("status", i64::from(status));
        self.requests.add(1, &[api, route, method, status]);
    }

    pub(crate) fn key_asked(&self, in_memory: bool) {
        let outcome = if in_memory { "hit" } else { "miss" };
        self.key_cache.add(1, &[KeyValue::new("outcome", outcome)]);
    }
}
