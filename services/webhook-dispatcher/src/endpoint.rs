//! An endpoint, and what a school may set of it.

mod custom_headers;
pub mod health;
mod interest;
mod metadata;
mod passed_over;

use chrono::{DateTime, Utc};
use domain::api_key::RateLimit;
use domain::webhook::{EndpointStatus, RetryProfile, SigningScheme};
use domain::{EndpointId, OrgId};

use crate::error::DispatcherError;

pub use custom_headers::{CustomHeaders, HIDDEN, InvalidHeaders};
pub use health::{Bounds, Health};
pub use interest::{Address, Interest, MatchesNothing, Pattern};
pub use metadata::{InvalidMetadata, Metadata};
pub use passed_over::{PassedOver, stored as stored_passed_over};

/// Endpoints of one organisation, at most.
pub const MOST_ENDPOINTS: i64 = 50;

/// Where one partner of an organisation hears of events. Neither the secret nor the values of the
/// school's own headers are part of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Endpoint {
    pub id: EndpointId,
    pub organization_id: OrgId,
    pub url: String,
    pub description: Option<String>,
    pub interest: Interest,
    pub scheme: SigningScheme,
    pub status: EndpointStatus,
    /// Why it is disabled.
    pub disabled_reason: Option<String>,
    pub header_names: Vec<String>,
    pub metadata: Metadata,
    pub retries: RetryProfile,
    /// Attempts begun in a time, at most; none: as many as it takes.
    pub rate_limit: Option<RateLimit>,
    /// Events of one subject go one after another.
    pub in_order: bool,
    /// What its answers say of it. Not the school's to set.
    pub health: Health,
    /// Until then deliveries are signed with the secret before the present one, too.
    pub previous_secret_until: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

impl Endpoint {
    /// Paused, it is owed what is made for it now, and gets it when it is enabled; disabled, it may
    /// never.
    pub fn takes_deliveries(&self) -> Result<(), DispatcherError> {
        match self.status {
            EndpointStatus::Enabled | EndpointStatus::Paused => Ok(()),
            EndpointStatus::Disabled => {
                let reason = self.disabled_reason.clone();
                Err(DispatcherError::Disabled(reason.unwrap_or_default()))
            }
        }
    }
}
