//! Identifiers, one type each, so that a pilot is never passed for an organisation.

use serde::{Deserialize, Serialize};
use ulid::Ulid;
use uuid::Uuid;

macro_rules! uuid_id {
    ($($(#[$meta:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map(Self)
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self { Self(id) }
        }

        impl From<$name> for Uuid {
            fn from(id: $name) -> Self { id.0 }
        }
    )+};
}

uuid_id! {
    /// An organisation: a flight school, or a company that runs several bases.
    OrgId,
    /// A base of an organisation.
    LocationId,
    /// A person: pilot, student, instructor or staff.
    PersonId,
    /// An aircraft or a simulator.
    AircraftId,
    /// One flight.
    FlightId,
    /// An API key; never the token itself.
    ApiKeyId,
    /// A webhook endpoint.
    EndpointId,
    /// One event owed to one endpoint; the same in every attempt.
    DeliveryId,
}

/// An event of the catalog: `evt_` and a ULID, as the vendor publishes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EventId(pub Ulid);

/// A text that is no `evt_` id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("an event id is `evt_` followed by a ULID of 26 characters")]
pub struct InvalidEventId;

impl EventId {
    const PREFIX: &'static str = "evt_";

    /// Builds an id whose order follows `unix_ms`, from 80 bits of randomness.
    pub fn from_parts(unix_ms: u64, random: u128) -> Self {
        Self(Ulid::from_parts(unix_ms, random))
    }
}

impl std::fmt::Display for EventId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}{}", Self::PREFIX, self.0)
    }
}

impl std::str::FromStr for EventId {
    type Err = InvalidEventId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let ulid = text.strip_prefix(Self::PREFIX).ok_or(InvalidEventId)?;
        Ulid::from_string(ulid)
            .map(Self)
            .map_err(|_| InvalidEventId)
    }
}

impl Serialize for EventId {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for EventId {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(d)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}
