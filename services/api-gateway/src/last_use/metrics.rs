//! What becomes of the uses that are noted.

use opentelemetry::KeyValue;
use opentelemetry::metrics::{Counter, Meter};

#[derive(Clone)]
pub(crate) struct LastUseMetrics(Counter<u64>);

impl LastUseMetrics {
    pub(crate) fn new(meter: &Meter) -> Self {
        let uses = meter
            .u64_counter("gaf_gateway_last_uses")
            .with_description("Last uses of keys, by whether key-service has heard of them");
        Self(uses.build())
    }

    /// Key-service has them.
    pub(super) fn reported(&self, uses: usize) {
        self.count(uses, "reported");
    }

    /// Key-service will not have them.
    pub(super) fn refused(&self, uses: usize) {
        self.count(uses, "refused");
    }

    /// There was no room for them.
    pub(super) fn dropped(&self, uses: usize) {
        self.count(uses, "dropped");
    }

    fn count(&self, uses: usize, outcome: &'static str) {
        let uses = u64::try_from(uses).unwrap_or(u64::MAX);
        self.0.add(uses, &[KeyValue::new("outcome", outcome)]);
    }
}
