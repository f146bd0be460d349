//! The form of an API key: prefix, 32 random bytes in base62, checksum.
//!
//! `gaf_pk_` + 43 characters + 6 characters. The checksum (CRC-32 of prefix and body, in
//! base62) tells a typo from a wrong key without a look-up, and lets a leak scanner match:
//! [`LEAK_PATTERN`].

mod hiding;
mod inspection;
mod key;
mod networks;
mod rate_limit;
mod usage;

use sha2::{Digest, Sha256};

pub use hiding::hide_keys;
pub use inspection::{Inspection, LEAK_PATTERN};
pub use key::{
    ApiKey, CannotRotate, InvalidKey, KeyChange, KeyEnded, KeyName, KeyState, LONGEST_NAME, NewKey,
    NewToken, Overlap, Rights, Rotation,
};
pub use networks::{InvalidNetworks, MOST_NETWORKS, Networks};
pub use rate_limit::{InvalidRateLimit, RateLimit};
pub use usage::{KeyUse, LONGEST_USER_AGENT, UserAgent};

use crate::vocabulary::vocabulary;

vocabulary! {
    /// The published surface a key belongs to.
    Surface, "surface" { GaFlight => "ga", TrueFlight => "tf", TrueFlightTest => "tf_test" }
}

impl Surface {
    /// What a key of this surface begins with.
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::GaFlight => "gaf_pk_",
            Self::TrueFlight => "tf_live_",
            Self::TrueFlightTest => "tf_test_",
        }
    }

    /// The surface whose keys begin as `text` does.
    pub fn of(text: &str) -> Option<Self> {
        let begins = |surface: &Self| text.starts_with(surface.prefix());
        Self::ALL.iter().copied().find(begins)
    }
}

/// Characters of the random body: 62^43 > 2^256.
const BODY_LEN: usize = 43;
/// Characters of the checksum: 62^6 > 2^32.
const CHECKSUM_LEN: usize = 6;
const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// A well-formed token. It prints as its prefix only: the token itself is in no log.
#[derive(Clone, PartialEq, Eq)]
pub struct ApiToken {
    surface: Surface,
    text: String,
}

/// Why a text is no token. Says nothing about the keys that exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MalformedToken {
    #[error("the key does not begin with gaf_pk_, tf_live_ or tf_test_")]
    UnknownPrefix,
    #[error("the key has the wrong length")]
    WrongLength,
    #[error("the key holds a character that is no letter and no digit")]
    WrongCharacter,
    #[error("the key's checksum does not match: it was mistyped or cut")]
    WrongChecksum,
}

impl ApiToken {
    /// Makes a token from 32 random bytes.
    pub fn from_entropy(surface: Surface, entropy: &[u8; 32]) -> Self {
        let mut text = String::from(surface.prefix());
        text.push_str(&base62(entropy, BODY_LEN));
        let checksum = checksum(&text);
        text.push_str(&checksum);
        Self { surface, text }
    }

    /// Reads a token as a partner sent it.
    pub fn parse(text: &str) -> Result<Self, MalformedToken> {
        let surface = Surface::of(text).ok_or(MalformedToken::UnknownPrefix)?;
        let rest = text.strip_prefix(surface.prefix()).unwrap_or_default();
        if !rest.bytes().all(|b| b.is_ascii_alphanumeric()) {
            return Err(MalformedToken::WrongCharacter);
        }
        if rest.len() != BODY_LEN + CHECKSUM_LEN {
            return Err(MalformedToken::WrongLength);
        }
        let (signed, given) = text.split_at(text.len() - CHECKSUM_LEN);
        if checksum(signed) != given {
            return Err(MalformedToken::WrongChecksum);
        }
        Ok(Self {
            surface,
            text: text.to_owned(),
        })
    }

    pub fn surface(&self) -> Surface {
        self.surface
    }

    /// The token itself, to be shown once.
    pub fn reveal(&self) -> &str {
        &self.text
    }

    /// The first characters of the body, by which people tell keys apart: `gaf_pk_a1b2`.
    pub fn display_prefix(&self) -> String {
        self.text
            .chars()
            .take(self.surface.prefix().len() + 4)
            .collect()
    }

    /// The last four characters.
    pub fn last_four(&self) -> String {
        self.text.chars().skip(self.text.len() - 4).collect()
    }

    /// SHA-256 of the token: all that is ever stored.
    pub fn digest(&self) -> [u8; 32] {
        Sha256::digest(self.text.as_bytes()).into()
    }
}

impl std::fmt::Debug for ApiToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ApiToken({}…)", self.surface.prefix())
    }
}

fn checksum(signed: &str) -> String {
    base62(
        &crc32fast::hash(signed.as_bytes()).to_be_bytes(),
        CHECKSUM_LEN,
    )
}

/// Big-endian base62 of `bytes`, padded with zeros to `len` characters.
fn base62(bytes: &[u8], len: usize) -> String {
    let mut number = bytes.to_vec();
    let mut digits = Vec::with_capacity(len);
    for _ in 0..len {
        let mut remainder = 0u32;
        for byte in &mut number {
            let value = (remainder << 8) | u32::from(*byte);
            *byte = u8::try_from(value / 62).unwrap_or(u8::MAX);
            remainder = value % 62;
        }
        let index = usize::try_from(remainder).unwrap_or_default();
        digits.push(ALPHABET.get(index).copied().unwrap_or(b'0'));
    }
    digits.iter().rev().map(|b| char::from(*b)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_made_token_parses_and_any_single_typo_is_noticed(entropy: [u8; 32], at in 7usize..56, to in "[0-9A-Za-z]") {
            let token = ApiToken::from_entropy(Surface::GaFlight, &entropy);
            prop_assert_eq!(ApiToken::parse(token.reveal()), Ok(token.clone()));
            let mut typo = token.reveal().to_owned();
            typo.replace_range(at..=at, &to);
            if typo != token.reveal() {
                prop_assert_eq!(ApiToken::parse(&typo), Err(MalformedToken::WrongChecksum));
            }
        }
    }

    #[test]
    fn each_way_to_be_malformed_is_told_apart() {
        assert_eq!(
            ApiToken::parse("sk_live_1"),
            Err(MalformedToken::UnknownPrefix)
        );
        assert_eq!(
            ApiToken::parse("gaf_pk_abc"),
            Err(MalformedToken::WrongLength)
        );
        assert_eq!(
            ApiToken::parse("gaf_pk_a b"),
            Err(MalformedToken::WrongCharacter)
        );
    }

    #[test]
    fn debug_never_shows_the_token() {
        let token = ApiToken::from_entropy(Surface::TrueFlight, &[7; 32]);
        assert_eq!(format!("{token:?}"), "ApiToken(tf_live_…)");
        assert_eq!(token.display_prefix().len(), 12);
    }
}
