//! Rows, and what they mean.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use domain::LocationId;
use domain::api_key::{InvalidRateLimit, RateLimit};
use domain::webhook::EndpointStatus;
use serde_json::Value;
use uuid::Uuid;

use crate::db::destinations::DestinationRow;
use crate::db::health::HealthColumns;
use crate::endpoint::{Address, Endpoint, Interest, PassedOver};
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
    rate_requests: Option<i32>,
    rate_seconds: Option<i32>,
    in_order: bool,
    previous_secret_until: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    #[diesel(embed)]
    health: HealthColumns,
}

/// What it takes to reach an endpoint, and to decide whether to.
#[derive(Queryable, Selectable)]
#[diesel(table_name = endpoints, check_for_backend(diesel::pg::Pg))]
pub struct SubscriberRow {
    pub id: Uuid,
    pub organization_id: Uuid,
    pub event_types: Vec<String>,
    pub location_id: Option<Uuid>,
    pub status: String,
    pub rate_requests: Option<i32>,
    pub in_order: bool,
    pub updated_at: DateTime<Utc>,
    #[diesel(embed)]
    pub destination: DestinationRow,
}

impl SubscriberRow {
    pub fn interest(&self) -> Interest {
        interest(self.id, &self.event_types, self.location_id)
    }

    /// Whether what is so addressed is owed to it; `interest` is its own.
    pub fn is_owed(&self, interest: &Interest, address: &Address) -> Result<(), PassedOver> {
        interest.judge(self.id.into(), address)?;
        if self.status == EndpointStatus::Disabled.as_str() {
            return Err(PassedOver::Disabled);
        }
        Ok(())
    }

    /// Whether anything is sent to it now.
    pub fn is_enabled(&self) -> bool {
        self.status == EndpointStatus::Enabled.as_str()
    }

    /// Whether what comes can be sent at once, as far as is known before its row is locked. What is
    /// unusual about an endpoint is the claims' to observe.
    pub fn is_plain(&self) -> bool {
        self.is_enabled()
            && self.destination.is_healthy()
            && self.rate_requests.is_none()
            && !self.in_order
    }

    /// Whether a look at the table is worth while when something was written for it. What is sent at
    /// a rate need not be looked for at once.
    pub fn is_worth_a_look(&self) -> bool {
        self.is_enabled() && self.destination.is_healthy() && self.rate_requests.is_none()
    }
}

/// None where the columns are null.
fn rate_limit(
    requests: Option<i32>,
    seconds: Option<i32>,
) -> Result<Option<RateLimit>, InvalidRateLimit> {
    let number = |value: i32| u32::try_from(value).unwrap_or_default();
    let both = requests.zip(seconds);
    both.map(|(requests, seconds)| RateLimit::new(number(requests), number(seconds)))
        .transpose()
}

/// A pattern that this version does not know is passed over: it matches none of its types.
fn interest(id: Uuid, event_types: &[String], location_id: Option<Uuid>) -> Interest {
    let patterns = event_types.iter().filter_map(|text| {
        let parsed = text.parse();
        if parsed.is_err() {
            tracing::debug!(endpoint_id = %id, pattern = text, "event type is not known");
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
            health: (&row.health).into(),
            retries: row.retries.parse().map_err(|_| unreadable("retries"))?,
            rate_limit: rate_limit(row.rate_requests, row.rate_seconds)
                .map_err(|_| unreadable("rate_requests"))?,
            in_order: row.in_order,
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
