//! Organisations and their bases.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{LocationId, OrgId};

/// A flight school.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Organization {
    pub id: OrgId,
    pub version: i64,
    pub name: String,
    /// IANA zone, `America/Los_Angeles`.
    pub timezone: String,
    /// ISO 4217.
    pub currency: String,
    /// ISO 3166-1 alpha-2.
    pub country: String,
    pub policy: Policy,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// The rules a school sets for itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    /// Whoever approves a flight is not whoever submitted it.
    pub approver_differs_from_submitter: bool,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            approver_differs_from_submitter: true,
        }
    }
}

/// A base.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Location {
    pub id: LocationId,
    pub organization_id: OrgId,
    pub version: i64,
    pub name: String,
    /// The base's short code, mostly its airport: `KPAO`.
    pub code: String,
    pub icao_code: Option<String>,
    pub timezone: String,
    pub address: Option<String>,
    pub active: bool,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}
