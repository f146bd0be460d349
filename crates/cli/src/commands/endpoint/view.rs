//! An endpoint as this program shows it.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use contracts::convert::{InvalidMessage, instant, instant_optional};
use contracts::v1;
use serde::Serialize;

use crate::text::Fields;

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
    pub location_id: Option<String>,
    /// Of its own headers only the names are ever shown.
    pub header_names: Vec<String>,
    pub metadata: BTreeMap<String, String>,
    pub retries: String,
    pub previous_secret_until: Option<DateTime<Utc>>,
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
            location_id: e.location_id,
            header_names: e.header_names,
            metadata: e.metadata.into_iter().collect(),
            retries: e.retries,
            previous_secret_until: instant_optional(
                "previous_secret_until",
                e.previous_secret_until,
            )?,
            created_at: instant("created_at", e.created_at)?,
        })
    }
}

impl EndpointView {
    /// Everything that is said of it.
    pub fn fields(&self) -> Fields {
        let status = match &self.disabled_reason {
            Some(reason) => format!("{} ({reason})", self.status),
            None => self.status.clone(),
        };
        let notes: Vec<_> = self
            .metadata
            .iter()
            .map(|(n, v)| format!("{n}={v}"))
            .collect();
        let mut fields = Fields::default()
            .with("id", &self.id)
            .with("url", &self.url)
            .with("events", self.event_types.join(", "))
            .with("signed", &self.scheme)
            .with("status", status)
            .with("retries", &self.retries);
        for (name, value) in [
            ("location", self.location_id.clone().unwrap_or_default()),
            ("headers", self.header_names.join(", ")),
            ("metadata", notes.join(", ")),
        ] {
            if !value.is_empty() {
                fields = fields.with(name, value);
            }
        }
        fields
    }
}
