//! The keys under which secrets are stored.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305};
use rand::rngs::SysError;
use secrecy::zeroize::Zeroizing;
use serde::Deserialize;

use crate::entropy::Entropy;

const NONCE: usize = 24;

/// Keys by name. The first encrypts; all decrypt, so that a key can be replaced by putting the
/// new one in front.
#[derive(Clone, Deserialize)]
#[serde(try_from = "String")]
pub struct KeyRing {
    first: Key,
    others: Vec<Key>,
}

#[derive(Clone)]
struct Key {
    id: String,
    cipher: XChaCha20Poly1305,
}

/// A secret as it is stored: nonce, ciphertext and tag, under the key of that name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    pub key_id: String,
    pub ciphertext: Vec<u8>,
}

/// A secret that could not be encrypted.
#[derive(Debug, thiserror::Error)]
pub enum NotSealed {
    #[error("the operating system gave no randomness: {0}")]
    Entropy(#[from] SysError),
    #[error("the cipher refused")]
    Cipher,
}

/// A stored secret that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    #[error("the key ring has no key `{0}`")]
    UnknownKey(String),
    #[error("the secret was not encrypted under this key for this owner")]
    Refused,
}

/// A text that is no key ring. It says nothing of what the text holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidKeyRing {
    #[error("expected `id:base64 of 32 bytes`, several separated by commas")]
    Form,
    #[error("a key is not 32 bytes in base64")]
    Key,
    #[error("two keys have the same id")]
    Twice,
}

impl KeyRing {
    /// Encrypts `secret` for `owner`, the id of what it belongs to; for another one it cannot be
    /// decrypted.
    ///
    /// # Errors
    /// When the operating system has no randomness.
    pub fn seal(
        &self,
        owner: &[u8],
        secret: &[u8],
        entropy: &dyn Entropy,
    ) -> Result<Sealed, NotSealed> {
        let mut nonce = [0; NONCE];
        entropy.fill(&mut nonce)?;
        let payload = Payload {
            msg: secret,
            aad: owner,
        };
        let encrypted = self
            .first
            .cipher
            .encrypt(&nonce.into(), payload)
            .map_err(|_| NotSealed::Cipher)?;
        let ciphertext = [nonce.as_slice(), &encrypted].concat();
        Ok(Sealed {
            key_id: self.first.id.clone(),
            ciphertext,
        })
    }

    /// The name of the key that encrypts.
    pub fn first_id(&self) -> &str {
        &self.first.id
    }

    /// Decrypts what [`KeyRing::seal`] made for the same owner.
    pub fn open(
        &self,
        owner: &[u8],
        key_id: &str,
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, Unreadable> {
        let mut keys = std::iter::once(&self.first).chain(&self.others);
        let key = keys.find(|key| key.id == key_id);
        let key = key.ok_or_else(|| Unreadable::UnknownKey(key_id.to_owned()))?;
        let (nonce, encrypted) = sealed
            .split_first_chunk::<NONCE>()
            .ok_or(Unreadable::Refused)?;
        let payload = Payload {
            msg: encrypted,
            aad: owner,
        };
        let secret = key.cipher.decrypt(&(*nonce).into(), payload);
        secret.map(Zeroizing::new).map_err(|_| Unreadable::Refused)
    }
}

impl TryFrom<String> for KeyRing {
    type Error = InvalidKeyRing;

    fn try_from(text: String) -> Result<Self, InvalidKeyRing> {
        let text = Zeroizing::new(text);
        let mut keys: Vec<Key> = Vec::new();
        for entry in text.split(',') {
            let (id, key) = entry.trim().split_once(':').ok_or(InvalidKeyRing::Form)?;
            if id.is_empty() {
                return Err(InvalidKeyRing::Form);
            }
            if keys.iter().any(|known| known.id == id) {
                return Err(InvalidKeyRing::Twice);
            }
            let bytes = Zeroizing::new(STANDARD.decode(key).map_err(|_| InvalidKeyRing::Key)?);
            let cipher =
                XChaCha20Poly1305::new_from_slice(&bytes).map_err(|_| InvalidKeyRing::Key)?;
            keys.push(Key {
                id: id.to_owned(),
                cipher,
            });
        }
        let mut keys = keys.into_iter();
        let first = keys.next().ok_or(InvalidKeyRing::Form)?;
        Ok(Self {
            first,
            others: keys.collect(),
        })
    }
}

impl fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ids = std::iter::once(&self.first)
            .chain(&self.others)
            .map(|key| &key.id);
        f.debug_list().entries(ids).finish()
    }
}

#[cfg(test)]
mod tests;
