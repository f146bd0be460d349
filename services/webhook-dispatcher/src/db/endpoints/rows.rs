//! Rows, and what they mean.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use domain::LocationId;
use domain::webhook::EndpointStatus;
use serde_json::Value;
use uuid::Uuid;

use crate::db::destinations::DestinationRow;
use crate::endpoint::{Endpoint, Interest};
use crate::error::DispatcherError;
use crate::schema::endpoints;

#[derive(Queryable, Selectable)]
#[diesel(table_name = endpoints, check_for_backend(diesel::pg::Pg))]
pub(super) struct EndpointRow {
    id: Uuid,
    organization_id: Uuid,
    url: String,
    description: Option<String>,
    event_types: Vec<String>,
    location_id: Option<Uuid>,
    scheme: String,
    status: String,
    disabled_reason: Option<String>,
    header_names: Vec<String>,
    metadata: Value,
    retries: String,
    previous_secret_until: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

/// What it takes to reach an endpoint, and to decide whether to.
#[derive(Queryable, Selectable)]
#[diesel(table_name = endpoints, check_for_backend(diesel::pg::Pg))]
pub struct SubscriberRow {
    pub id: Uuid,
    pub organization_id: Uuid,
    event_types: Vec<String>,
    location_id: Option<Uuid>,
    status: String,
    #[diesel(embed)]
    pub destination: DestinationRow,
}

impl SubscriberRow {
    pub fn interest(&self) -> Interest {
        interest(self.id, &self.event_types, self.location_id)
    }

    /// Whether anything is sent to it now.
    pub fn is_enabled(&self) -> bool {
        self.status == EndpointStatus::Enabled.as_str()
    }
}

/// A pattern that this version does not know is passed over: it matches none of its types.
fn interest(id: Uuid, event_types: &[String], location_id: Option<Uuid>) -> Interest {
    let patterns = event_types.iter().filter_map(|text| {
        let parsed = text.parse();
        if parsed.is_err() {
            tracing::warn!(endpoint_id = %id, pattern = text, "event type is not known");
        }
        parsed.ok()
    });
    Interest {
        patterns: patterns.collect(),
        location_id: location_id.map(LocationId),
    }
}

impl TryFrom<EndpointRow> for Endpoint {
    type Error = DispatcherError;

    fn try_from(row: EndpointRow) -> Result<Self, DispatcherError> {
        let unreadable = |column| DispatcherError::UnreadableRow { id: row.id, column };
        Ok(Self {
            id: row.id.into(),
            organization_id: row.organization_id.into(),
            interest: interest(row.id, &row.event_types, row.location_id),
            scheme: row.scheme.parse().map_err(|_| unreadable("scheme"))?,
            status: row.status.parse().map_err(|_| unreadable("status"))?,
            metadata: serde_json::from_value(row.metadata).map_err(|_| unreadable("metadata"))?,
            retries: row.retries.parse().map_err(|_| unreadable("retries"))?,
            url: row.url,
            description: row.description,
            disabled_reason: row.disabled_reason,
            header_names: row.header_names,
            previous_secret_until: row.previous_secret_until,
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
    }
}
