//! Signatures of training records: Ed25519 (RFC 8032) over the SHA-256 of a canonical payload.
//!
//! Nothing here holds a private key: the system of record signs, everybody can verify.

mod bytes;

use chrono::{DateTime, Utc};
use ed25519_dalek::{Signature as DalekSignature, VerifyingKey};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::canonical::{NotCanonical, canonical_json};
use crate::vocabulary::vocabulary;
use crate::{OrgId, SigningKeyId};

pub use bytes::{InvalidHex, PublicKey, Sha256Digest, SignatureBytes};

vocabulary! {
    SignatureAlgorithm, "signature algorithm" { Ed25519 => "Ed25519" }
}

/// A signature by a school. The message that was signed is the 32 bytes of `payload_sha256`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signature {
    pub algorithm: SignatureAlgorithm,
    pub key_id: SigningKeyId,
    pub payload_sha256: Sha256Digest,
    pub value: SignatureBytes,
}

/// The public half of a key that a school signs with. It stays when the key is retired: what it
/// signed remains signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SigningKey {
    pub id: SigningKeyId,
    pub organization_id: OrgId,
    pub algorithm: SignatureAlgorithm,
    pub public_key: PublicKey,
    pub created_at: DateTime<Utc>,
    /// None for the key that signs.
    pub retired_at: Option<DateTime<Utc>>,
}

/// Bytes that stand for a content, and their hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payload {
    pub bytes: Vec<u8>,
    pub sha256: Sha256Digest,
}

impl Payload {
    /// # Errors
    /// When the content has no canonical form.
    pub fn of(content: &impl Serialize) -> Result<Self, NotCanonical> {
        let bytes = canonical_json(content)?;
        let sha256 = Sha256Digest::of(&bytes);
        Ok(Self { bytes, sha256 })
    }
}

impl Sha256Digest {
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }
}

impl PublicKey {
    /// Whether `value` is this key's signature of `digest`. Strict: a key or a signature that
    /// could be read in two ways is refused (`verify_strict` of ed25519-dalek).
    pub fn verifies(&self, digest: &Sha256Digest, value: &SignatureBytes) -> bool {
        let Ok(key) = VerifyingKey::from_bytes(&self.0) else {
            return false;
        };
        key.verify_strict(&digest.0, &DalekSignature::from_bytes(&value.0))
            .is_ok()
    }
}

impl Signature {
    /// Whether this is the signature of `payload` by one of the school's `keys`.
    pub fn is_of(&self, payload: &Sha256Digest, keys: &[SigningKey]) -> bool {
        let key = keys.iter().find(|key| key.id == self.key_id);
        self.payload_sha256 == *payload
            && key.is_some_and(|key| key.public_key.verifies(payload, &self.value))
    }
}

#[cfg(test)]
mod tests;
