//! An endpoint as this program shows it.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use contracts::convert::{InvalidMessage, instant, instant_optional};
use contracts::v1;
use domain::api_key::RateLimit;
use serde::Serialize;

use crate::commands::key::in_figures;
use crate::text::{Fields, time};

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
    #[serde(serialize_with = "in_figures")]
    pub rate_limit: Option<RateLimit>,
    pub in_order: bool,
    pub previous_secret_until: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
    /// What its answers say of it.
    pub health: String,
    pub failing_since: Option<DateTime<Utc>>,
    pub probe_at: Option<DateTime<Utc>>,
    /// Attempts a second, at most.
    pub catch_up_pace: Option<u32>,
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
            rate_limit: e.rate_limit.map(RateLimit::try_from).transpose()?,
            in_order: e.in_order,
            previous_secret_until: instant_optional(
                "previous_secret_until",
                e.previous_secret_until,
            )?,
            created_at: instant("created_at", e.created_at)?,
            health: e.health,
            failing_since: instant_optional("failing_since", e.failing_since)?,
            probe_at: instant_optional("probe_at", e.probe_at)?,
            catch_up_pace: e.catch_up_pace,
        })
    }
}

impl EndpointView {
    /// Its status, and what there is to know of it: why it is disabled, since when it fails.
    pub fn standing(&self) -> String {
        let known = match (&self.disabled_reason, self.failing_since) {
            (Some(reason), _) => reason.clone(),
            (None, Some(since)) => match (self.probe_at, self.catch_up_pace) {
                (Some(probe), _) => {
                    format!("failing since {}, tried next {}", time(since), time(probe))
                }
                (None, Some(pace)) => format!("catching up at {pace}/s"),
                (None, None) => format!("failing since {}", time(since)),
            },
            (None, None) => return self.status.clone(),
        };
        format!("{} ({known})", self.status)
    }

    /// Everything that is said of it.
    pub fn fields(&self) -> Fields {
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
            .with("status", self.standing())
            .with("retries", &self.retries);
        for (name, value) in [
            ("location", self.location_id.clone().unwrap_or_default()),
            (
                "rate",
                self.rate_limit
                    .map_or_else(String::new, |rate| rate.to_string()),
            ),
            (
                "order",
                if self.in_order {
                    "one after another, by subject"
                } else {
                    ""
                }
                .to_owned(),
            ),
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
