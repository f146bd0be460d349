//! What this service counts and measures.

use opentelemetry::KeyValue;
use opentelemetry::metrics::{Counter, Gauge, Histogram, Meter};

use crate::db::deliveries::Owed;
use crate::delivery::attempt::Attempt;

#[derive(Clone)]
pub struct DispatcherMetrics {
    deliveries: Counter<u64>,
    recorded: Counter<u64>,
    attempts: Histogram<f64>,
    in_flight: Gauge<u64>,
    held: Gauge<u64>,
    owed: Gauge<u64>,
    oldest_owed: Gauge<f64>,
}

/// Upper bounds in seconds, from a receiver next door to the deadline.
const DURATIONS: [f64; 12] = [
    0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 15.0,
];

impl DispatcherMetrics {
    pub fn new(meter: &Meter) -> Self {
        Self {
            deliveries: meter
                .u64_counter("gaf_deliveries_created")
                .with_description("Deliveries that events gave rise to")
                .build(),
            recorded: meter
                .u64_counter("gaf_delivery_outcomes")
                .with_description("Attempts whose outcome was recorded, by outcome")
                .build(),
            attempts: meter
                .f64_histogram("gaf_delivery_attempt_duration")
                .with_description("Time of an attempt, by outcome")
                .with_unit("s")
                .with_boundaries(DURATIONS.to_vec())
                .build(),
            in_flight: meter
                .u64_gauge("gaf_deliveries_in_flight")
                .with_description("Attempts under way in this replica")
                .build(),
            held: meter
                .u64_gauge("gaf_deliveries_held")
                .with_description("Deliveries in the memory of this replica")
                .build(),
            owed: meter
                .u64_gauge("gaf_deliveries_owed")
                .with_description(
                    "Deliveries that have neither arrived nor failed, of all replicas",
                )
                .build(),
            oldest_owed: meter
                .f64_gauge("gaf_deliveries_oldest_owed_age")
                .with_description("Time since the oldest of them came to be")
                .with_unit("s")
                .build(),
        }
    }

    pub fn fanned_out(&self, deliveries: usize) {
        self.deliveries.add(number(deliveries), &[]);
    }

    pub fn attempted(&self, attempt: &Attempt) {
        let outcome = attempt.error().map_or("succeeded", |(kind, _)| kind);
        self.attempts.record(
            attempt.duration.as_secs_f64(),
            &[KeyValue::new("outcome", outcome)],
        );
    }

    /// `succeeded`, `retried`, `failed` for good, or `lease_lost`.
    pub fn recorded(&self, outcome: &'static str) {
        self.recorded.add(1, &[KeyValue::new("outcome", outcome)]);
    }

    pub fn set_in_flight(&self, attempts: usize) {
        self.in_flight.record(number(attempts), &[]);
    }

    pub fn set_held(&self, deliveries: usize) {
        self.held.record(number(deliveries), &[]);
    }

    pub fn set_owed(&self, owed: Owed) {
        self.owed
            .record(u64::try_from(owed.deliveries).unwrap_or_default(), &[]);
        self.oldest_owed
            .record(owed.oldest_seconds.unwrap_or_default().max(0.0), &[]);
    }
}

fn number(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}
