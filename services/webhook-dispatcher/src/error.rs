//! What can go wrong here, and what callers hear of it.

use contracts::convert::InvalidMessage;
use contracts::fault::code;
use contracts::v1::Fault;
use egress::RefusedAddress;
use store::StoreError;
use uuid::Uuid;

use crate::commands::replay_event::MOST_A_MINUTE;
use crate::endpoint::{InvalidHeaders, InvalidMetadata, MOST_ENDPOINTS, MatchesNothing};
use crate::retention::InvalidDays;
use crate::secrets::NotSealed;

#[derive(Debug, thiserror::Error)]
pub enum DispatcherError {
    #[error(transparent)]
    Message(#[from] InvalidMessage),
    #[error("the address {0}")]
    Address(#[from] RefusedAddress),
    #[error(transparent)]
    EventType(#[from] MatchesNothing),
    #[error("an endpoint needs at least one event type")]
    NoEventTypes,
    #[error(transparent)]
    Headers(#[from] InvalidHeaders),
    #[error(transparent)]
    Metadata(#[from] InvalidMetadata),
    #[error(transparent)]
    Retention(#[from] InvalidDays),
    #[error("the organisation has {MOST_ENDPOINTS} endpoints")]
    TooManyEndpoints,
    #[error("no such endpoint")]
    NoSuchEndpoint,
    #[error("no such delivery")]
    NoSuchDelivery,
    #[error("no such event")]
    NoSuchEvent,
    #[error("no such recovery")]
    NoSuchRecovery,
    #[error("the endpoint has a recovery under way; wait for its end, or cancel it")]
    RecoveryRunning,
    #[error("the idempotency key stood for another request")]
    KeyReused,
    #[error("more than {MOST_A_MINUTE} replays in a minute")]
    TooManyReplays,
    #[error("the endpoint is paused; enable it first")]
    Paused,
    #[error("the endpoint is disabled: {0}")]
    Disabled(String),
    #[error("the endpoint is deleted")]
    EndpointDeleted,
    #[error("the operating system gave no randomness: {0}")]
    Entropy(#[from] rand::rngs::SysError),
    #[error("the secret could not be encrypted: {0}")]
    NotSealed(#[from] NotSealed),
    #[error("row {id}: {column} cannot be read")]
    UnreadableRow { id: Uuid, column: &'static str },
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<diesel::result::Error> for DispatcherError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Store(error.into())
    }
}

impl From<DispatcherError> for Fault {
    fn from(error: DispatcherError) -> Self {
        use DispatcherError as E;
        match error {
            E::Message(invalid) => invalid.into(),
            E::Address(refused) => {
                let (code, reason) = (refused.code(), format!("the address {refused}"));
                Self::invalid("invalid_url", reason.as_str()).with_field("url", code, reason)
            }
            E::EventType(_) | E::NoEventTypes => {
                let reason = error.to_string();
                Self::invalid("invalid_event_types", reason.as_str()).with_field(
                    "event_types",
                    "invalid",
                    reason,
                )
            }
            E::Headers(_) => {
                let reason = error.to_string();
                Self::invalid("invalid_headers", reason.as_str())
                    .with_field("headers", "invalid", reason)
            }
            E::Metadata(_) => {
                let reason = error.to_string();
                Self::invalid("invalid_metadata", reason.as_str())
                    .with_field("metadata", "invalid", reason)
            }
            E::Retention(_) => {
                let reason = error.to_string();
                Self::invalid("invalid_retention", reason.as_str())
                    .with_field("days", "invalid", reason)
            }
            E::TooManyEndpoints => Self::conflict(
                "too_many_endpoints",
                format!("the organisation has {MOST_ENDPOINTS} endpoints, the most there may be"),
            ),
            E::NoSuchEndpoint => Self::not_found("endpoint"),
            E::NoSuchDelivery => Self::not_found("delivery"),
            E::NoSuchEvent => Self::not_found("event"),
            E::NoSuchRecovery => Self::not_found("recovery"),
            E::RecoveryRunning => Self::conflict("recovery_running", error.to_string()),
            E::KeyReused => Self::conflict(
                code::IDEMPOTENCY_KEY_REUSED,
                "this Idempotency-Key stood for another request before; take a new one",
            ),
            E::TooManyReplays => Self::conflict(
                code::TOO_MANY_REPLAYS,
                format!("at most {MOST_A_MINUTE} events a minute are sent once more"),
            ),
            E::Paused => Self::conflict("endpoint_paused", error.to_string()),
            E::Disabled(_) => Self::conflict("endpoint_disabled", error.to_string()),
            E::EndpointDeleted => Self::conflict("endpoint_deleted", error.to_string()),
            E::Store(inside) if inside.is_transient() => {
                tracing::warn!(error = %inside, "the database is not available");
                Self::unavailable("the deliveries cannot be reached; try again")
            }
            E::Entropy(_) | E::NotSealed(_) | E::UnreadableRow { .. } | E::Store(_) => {
                tracing::error!(%error, "request failed");
                Self::internal()
            }
        }
    }
}
