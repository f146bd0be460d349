//! The keys that schools sign with: made here, encrypted at rest, used here and nowhere else.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use domain::signing::{
    PublicKey, Sha256Digest, Signature, SignatureAlgorithm, SignatureBytes, SigningKey,
};
use domain::{OrgId, SigningKeyId};
use ed25519_dalek::{Signer, SigningKey as PrivateKey};
use secrets::{Entropy, KeyRing, Sealed, Zeroizing};

use crate::error::OpsError;

#[derive(Clone)]
pub struct Vault {
    pub key_ring: KeyRing,
    pub entropy: Arc<dyn Entropy>,
}

/// A key as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredKey {
    pub key: SigningKey,
    /// The private half, encrypted for the key's id.
    pub sealed: Sealed,
}

impl Vault {
    /// A new key for a school.
    ///
    /// # Errors
    /// When the operating system has no randomness.
    pub fn make(
        &self,
        organization_id: OrgId,
        id: SigningKeyId,
        now: DateTime<Utc>,
    ) -> Result<StoredKey, OpsError> {
        let mut seed = Zeroizing::new([0; 32]);
        self.entropy
            .fill(seed.as_mut_slice())
            .map_err(OpsError::signing)?;
        let public_key = PublicKey(PrivateKey::from_bytes(&seed).verifying_key().to_bytes());
        let sealed = self
            .key_ring
            .seal(id.0.as_bytes(), seed.as_slice(), self.entropy.as_ref())
            .map_err(OpsError::signing)?;
        let key = SigningKey {
            id,
            organization_id,
            algorithm: SignatureAlgorithm::Ed25519,
            public_key,
            created_at: now,
            retired_at: None,
        };
        Ok(StoredKey { key, sealed })
    }

    /// Signs the hash of a payload (RFC 8032, the message being the 32 bytes of the hash).
    ///
    /// # Errors
    /// When the key ring no longer opens the private half, or it is not that of the public one.
    pub fn sign(&self, stored: &StoredKey, payload: Sha256Digest) -> Result<Signature, OpsError> {
        let StoredKey { key, sealed } = stored;
        let seed = self
            .key_ring
            .open(key.id.0.as_bytes(), &sealed.key_id, &sealed.ciphertext)
            .map_err(OpsError::signing)?;
        let seed = <&[u8; 32]>::try_from(seed.as_slice()).map_err(OpsError::signing)?;
        let private = PrivateKey::from_bytes(seed);
        let signature = Signature {
            algorithm: key.algorithm,
            key_id: key.id,
            payload_sha256: payload,
            value: SignatureBytes(private.sign(&payload.0).to_bytes()),
        };
        // What nobody could verify is not given away.
        if key.public_key.verifies(&payload, &signature.value) {
            Ok(signature)
        } else {
            Err(OpsError::signing("the public key is another one's"))
        }
    }
}

#[cfg(test)]
mod tests {
    use secrets::OsEntropy;
    use uuid::Uuid;

    use super::*;

    fn vault(byte: &str) -> Vault {
        Vault {
            key_ring: KeyRing::try_from(format!("{byte}:{}=", byte.repeat(43))).unwrap(),
            entropy: Arc::new(OsEntropy),
        }
    }

    fn make(vault: &Vault) -> StoredKey {
        let (organization, id) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let now = DateTime::UNIX_EPOCH;
        vault.make(organization.into(), id.into(), now).unwrap()
    }

    #[test]
    fn what_the_vault_signs_the_public_key_verifies() {
        let vault = vault("A");
        let stored = make(&vault);
        let payload = Sha256Digest::of(b"a lesson");
        let signature = vault.sign(&stored, payload).unwrap();
        let keys = [stored.key.clone()];
        assert!(signature.is_of(&payload, &keys));
        assert!(!signature.is_of(&Sha256Digest::of(b"another"), &keys));
        assert_ne!(make(&vault).key.public_key, stored.key.public_key);
    }

    #[test]
    fn a_key_of_another_ring_or_another_id_does_not_sign() {
        let stored = make(&vault("A"));
        let payload = Sha256Digest::of(b"a lesson");
        assert!(vault("E").sign(&stored, payload).is_err());
        let mut moved = stored.clone();
        moved.key.id = Uuid::from_u128(3).into();
        assert!(vault("A").sign(&moved, payload).is_err());
        let mut exchanged = stored;
        exchanged.key.public_key = make(&vault("A")).key.public_key;
        assert!(vault("A").sign(&exchanged, payload).is_err());
    }
}
