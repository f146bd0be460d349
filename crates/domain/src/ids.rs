//! Identifiers, one type each, so that a pilot is never passed for an organisation.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
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

        impl JsonSchema for $name {
            fn inline_schema() -> bool { true }

            fn schema_name() -> Cow<'static, str> { stringify!($name).into() }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({ "type": "string", "format": "uuid" })
            }
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
    /// A document that says somebody or something may fly: a medical, an insurance.
    ComplianceId,
    /// Something of an aircraft that falls due: an inspection, a directive, a component's life.
    DueItemId,
    /// Work on an aircraft.
    WorkOrderId,
    /// A defect of an aircraft.
    SquawkId,
    /// A training program; its revisions share it.
    ProgramId,
    /// One lesson, check or endorsement of a program's revision.
    ProgramItemId,
    /// A student's enrolment in a revision of a program.
    EnrollmentId,
    /// An instructor's word on one item for one student.
    SignoffId,
    /// A key that the school signs training records with.
    SigningKeyId,
    /// An invoice or a credit note.
    InvoiceId,
    /// A line of an invoice.
    InvoiceLineId,
    /// Money that came in or went back.
    PaymentId,
    /// Who is invoiced when it is no person.
    CompanyId,
    /// A planned session: a booking.
    SessionId,
    /// A classroom or another place that is booked.
    RoomId,
    /// An API key; never the token itself.
    ApiKeyId,
    /// A webhook endpoint.
    EndpointId,
    /// One event owed to one endpoint; the same in every attempt.
    DeliveryId,
}

/// A text that is no id of its kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{article} id is `{prefix}` followed by a ULID of 26 characters")]
pub struct InvalidPrefixedId {
    article: &'static str,
    prefix: &'static str,
}

macro_rules! prefixed_id {
    ($($(#[$meta:meta])* $name:ident, $article:literal, $prefix:literal);+ $(;)?) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub Ulid);

        impl $name {
            /// What every such id begins with.
            pub const PREFIX: &'static str = $prefix;

            /// Builds an id whose order follows `unix_ms`, from 80 bits of randomness.
            pub fn from_parts(unix_ms: u64, random: u128) -> Self {
                Self(Ulid::from_parts(unix_ms, random))
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "{}{}", Self::PREFIX, self.0)
            }
        }

        impl std::str::FromStr for $name {
            type Err = InvalidPrefixedId;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                let invalid = InvalidPrefixedId { article: $article, prefix: $prefix };
                let ulid = text.strip_prefix(Self::PREFIX).ok_or(invalid.clone())?;
                Ulid::from_string(ulid).map(Self).map_err(|_| invalid)
            }
        }

        /// The same 128 bits.
        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self { Self(Ulid(id.as_u128())) }
        }

        impl From<$name> for Uuid {
            fn from(id: $name) -> Self { Uuid::from_u128(id.0.0) }
        }

        impl Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                s.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(d)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }

        impl JsonSchema for $name {
            fn inline_schema() -> bool { true }

            fn schema_name() -> Cow<'static, str> { stringify!($name).into() }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({ "type": "string", "pattern": concat!("^", $prefix, "[0-7][0-9A-HJKMNP-TV-Z]{25}$") })
            }
        }
    )+};
}

prefixed_id! {
    /// An event of the catalog, as the vendor publishes it.
    EventId, "an event", "evt_";
    /// A Verified Training Record, as the vendor publishes it.
    VtrId, "a VTR", "vtr_";
}
