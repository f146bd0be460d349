//! The secret that an endpoint's deliveries are signed with.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::rngs::SysError;
use secrecy::{ExposeSecret, SecretString};

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

    pub(super) fn from_text(text: String) -> Self {
        Self(text.into())
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
}
