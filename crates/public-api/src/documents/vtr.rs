//! `vtr`: Verified Training Records, by what is known of them.

use chrono::NaiveDate;
use domain::signing::{Sha256Digest, SignatureAlgorithm};
use domain::vtr::{Integrity, Vtr, VtrStatus};
use domain::{OrgId, PersonId, ProgramId, SigningKeyId, VtrId};
use schemars::JsonSchema;
use serde::Serialize;

use super::Timestamp;

/// Hexadecimal digits of a chain hash that are shown.
const PREFIX: usize = 16;

/// A Verified Training Record: a pack of signed training records, itself signed and anchored in
/// the school's audit chain. What is in the pack is not given.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct VtrDocument<'a> {
    pub id: VtrId,
    pub student_id: PersonId,
    pub program_id: ProgramId,
    pub issuer: IssuerFields<'a>,
    pub status: VtrStatus,
    /// What the last check found. A mismatch is no state: the record may still be issued.
    pub integrity: Integrity,
    pub issued_at: Timestamp,
    /// The first day whose signoffs may be in it.
    pub period_from: NaiveDate,
    /// The last day whose signoffs may be in it.
    pub period_to: NaiveDate,
    /// Signed signoffs at issue.
    pub signoff_count: i32,
    /// Of the last check; null before the first.
    pub signoffs_valid: Option<i32>,
    /// Of the last check; null before the first.
    pub signoffs_tampered: Option<i32>,
    pub manifest_sha256: Sha256Digest,
    pub signature_algorithm: SignatureAlgorithm,
    pub signing_key_id: SigningKeyId,
    /// The record that took its place.
    pub superseded_by_id: Option<VtrId>,
    pub revoked_at: Option<Timestamp>,
    pub revocation_reason: Option<&'a str>,
    /// Where anybody may verify it; null where the school has no such page.
    pub verify_url: Option<&'a str>,
    /// The beginning of its hash in the school's audit chain.
    pub chain_hash_prefix: String,
    pub external_reference: Option<&'a str>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// Who issued it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct IssuerFields<'a> {
    pub org_id: OrgId,
    /// What the school was called on the day.
    pub name_snapshot: &'a str,
}

impl<'a> From<&'a Vtr> for VtrDocument<'a> {
    fn from(vtr: &'a Vtr) -> Self {
        let (content, check) = (&vtr.content, vtr.check.as_ref());
        let revocation = vtr.revocation.as_ref();
        let mut chain_hash = vtr.chain.chain_hash.to_string();
        chain_hash.truncate(PREFIX);
        Self {
            id: vtr.id,
            student_id: content.student_id,
            program_id: content.program_id,
            issuer: IssuerFields {
                org_id: vtr.organization_id,
                name_snapshot: &content.issuer_name,
            },
            status: vtr.status,
            integrity: vtr.integrity(),
            issued_at: Timestamp(content.issued_at),
            period_from: content.period_from,
            period_to: content.period_to,
            signoff_count: content.signoff_count,
            signoffs_valid: check.map(|check| check.signoffs_valid),
            signoffs_tampered: check.map(|check| check.signoffs_tampered),
            manifest_sha256: vtr.manifest_sha256(),
            signature_algorithm: vtr.signature.algorithm,
            signing_key_id: vtr.signature.key_id,
            superseded_by_id: vtr.superseded_by_id,
            revoked_at: revocation.map(|revocation| Timestamp(revocation.at)),
            revocation_reason: revocation.map(|revocation| revocation.reason.as_str()),
            verify_url: None,
            chain_hash_prefix: chain_hash,
            external_reference: vtr.external_reference.as_deref(),
            created_at: Timestamp(vtr.created_at),
            updated_at: Timestamp(vtr.updated_at),
        }
    }
}

#[cfg(test)]
mod tests;
