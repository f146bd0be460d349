//! An endpoint, and what a school may set of it.

mod custom_headers;
mod interest;
mod metadata;

use chrono::{DateTime, Utc};
use domain::webhook::{EndpointStatus, RetryProfile, SigningScheme};
use domain::{EndpointId, OrgId};

pub use custom_headers::{CustomHeaders, InvalidHeaders};
pub use interest::{Address, Interest, MatchesNothing, Pattern};
pub use metadata::{InvalidMetadata, Metadata};

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
    /// Until then deliveries are signed with the secret before the present one, too.
    pub previous_secret_until: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}
