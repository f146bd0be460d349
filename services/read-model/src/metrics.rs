//! What operators watch.

use chrono::{DateTime, Utc};
use opentelemetry::KeyValue;
use opentelemetry::metrics::{Counter, Histogram, Meter};

/// The service's instruments. Clones share them.
#[derive(Clone)]
pub struct Metrics {
    messages: Counter<u64>,
    lag: Histogram<f64>,
}

/// What became of the messages of one batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    pub applied: usize,
    /// Known already, in this version or a newer one.
    pub ignored: usize,
    pub dead: usize,
}

impl Metrics {
    pub fn new(meter: &Meter) -> Self {
        Self {
            messages: meter
                .u64_counter("read_model_messages")
                .with_description("Messages handled, by queue and outcome (applied, ignored, dead)")
                .build(),
            lag: meter
                .f64_histogram("read_model_lag")
                .with_unit("s")
                .with_description(
                    "From the change of a record or the event to its document being committed",
                )
                .with_boundaries(vec![
                    0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 60.0, 600.0,
                ])
                .build(),
        }
    }

    pub(crate) fn count(&self, queue: &'static str, tally: Tally) {
        let outcomes = [
            ("applied", tally.applied),
            ("ignored", tally.ignored),
            ("dead", tally.dead),
        ];
        for (outcome, count) in outcomes {
            let labels = [
                KeyValue::new("queue", queue),
                KeyValue::new("outcome", outcome),
            ];
            self.messages
                .add(u64::try_from(count).unwrap_or(u64::MAX), &labels);
        }
    }

    pub(crate) fn lag(&self, queue: &'static str, since: DateTime<Utc>, now: DateTime<Utc>) {
        // Another machine's clock may be ahead.
        let lag = (now - since).to_std().unwrap_or_default();
        self.lag
            .record(lag.as_secs_f64(), &[KeyValue::new("queue", queue)]);
    }
}
