//! Organisations and their bases.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::{Uuid, uuid};

use crate::{LocationId, OrgId};

/// The namespace of sandboxes' ids. It never changes: another would part every live organisation
/// from its sandbox.
const SANDBOXES: Uuid = uuid!("f8c75b5c-789e-43d0-aaee-4623033db2b0");

impl OrgId {
    /// The organisation whose synthetic data a `tf_test_` key of this one reads: the version 5
    /// UUID of a fixed namespace and the 16 bytes of this id. Live organisations have ids of
    /// other versions, so no sandbox is ever one of them, nor this one.
    #[must_use]
    pub fn sandbox(self) -> Self {
        Self(Uuid::new_v5(&SANDBOXES, self.0.as_bytes()))
    }

    /// Whether this is the id of a sandbox: a UUID of version 5.
    #[must_use]
    pub fn is_sandbox(self) -> bool {
        self.0.get_version_num() == 5
    }
}

impl LocationId {
    /// The base in `sandbox` that stands for this one of the live organisation: the version 5 UUID
    /// of the sandbox's id and the 16 bytes of this one.
    #[must_use]
    pub fn in_sandbox(self, sandbox: OrgId) -> Self {
        Self(Uuid::new_v5(&sandbox.0, self.0.as_bytes()))
    }
}

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

#[cfg(test)]
mod tests;
