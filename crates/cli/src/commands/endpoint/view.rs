//! An endpoint as this program shows it.

use chrono::{DateTime, Utc};
use contracts::convert::{InvalidMessage, instant};
use contracts::v1;
use serde::Serialize;

#[derive(Debug, Clone, Serialize)]
pub struct EndpointView {
    pub id: String,
    pub organization_id: String,
    pub url: String,
    pub description: Option<String>,
    pub event_types: Vec<String>,
    pub scheme: String,
    pub status: String,
    pub disabled_reason: Option<String>,
    pub created_at: DateTime<Utc>,
}

impl TryFrom<v1::Endpoint> for EndpointView {
    type Error = InvalidMessage;

    fn try_from(e: v1::Endpoint) -> Result<Self, InvalidMessage> {
        Ok(Self {
            id: e.id,
            organization_id: e.organization_id,
            url: e.url,
            description: e.description,
            event_types: e.event_types,
            scheme: e.scheme,
            status: e.status,
            disabled_reason: e.disabled_reason,
            created_at: instant("created_at", e.created_at)?,
        })
    }
}
