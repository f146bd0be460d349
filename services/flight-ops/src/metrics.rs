//! What the service counts.

use std::time::Duration;

use opentelemetry::KeyValue;
use opentelemetry::metrics::{Counter, Gauge, Histogram, Meter};
use store::outbox::Owed;

#[derive(Clone)]
pub struct Metrics {
    commands: Counter<u64>,
    seconds: Histogram<f64>,
    rows_owed: Gauge<u64>,
    oldest_owed: Gauge<f64>,
}

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    Executed,
    AlreadyApplied,
    /// The caller was wrong.
    Refused,
    /// We were.
    Failed,
}

impl Ending {
    fn as_str(self) -> &'static str {
        match self {
            Self::Executed => "executed",
            Self::AlreadyApplied => "already_applied",
            Self::Refused => "refused",
            Self::Failed => "failed",
        }
    }
}

impl Metrics {
    pub fn new(meter: &Meter) -> Self {
        let commands = meter.u64_counter("flight_ops_commands");
        let seconds = meter
            .f64_histogram("flight_ops_command_duration")
            .with_unit("s");
        let rows_owed = meter.u64_gauge("flight_ops_outbox_rows");
        let oldest_owed = meter.f64_gauge("flight_ops_outbox_oldest").with_unit("s");
        Self {
            commands: commands
                .with_description("Commands and queries, by name and outcome")
                .build(),
            seconds: seconds
                .with_description("From the request to its answer")
                .build(),
            rows_owed: rows_owed
                .with_description("Messages not published yet")
                .build(),
            oldest_owed: oldest_owed
                .with_description("Age of the oldest of them")
                .build(),
        }
    }

    pub fn ended(&self, name: &'static str, ending: Ending, took: Duration) {
        let labels = [
            KeyValue::new("command", name),
            KeyValue::new("outcome", ending.as_str()),
        ];
        self.commands.add(1, &labels);
        self.seconds.record(took.as_secs_f64(), &labels[..1]);
    }

    pub fn owed(&self, owed: Owed) {
        self.rows_owed
            .record(u64::try_from(owed.rows).unwrap_or_default(), &[]);
        self.oldest_owed
            .record(owed.oldest.unwrap_or_default().as_secs_f64(), &[]);
    }
}
