//! An API key and its life: minted, perhaps rotated, perhaps revoked, perhaps expired.

mod rotation;

use std::collections::BTreeSet;
use std::str::FromStr;

use chrono::{DateTime, SubsecRound, Utc};
use subtle::ConstantTimeEq;

use crate::scope::Grants;
use crate::{ApiKeyId, LocationId, OrgId};

use super::{ApiToken, Networks, RateLimit, Surface};

pub use rotation::{CannotRotate, NewToken, Overlap, Rotation};

/// Characters of a key's name.
pub const LONGEST_NAME: usize = 100;
/// Characters of a note, and of the name of whoever minted the key.
const LONGEST_TEXT: usize = 1_000;
/// Locations that a key is bound to.
const MOST_LOCATIONS: usize = 100;

/// What people call a key: 1 to 100 characters, none of them a control character, with no white
/// space around them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyName(String);

/// What a key opens, and from where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rights {
    pub grants: Grants,
    /// The bases whose records it opens. None at all: those of the whole organisation.
    pub locations: BTreeSet<LocationId>,
    pub networks: Networks,
}

/// A key as it is stored. The token is not among it, only its SHA-256.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    pub id: ApiKeyId,
    pub organization_id: OrgId,
    pub surface: Surface,
    pub name: KeyName,
    /// The first characters of the token, by which people tell keys apart: `gaf_pk_a1b2`.
    pub display_prefix: String,
    pub last_four: String,
    pub token_sha256: [u8; 32],
    pub rights: Rights,
    /// In place of what the gateways give every key; None: that.
    pub rate_limit: Option<RateLimit>,
    pub note: Option<String>,
    /// Who minted it, as the caller says.
    pub created_by: Option<String>,
    pub created_at: DateTime<Utc>,
    /// None: it does not expire.
    pub expires_at: Option<DateTime<Utc>>,
    pub revoked_at: Option<DateTime<Utc>>,
    /// The key whose rights it took over in a rotation.
    pub replaces: Option<ApiKeyId>,
    /// Where another key has taken over: when this one ends, at the latest.
    pub retires_at: Option<DateTime<Utc>>,
}

/// What it takes to mint a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewKey {
    pub id: ApiKeyId,
    pub organization_id: OrgId,
    pub name: KeyName,
    pub rights: Rights,
    pub rate_limit: Option<RateLimit>,
    pub note: Option<String>,
    pub created_by: Option<String>,
    pub expires_at: Option<DateTime<Utc>>,
    pub replaces: Option<ApiKeyId>,
}

/// Whether a key opens anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyState {
    Live,
    Expired,
    /// Also when it would have expired since.
    Revoked,
}

/// What it came to that a key was to be changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyChange {
    Executed(ApiKey),
    /// It was so before, and nothing changes.
    AlreadyApplied(ApiKey),
}

/// Why a key is not changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a key that was revoked or has expired does not change any more; mint another")]
pub struct KeyEnded;

/// Why a key cannot be minted. `pointer` names the field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidKey {
    #[error("a key's name has 1 to {LONGEST_NAME} characters, none of them a control character")]
    Name,
    #[error("expires_at is not in the future")]
    ExpiryPassed,
    #[error("{0} holds at most {LONGEST_TEXT} characters")]
    TooLong(&'static str),
    #[error("a key is bound to at most {MOST_LOCATIONS} locations")]
    TooManyLocations,
    #[error("a key of GA Flight is not bound to locations: GA Flight does not know them")]
    LocationsOnGaFlight,
    #[error("the overlap of a rotation is 0 to 30 days")]
    Overlap,
}

impl InvalidKey {
    /// The field that is wrong.
    pub fn pointer(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::ExpiryPassed => "expires_at",
            Self::TooLong(field) => field,
            Self::TooManyLocations | Self::LocationsOnGaFlight => "location_ids",
            Self::Overlap => "overlap_seconds",
        }
    }
}

impl ApiKey {
    /// Makes the key that belongs to `token`, for the surface the token is of.
    pub fn mint(new: NewKey, token: &ApiToken, now: DateTime<Utc>) -> Result<Self, InvalidKey> {
        // What is stored must equal what was decided, and PostgreSQL keeps microseconds.
        let expires_at = new.expires_at.map(|at| at.trunc_subsecs(6));
        if expires_at.is_some_and(|at| at <= now) {
            return Err(InvalidKey::ExpiryPassed);
        }
        if new.rights.locations.len() > MOST_LOCATIONS {
            return Err(InvalidKey::TooManyLocations);
        }
        if token.surface() == Surface::GaFlight && !new.rights.locations.is_empty() {
            return Err(InvalidKey::LocationsOnGaFlight);
        }
        for (field, text) in [("note", &new.note), ("created_by", &new.created_by)] {
            if text
                .as_ref()
                .is_some_and(|t| t.chars().count() > LONGEST_TEXT)
            {
                return Err(InvalidKey::TooLong(field));
            }
        }
        Ok(Self {
            id: new.id,
            organization_id: new.organization_id,
            surface: token.surface(),
            name: new.name,
            display_prefix: token.display_prefix(),
            last_four: token.last_four(),
            token_sha256: token.digest(),
            rights: new.rights,
            rate_limit: new.rate_limit,
            note: new.note,
            created_by: new.created_by,
            created_at: now,
            expires_at,
            revoked_at: None,
            replaces: new.replaces,
            retires_at: None,
        })
    }

    /// Ends the key at once.
    pub fn revoke(self, now: DateTime<Utc>) -> KeyChange {
        match self.revoked_at {
            Some(_) => KeyChange::AlreadyApplied(self),
            None => KeyChange::Executed(Self {
                revoked_at: Some(now),
                ..self
            }),
        }
    }

    /// Gives the key a rate limit of its own; None: takes it away.
    ///
    /// # Errors
    /// The key has ended.
    pub fn limit(
        self,
        rate_limit: Option<RateLimit>,
        now: DateTime<Utc>,
    ) -> Result<KeyChange, KeyEnded> {
        if self.state(now) != KeyState::Live {
            return Err(KeyEnded);
        }
        if self.rate_limit == rate_limit {
            return Ok(KeyChange::AlreadyApplied(self));
        }
        Ok(KeyChange::Executed(Self { rate_limit, ..self }))
    }

    /// Whether the key is that of the token with this SHA-256, in a time that does not depend on
    /// where they differ.
    pub fn belongs_to(&self, token_sha256: &[u8; 32]) -> bool {
        self.token_sha256.ct_eq(token_sha256).into()
    }

    /// When it ends by itself: as it was minted to, or once it has retired.
    pub fn ends_at(&self) -> Option<DateTime<Utc>> {
        let ends = [self.expires_at, self.retires_at];
        ends.into_iter().flatten().min()
    }

    pub fn state(&self, now: DateTime<Utc>) -> KeyState {
        if self.revoked_at.is_some() {
            KeyState::Revoked
        } else if self.ends_at().is_some_and(|at| at <= now) {
            KeyState::Expired
        } else {
            KeyState::Live
        }
    }
}

impl FromStr for KeyName {
    type Err = InvalidKey;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let name = text.trim();
        let fits = (1..=LONGEST_NAME).contains(&name.chars().count());
        if fits && !name.chars().any(char::is_control) {
            Ok(Self(name.to_owned()))
        } else {
            Err(InvalidKey::Name)
        }
    }
}

impl KeyName {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests;
