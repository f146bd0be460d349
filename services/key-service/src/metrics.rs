//! What this service counts.

use opentelemetry::KeyValue;
use opentelemetry::metrics::{Counter, Meter};

#[derive(Clone)]
pub struct KeyMetrics {
    lookups: Counter<u64>,
    changes: Counter<u64>,
    uses: Counter<u64>,
}

impl KeyMetrics {
    pub fn new(meter: &Meter) -> Self {
        Self {
            lookups: meter
                .u64_counter("gaf_key_lookups")
                .with_description("Look-ups by SHA-256, by whether there was such a key")
                .build(),
            changes: meter
                .u64_counter("gaf_key_changes")
                .with_description("Keys minted, rotated, limited and revoked")
                .build(),
            uses: meter
                .u64_counter("gaf_key_uses_recorded")
                .with_description("Last uses that replaced an earlier one")
                .build(),
        }
    }

    pub fn looked_up(&self, found: bool) {
        self.lookups.add(1, &[KeyValue::new("found", found)]);
    }

    pub fn minted(&self) {
        self.changes.add(1, &[KeyValue::new("act", "minted")]);
    }

    pub fn rotated(&self) {
        self.changes.add(1, &[KeyValue::new("act", "rotated")]);
    }

    pub fn limited(&self) {
        self.changes.add(1, &[KeyValue::new("act", "limited")]);
    }

    pub fn used(&self, keys: u32) {
        self.uses.add(keys.into(), &[]);
    }

    pub fn revoked(&self) {
        self.changes.add(1, &[KeyValue::new("act", "revoked")]);
    }
}
