//! The secret that an endpoint's deliveries are signed with.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::EndpointId;
use rand::rngs::SysError;
use secrecy::{ExposeSecret, SecretString};

use super::{KeyRing, NotSealed, Sealed, Unreadable};
use crate::entropy::Entropy;

const PREFIX: &str = "whsec_";
const LENGTH: usize = 32;

/// `whsec_` and 32 random bytes in base64url. The partner's key for HMAC is this whole text as it
/// was shown, in UTF-8: the seed's code passes it to `createHmac` as it is.
pub struct SigningSecret(SecretString);

impl SigningSecret {
    /// # Errors
    /// When the operating system has no randomness.
    pub fn generate(entropy: &dyn Entropy) -> Result<Self, SysError> {
        let mut random = [0; LENGTH];
        entropy.fill(&mut random)?;
        Ok(Self(
            format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(random)).into(),
        ))
    }

    /// Encrypts it for `endpoint`; for another one it cannot be decrypted.
    ///
    /// # Errors
    /// When the operating system has no randomness.
    pub fn seal(
        &self,
        endpoint: EndpointId,
        key_ring: &KeyRing,
        entropy: &dyn Entropy,
    ) -> Result<Sealed, NotSealed> {
        key_ring.seal(endpoint.0.as_bytes(), self.reveal().as_bytes(), entropy)
    }

    /// Decrypts what [`SigningSecret::seal`] made for the same endpoint.
    ///
    /// # Errors
    /// When it was sealed under a key that is gone, for another endpoint, or changed since.
    pub fn open(
        endpoint: EndpointId,
        key_ring: &KeyRing,
        key_id: &str,
        sealed: &[u8],
    ) -> Result<Self, Unreadable> {
        let secret = key_ring.open(endpoint.0.as_bytes(), key_id, sealed)?;
        let text = std::str::from_utf8(&secret).map_err(|_| Unreadable::Refused)?;
        Ok(Self(text.to_owned().into()))
    }

    /// The text, for the one answer that shows it, and for signing.
    pub fn reveal(&self) -> &str {
        self.0.expose_secret()
    }
}

impl std::fmt::Debug for SigningSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SigningSecret(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::OsEntropy;

    #[test]
    fn a_secret_has_its_prefix_256_bits_and_is_not_printed() {
        let secret = SigningSecret::generate(&OsEntropy).unwrap();
        let random = secret.reveal().strip_prefix("whsec_").unwrap();
        assert_eq!(URL_SAFE_NO_PAD.decode(random).unwrap().len(), 32);
        assert_ne!(
            secret.reveal(),
            SigningSecret::generate(&OsEntropy).unwrap().reveal()
        );
        assert!(!format!("{secret:?}").contains(random));
    }

    #[test]
    fn a_sealed_secret_opens_for_its_endpoint_only() {
        let ring = KeyRing::try_from(format!("a:{}=", "A".repeat(43))).unwrap();
        let endpoint = |number| EndpointId(uuid::Uuid::from_u128(number));
        let secret = SigningSecret::generate(&OsEntropy).unwrap();
        let Sealed { key_id, ciphertext } = secret.seal(endpoint(1), &ring, &OsEntropy).unwrap();
        let open = |endpoint| SigningSecret::open(endpoint, &ring, &key_id, &ciphertext);
        assert_eq!(open(endpoint(1)).unwrap().reveal(), secret.reveal());
        assert_eq!(open(endpoint(2)).err(), Some(Unreadable::Refused));
    }
}
