//! The secret that an endpoint's deliveries are signed with.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use domain::EndpointId;
use domain::webhook::SigningScheme;
use rand::rngs::SysError;
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret, SecretString};

use super::{KeyRing, NotSealed, Sealed, Unreadable};
use crate::entropy::Entropy;

const PREFIX: &str = "whsec_";
const LENGTH: usize = 32;

/// `whsec_` and 32 random bytes: in base64url, and for Standard Webhooks in base64, as that
/// standard has it.
pub struct SigningSecret(SecretString);

impl SigningSecret {
    /// # Errors
    /// When the operating system has no randomness.
    pub fn generate(scheme: SigningScheme, entropy: &dyn Entropy) -> Result<Self, SysError> {
        let mut random = [0; LENGTH];
        entropy.fill(&mut random)?;
        let random = match scheme {
            SigningScheme::GaFlight | SigningScheme::TrueFlight => URL_SAFE_NO_PAD.encode(random),
            SigningScheme::Standard => STANDARD.encode(random),
        };
        Ok(Self(format!("{PREFIX}{random}").into()))
    }

    /// The key of HMAC. Of the vendors' schemes it is the whole text as it was shown: the seed's
    /// code passes it to `createHmac` as it is. Of Standard Webhooks it is the bytes that the part
    /// behind the prefix stands for.
    pub fn key(&self, scheme: SigningScheme) -> Zeroizing<Vec<u8>> {
        let text = self.reveal();
        let bytes = match scheme {
            SigningScheme::GaFlight | SigningScheme::TrueFlight => None,
            SigningScheme::Standard => text
                .strip_prefix(PREFIX)
                .and_then(|random| STANDARD.decode(random).ok()),
        };
        Zeroizing::new(bytes.unwrap_or_else(|| text.as_bytes().to_vec()))
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

    fn generate(scheme: SigningScheme) -> SigningSecret {
        SigningSecret::generate(scheme, &OsEntropy).unwrap()
    }

    #[test]
    fn a_secret_has_its_prefix_256_bits_and_is_not_printed() {
        let secret = generate(SigningScheme::GaFlight);
        let random = secret.reveal().strip_prefix("whsec_").unwrap();
        assert_eq!(URL_SAFE_NO_PAD.decode(random).unwrap().len(), 32);
        assert_ne!(secret.reveal(), generate(SigningScheme::GaFlight).reveal());
        assert!(!format!("{secret:?}").contains(random));
    }

    #[test]
    fn the_key_is_the_text_or_what_it_stands_for() {
        for scheme in [SigningScheme::GaFlight, SigningScheme::TrueFlight] {
            let secret = generate(scheme);
            assert_eq!(*secret.key(scheme), secret.reveal().as_bytes());
        }
        let secret = generate(SigningScheme::Standard);
        let key = secret.key(SigningScheme::Standard);
        assert_eq!(key.len(), 32);
        assert_eq!(secret.reveal(), format!("whsec_{}", STANDARD.encode(&*key)));
    }

    #[test]
    fn a_sealed_secret_opens_for_its_endpoint_only() {
        let ring = KeyRing::try_from(format!("a:{}=", "A".repeat(43))).unwrap();
        let endpoint = |number| EndpointId(uuid::Uuid::from_u128(number));
        let secret = generate(SigningScheme::GaFlight);
        let Sealed { key_id, ciphertext } = secret.seal(endpoint(1), &ring, &OsEntropy).unwrap();
        let open = |endpoint| SigningSecret::open(endpoint, &ring, &key_id, &ciphertext);
        assert_eq!(open(endpoint(1)).unwrap().reveal(), secret.reveal());
        assert_eq!(open(endpoint(2)).err(), Some(Unreadable::Refused));
    }
}
