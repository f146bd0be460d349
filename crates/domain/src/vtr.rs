//! Verified Training Records: a pack of signed training records, itself signed, and anchored in
//! the school's audit chain.
//!
//! `issued → superseded | revoked`, both final. That a pack no longer fits what it lists is the
//! result of a check, not a state.

mod chain;
mod issue;
mod manifest;
#[cfg(test)]
mod tests;
mod verify;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::signing::{Sha256Digest, Signature};
use crate::training::Revocation;
use crate::vocabulary::vocabulary;
use crate::{EnrollmentId, OrgId, PersonId, ProgramId, Refusal, VtrId};

pub use chain::{ChainEntry, ChainEvent, ChainLink};
pub use issue::{NewVtr, Unsigned};
pub use manifest::{Manifest, ManifestFile};
pub use verify::{Check, Evidence, Problem};

vocabulary! {
    VtrStatus, "VTR status" { Issued => "issued", Superseded => "superseded", Revoked => "revoked" }
}

vocabulary! {
    /// Whether a pack still fits what it lists.
    Integrity, "integrity" {
        Verified => "verified", Mismatch => "mismatch", NotChecked => "not_checked",
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vtr {
    pub id: VtrId,
    pub organization_id: OrgId,
    pub version: i64,
    pub status: VtrStatus,
    pub content: VtrContent,
    pub manifest: Manifest,
    /// Of the manifest: its `payload_sha256` is what partners know as `manifest_sha256`.
    pub signature: Signature,
    pub chain: ChainLink,
    /// What the last check found; none before the first.
    pub check: Option<Check>,
    pub superseded_by_id: Option<VtrId>,
    pub revocation: Option<Revocation>,
    pub external_reference: Option<String>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// What the pack says of itself, in its file `record.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VtrContent {
    pub student_id: PersonId,
    pub enrollment_id: EnrollmentId,
    pub program_id: ProgramId,
    pub program_revision: i32,
    /// The school's name on the day: a school that is renamed later issued it under this one.
    pub issuer_name: String,
    pub issued_by_id: PersonId,
    pub issued_at: DateTime<Utc>,
    /// The days of the first and the last signoff that may be in it, both included.
    pub period_from: NaiveDate,
    pub period_to: NaiveDate,
    /// Signed signoffs at issue.
    pub signoff_count: i32,
    pub supersedes_id: Option<VtrId>,
    /// The first of the records that superseded one another: at most one of them is `issued`.
    pub root_id: VtrId,
}

impl Vtr {
    pub fn integrity(&self) -> Integrity {
        self.check
            .as_ref()
            .map_or(Integrity::NotChecked, |check| check.integrity)
    }

    pub fn manifest_sha256(&self) -> Sha256Digest {
        self.signature.payload_sha256
    }

    /// `issued → superseded`.
    ///
    /// # Errors
    /// A record that no longer stands.
    pub fn supersede(self, by: VtrId, now: DateTime<Utc>) -> Result<Self, Refusal> {
        self.require_issued("superseded")?;
        Ok(Self {
            status: VtrStatus::Superseded,
            superseded_by_id: Some(by),
            ..self.touched(now)
        })
    }

    /// `issued → revoked`.
    ///
    /// # Errors
    /// A record that no longer stands, or no reason.
    pub fn revoke(self, by: PersonId, reason: &str, now: DateTime<Utc>) -> Result<Self, Refusal> {
        self.require_issued("revoked")?;
        let revocation = Revocation::new(by, reason, now)?;
        Ok(Self {
            status: VtrStatus::Revoked,
            revocation: Some(revocation),
            ..self.touched(now)
        })
    }

    /// Writes down what a check found.
    #[must_use]
    pub fn checked(self, check: Check, now: DateTime<Utc>) -> Self {
        Self {
            check: Some(check),
            ..self.touched(now)
        }
    }

    fn require_issued(&self, attempted: &'static str) -> Result<(), Refusal> {
        if self.status == VtrStatus::Issued {
            return Ok(());
        }
        Err(Refusal::InvalidTransition {
            what: "VTR",
            from: self.status.as_str(),
            attempted,
        })
    }

    fn touched(self, now: DateTime<Utc>) -> Self {
        Self {
            version: self.version + 1,
            updated_at: now,
            ..self
        }
    }
}
