//! What can go wrong here, and what callers hear of it.

use contracts::convert::InvalidMessage;
use contracts::v1::Fault;
use domain::api_key::{CannotRotate, InvalidKey, InvalidNetworks, KeyEnded};
use domain::scope::InvalidGrants;
use store::StoreError;
use uuid::Uuid;

use crate::commands::mint::MOST_LIVE_KEYS;

#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    #[error(transparent)]
    Message(#[from] InvalidMessage),
    #[error(transparent)]
    Key(#[from] InvalidKey),
    #[error(transparent)]
    Grants(#[from] InvalidGrants),
    #[error(transparent)]
    Networks(#[from] InvalidNetworks),
    #[error(transparent)]
    Ended(#[from] KeyEnded),
    #[error("a rotation is under way")]
    RotationUnderWay,
    #[error("the organisation has {MOST_LIVE_KEYS} live keys")]
    TooManyKeys,
    #[error("no such key")]
    NotFound,
    #[error("the operating system gave no randomness: {0}")]
    Entropy(#[from] rand::rngs::SysError),
    #[error("key {id}: {column} cannot be read")]
    UnreadableRow { id: Uuid, column: &'static str },
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<diesel::result::Error> for KeyError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Store(error.into())
    }
}

impl From<CannotRotate> for KeyError {
    fn from(refused: CannotRotate) -> Self {
        match refused {
            CannotRotate::Ended(ended) => Self::Ended(ended),
            CannotRotate::Invalid(invalid) => Self::Key(invalid),
        }
    }
}

impl From<KeyError> for Fault {
    fn from(error: KeyError) -> Self {
        match error {
            KeyError::Message(invalid) => invalid.into(),
            KeyError::Key(invalid) => {
                let reason = invalid.to_string();
                Self::invalid("invalid_key", reason.as_str()).with_field(
                    invalid.pointer(),
                    "invalid",
                    reason,
                )
            }
            KeyError::Grants(invalid) => {
                let reason = invalid.to_string();
                Self::invalid("invalid_scopes", reason.as_str())
                    .with_field("scopes", "invalid", reason)
            }
            KeyError::Networks(invalid) => {
                let reason = invalid.to_string();
                Self::invalid("invalid_networks", reason.as_str()).with_field(
                    "allowed_cidrs",
                    "invalid",
                    reason,
                )
            }
            KeyError::Ended(ended) => Self::conflict("key_ended", ended.to_string()),
            KeyError::RotationUnderWay => Self::conflict(
                "rotation_under_way",
                "a rotation of this key is under way: wait until the old key has ended, or revoke the one that is not wanted",
            ),
            KeyError::TooManyKeys => Self::conflict(
                "too_many_keys",
                format!(
                    "the organisation has {MOST_LIVE_KEYS} live keys, the most there may be; revoke one first"
                ),
            ),
            KeyError::NotFound => Self::not_found("key"),
            KeyError::Store(error) if error.is_transient() => {
                tracing::warn!(%error, "the database is not available");
                Self::unavailable("the keys cannot be reached; try again")
            }
            inside @ (KeyError::Entropy(_)
            | KeyError::UnreadableRow { .. }
            | KeyError::Store(_)) => {
                tracing::error!(error = %inside, "request failed");
                Self::internal()
            }
        }
    }
}
