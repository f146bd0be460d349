//! What is counted of the limits. A request adds to a number; the instruments read it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use opentelemetry::KeyValue;
use opentelemetry::metrics::{AsyncInstrument, Meter};

use super::Limits;
use super::subject::Subject;

/// Of one kind of subject.
#[derive(Debug, Default)]
struct Count {
    admitted: AtomicU64,
    refused: AtomicU64,
}

#[derive(Debug, Default)]
pub(super) struct Counts {
    keys: Count,
    organizations: Count,
    addresses: Count,
    waited: AtomicU64,
    unheard: AtomicU64,
}

impl Counts {
    pub(super) fn admitted(&self, subject: Subject) {
        self.of(subject).admitted.fetch_add(1, Relaxed);
    }

    pub(super) fn refused(&self, subject: Subject) {
        self.of(subject).refused.fetch_add(1, Relaxed);
    }

    /// A request waited until the others could know of earlier ones.
    pub(super) fn waited(&self) {
        self.waited.fetch_add(1, Relaxed);
    }

    /// It was in vain.
    pub(super) fn unheard(&self) {
        self.unheard.fetch_add(1, Relaxed);
    }

    fn of(&self, subject: Subject) -> &Count {
        match subject {
            Subject::Key(_) => &self.keys,
            Subject::Organization(_) => &self.organizations,
            Subject::Address(_) => &self.addresses,
        }
    }

    fn observe(&self, to: &dyn AsyncInstrument<u64>) {
        for (subject, count) in [
            ("key", &self.keys),
            ("organization", &self.organizations),
            ("address", &self.addresses),
        ] {
            for (outcome, count) in [("admitted", &count.admitted), ("refused", &count.refused)] {
                let labels = [
                    KeyValue::new("subject", subject),
                    KeyValue::new("outcome", outcome),
                ];
                to.observe(count.load(Relaxed), &labels);
            }
        }
    }
}

impl Limits {
    /// Makes the instruments, which live as long as the meter's provider.
    pub(crate) fn observe(self: &Arc<Self>, meter: &Meter) {
        let limits = self.clone();
        meter
            .u64_observable_counter("gaf_gateway_limits")
            .with_description("Tokens asked for, by whose bucket and whether there was one")
            .with_callback(move |to| limits.counts.observe(to))
            .build();
        let limits = self.clone();
        meter
            .u64_observable_counter("gaf_gateway_limit_waits")
            .with_description(
                "Requests that waited until other replicas could know of earlier ones",
            )
            .with_callback(move |to| to.observe(limits.counts.waited.load(Relaxed), &[]))
            .build();
        let limits = self.clone();
        meter
            .u64_observable_counter("gaf_gateway_limit_unheard")
            .with_description("Requests refused because other replicas could not be told")
            .with_callback(move |to| to.observe(limits.counts.unheard.load(Relaxed), &[]))
            .build();
        let limits = self.clone();
        meter
            .u64_observable_gauge("gaf_gateway_limit_replicas")
            .with_description(
                "Replicas that keep the limits together; 0 before this one is of them",
            )
            .with_callback(move |to| to.observe(limits.replicas.load(Relaxed).into(), &[]))
            .build();
    }
}
