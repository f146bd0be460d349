//! Rows as they are read.

use uuid::Uuid;

use super::{DELETED, Endpoint, Tables};
use crate::db::destinations::DestinationRow;
use crate::db::endpoints::SubscriberRow;
use crate::db::health::HealthColumns;

impl Tables {
    /// `db::endpoints::subscribers`.
    pub(in crate::simulation) fn subscribers(&self, organizations: &[Uuid]) -> Vec<SubscriberRow> {
        self.endpoints
            .iter()
            .filter(|(_, row)| organizations.contains(&row.organization))
            .filter(|(_, row)| row.status != DELETED)
            .map(|(id, row)| SubscriberRow {
                id: *id,
                organization_id: row.organization,
                event_types: vec!["*".to_owned()],
                location_id: None,
                status: row.status.to_owned(),
                rate_requests: row
                    .rate
                    .map(|(requests, _)| i32::try_from(requests).unwrap()),
                in_order: row.in_order,
                updated_at: row.updated_at,
                destination: destination(row),
            })
            .collect()
    }
}

/// Nobody dials it: the courier of the simulation looks at the endpoint's id.
pub(super) fn destination(row: &Endpoint) -> DestinationRow {
    let health = HealthColumns::from(row.health);
    DestinationRow {
        url: String::new(),
        scheme: "ga".to_owned(),
        secret_ciphertext: Vec::new(),
        secret_key_id: String::new(),
        previous_secret_ciphertext: None,
        previous_secret_key_id: None,
        previous_secret_until: None,
        headers_ciphertext: None,
        headers_key_id: None,
        retries: row.retries.to_owned(),
        health: health.health,
        consecutive_failures: health.consecutive_failures,
    }
}
