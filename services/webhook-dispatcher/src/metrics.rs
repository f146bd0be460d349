//! What this service counts and measures.

use opentelemetry::KeyValue;
use opentelemetry::metrics::{Counter, Gauge, Histogram, Meter};

use crate::commands::note_health::Change;
use crate::db::deliveries::Owed;
use crate::db::health::HealthCount;
use crate::db::partitions::Size;
use crate::delivery::attempt::Attempt;

#[derive(Clone)]
pub struct DispatcherMetrics {
    deliveries: Counter<u64>,
    recovered: Counter<u64>,
    recorded: Counter<u64>,
    attempts: Histogram<f64>,
    probes: Counter<u64>,
    endpoint_changes: Counter<u64>,
    endpoints: Gauge<u64>,
    in_flight: Gauge<u64>,
    held: Gauge<u64>,
    owed: Gauge<u64>,
    expired: Counter<u64>,
    log_bytes: Gauge<u64>,
    log_unplaced: Gauge<u64>,
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
            recovered: meter
                .u64_counter("gaf_deliveries_recovered")
                .with_description("Deliveries that recoveries gave rise to")
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
            probes: meter
                .u64_counter("gaf_endpoint_probes")
                .with_description("Attempts at failing endpoints, by outcome")
                .build(),
            endpoint_changes: meter
                .u64_counter("gaf_endpoint_health_changes")
                .with_description(
                    "Endpoints that failed, began to catch up, recovered or were disabled",
                )
                .build(),
            endpoints: meter
                .u64_gauge("gaf_endpoints")
                .with_description("Endpoints that are not disabled, by health, of all replicas")
                .build(),
            in_flight: meter
                .u64_gauge("gaf_deliveries_in_flight")
                .with_description("Attempts under way in this replica")
                .build(),
            held: meter
                .u64_gauge("gaf_deliveries_held")
                .with_description("Deliveries in the memory of this replica")
                .build(),
            expired: meter
                .u64_counter("gaf_deliveries_expired")
                .with_description("Deliveries that were owed for longer than the log is kept")
                .build(),
            log_bytes: meter
                .u64_gauge("gaf_log_size")
                .with_description("What the tables of the log take up on disk, by table")
                .with_unit("By")
                .build(),
            log_unplaced: meter
                .u64_gauge("gaf_log_unplaced_rows")
                .with_description("Rows of the log that no day was made for, up to 1000, by table")
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

    pub fn recovered(&self, deliveries: usize) {
        self.recovered.add(number(deliveries), &[]);
    }

    pub fn expired(&self, deliveries: usize) {
        self.expired.add(number(deliveries), &[]);
    }

    /// Of one table of the log.
    pub fn set_log(&self, size: &Size) {
        let of = [KeyValue::new("table", size.table.clone())];
        let number = |count: i64| u64::try_from(count).unwrap_or_default();
        self.log_bytes.record(number(size.bytes), &of);
        self.log_unplaced.record(number(size.unplaced), &of);
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

    /// `succeeded`, or why it failed.
    pub fn probed(&self, attempt: &Attempt) {
        let outcome = attempt.error().map_or("succeeded", |(kind, _)| kind);
        self.probes.add(1, &[KeyValue::new("outcome", outcome)]);
    }

    pub fn endpoint_changed(&self, change: Change) {
        let to = KeyValue::new("to", change.as_str());
        self.endpoint_changes.add(1, &[to]);
    }

    pub fn set_endpoints(&self, counts: Vec<HealthCount>) {
        for HealthCount { health, endpoints } in counts {
            let endpoints = u64::try_from(endpoints).unwrap_or_default();
            self.endpoints
                .record(endpoints, &[KeyValue::new("health", health)]);
        }
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
