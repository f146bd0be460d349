//! A new token for the same rights, while the old one lives on for a while.

use chrono::{DateTime, TimeDelta, Utc};

use super::{ApiKey, InvalidKey, KeyEnded, KeyState, NewKey};
use crate::ApiKeyId;
use crate::api_key::ApiToken;

/// How long the old key of a rotation lives on: 0 to 30 days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Overlap(TimeDelta);

impl Overlap {
    pub const DEFAULT: Self = Self(TimeDelta::days(1));
    const LONGEST: TimeDelta = TimeDelta::days(30);

    pub fn new(span: TimeDelta) -> Result<Self, InvalidKey> {
        if (TimeDelta::zero()..=Self::LONGEST).contains(&span) {
            Ok(Self(span))
        } else {
            Err(InvalidKey::Overlap)
        }
    }

    pub fn seconds(self) -> i64 {
        self.0.num_seconds()
    }
}

/// What it takes to rotate a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewToken {
    /// Of the key that takes over.
    pub id: ApiKeyId,
    /// When that key expires; None: as the old one.
    pub expires_at: Option<DateTime<Utc>>,
    pub rotated_by: Option<String>,
    pub overlap: Overlap,
}

/// A rotation, decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rotation {
    /// The old key. It ends with the overlap.
    pub retired: ApiKey,
    /// The key that takes over, with the rights and the rate limit of the old one.
    pub successor: ApiKey,
    /// The successor's.
    pub token: ApiToken,
}

/// Why a key is not rotated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CannotRotate {
    #[error(transparent)]
    Ended(#[from] KeyEnded),
    #[error(transparent)]
    Invalid(#[from] InvalidKey),
}

impl ApiKey {
    /// Makes the key that takes over, with a token out of 32 random bytes. A key that is retiring
    /// already never lives longer for it.
    pub fn rotate(
        self,
        new: NewToken,
        entropy: &[u8; 32],
        now: DateTime<Utc>,
    ) -> Result<Rotation, CannotRotate> {
        if self.state(now) != KeyState::Live {
            return Err(KeyEnded.into());
        }
        let token = ApiToken::from_entropy(self.surface, entropy);
        let successor = NewKey {
            id: new.id,
            organization_id: self.organization_id,
            name: self.name.clone(),
            rights: self.rights.clone(),
            rate_limit: self.rate_limit,
            note: self.note.clone(),
            created_by: new.rotated_by,
            expires_at: new.expires_at.or(self.expires_at),
            replaces: Some(self.id),
        };
        let successor = Self::mint(successor, &token, now)?;
        let overlap_ends = now + new.overlap.0;
        let retires_at = self
            .retires_at
            .map_or(overlap_ends, |at| at.min(overlap_ends));
        let retired = Self {
            retires_at: Some(retires_at),
            ..self
        };
        Ok(Rotation {
            retired,
            successor,
            token,
        })
    }
}
