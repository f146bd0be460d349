//! The audit chain: one for each school. Every entry carries the hash of the one before it, so
//! none can be changed, left out or put in without all that follow changing.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::signing::{Payload, Sha256Digest};
use crate::vocabulary::vocabulary;
use crate::{OrgId, Refusal, VtrId};

vocabulary! {
    /// What happened to a record.
    ChainEvent, "audit event" { Issued => "issued", Superseded => "superseded", Revoked => "revoked" }
}

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChainEntry {
    pub organization_id: OrgId,
    /// From 1, without gaps.
    pub sequence: i64,
    pub event: ChainEvent,
    pub vtr_id: VtrId,
    /// Of the record's manifest.
    pub manifest_sha256: Sha256Digest,
    pub at: DateTime<Utc>,
    /// The `chain_hash` of the entry before; none for the first.
    pub prev_hash: Option<Sha256Digest>,
    /// The SHA-256 of everything above, in canonical form.
    pub chain_hash: Sha256Digest,
}

/// Where a record stands in the chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChainLink {
    pub sequence: i64,
    pub prev_hash: Option<Sha256Digest>,
    pub chain_hash: Sha256Digest,
}

#[derive(Serialize)]
struct Hashed {
    schema: &'static str,
    organization_id: OrgId,
    sequence: i64,
    event: ChainEvent,
    vtr_id: VtrId,
    manifest_sha256: Sha256Digest,
    at: DateTime<Utc>,
    prev_hash: Option<Sha256Digest>,
}

impl ChainEntry {
    /// The entry that follows upon `last`; none is before the first.
    ///
    /// # Errors
    /// When it has no canonical form.
    pub fn follow(
        last: Option<&Self>,
        organization_id: OrgId,
        event: ChainEvent,
        vtr_id: VtrId,
        manifest_sha256: Sha256Digest,
        at: DateTime<Utc>,
    ) -> Result<Self, Refusal> {
        let mut entry = Self {
            organization_id,
            sequence: last.map_or(0, |last| last.sequence) + 1,
            event,
            vtr_id,
            manifest_sha256,
            at,
            prev_hash: last.map(|last| last.chain_hash),
            chain_hash: Sha256Digest([0; 32]),
        };
        entry.chain_hash = entry.hash()?;
        Ok(entry)
    }

    pub fn link(&self) -> ChainLink {
        ChainLink {
            sequence: self.sequence,
            prev_hash: self.prev_hash,
            chain_hash: self.chain_hash,
        }
    }

    /// Whether the entry has its own hash, and that of `before`, which is the one before it.
    pub fn holds(&self, before: Option<&Self>) -> bool {
        self.hash().is_ok_and(|hash| hash == self.chain_hash)
            && self.prev_hash == before.map(|before| before.chain_hash)
            && self.sequence == before.map_or(0, |before| before.sequence) + 1
    }

    fn hash(&self) -> Result<Sha256Digest, Refusal> {
        let hashed = Hashed {
            schema: "gaflight.chain.v1",
            organization_id: self.organization_id,
            sequence: self.sequence,
            event: self.event,
            vtr_id: self.vtr_id,
            manifest_sha256: self.manifest_sha256,
            at: self.at,
            prev_hash: self.prev_hash,
        };
        Ok(Payload::of(&hashed)?.sha256)
    }
}
