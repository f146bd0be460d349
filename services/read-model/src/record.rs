//! Record changes as they come in.

use bytes::Bytes;
use chrono::{DateTime, Utc};
use contracts::convert::{InvalidMessage, parse, required};
use contracts::v1::{self, record_change::Record as Wire};
use domain::OrgId;
use domain::aircraft::Aircraft;
use domain::flight::Flight;
use domain::organization::{Location, Organization};
use domain::person::Person;
use prost::Message;

/// A record of the school.
#[derive(Debug, Clone, PartialEq)]
pub enum Record {
    Organization(Organization),
    Location(Location),
    Person(Person),
    Aircraft(Box<Aircraft>),
    Flight(Box<Flight>),
}

/// A record as it now is, and the message that says so.
#[derive(Debug, Clone)]
pub struct Change {
    pub organization_id: OrgId,
    pub record: Record,
    /// `gaf.v1.RecordChange`, as it came.
    pub payload: Bytes,
}

/// What a record is known by: organisation, kind and id.
pub type Key = (OrgId, &'static str, String);

/// Kinds as they stand in the replica.
pub mod kind {
    pub const ORGANIZATION: &str = "organization";
    pub const LOCATION: &str = "location";
    pub const PERSON: &str = "person";
    pub const AIRCRAFT: &str = "aircraft";
    pub const FLIGHT: &str = "flight";
}

impl Change {
    /// Reads a message.
    ///
    /// # Errors
    /// The first field that is not what it should be. A record of another organisation than the
    /// message speaks for is refused: it would show one school's data to another.
    pub fn parse(payload: Bytes) -> Result<Self, InvalidMessage> {
        let change = v1::RecordChange::decode(payload.clone())
            .map_err(|error| InvalidMessage::new("record_change", error))?;
        let organization_id: OrgId = parse("organization_id", &change.organization_id)?;
        let record = Record::try_from(required("record", change.record)?)?;
        if record.organization_id() != organization_id {
            return Err(InvalidMessage::new(
                "organization_id",
                "is not the record's own",
            ));
        }
        Ok(Self {
            organization_id,
            record,
            payload,
        })
    }

    pub fn key(&self) -> Key {
        (self.organization_id, self.record.kind(), self.record.id())
    }
}

impl Record {
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Organization(_) => kind::ORGANIZATION,
            Self::Location(_) => kind::LOCATION,
            Self::Person(_) => kind::PERSON,
            Self::Aircraft(_) => kind::AIRCRAFT,
            Self::Flight(_) => kind::FLIGHT,
        }
    }

    pub fn id(&self) -> String {
        match self {
            Self::Organization(o) => o.id.to_string(),
            Self::Location(l) => l.id.to_string(),
            Self::Person(p) => p.id.to_string(),
            Self::Aircraft(a) => a.id.to_string(),
            Self::Flight(f) => f.id.to_string(),
        }
    }

    pub fn organization_id(&self) -> OrgId {
        match self {
            Self::Organization(o) => o.id,
            Self::Location(l) => l.organization_id,
            Self::Person(p) => p.organization_id,
            Self::Aircraft(a) => a.organization_id,
            Self::Flight(f) => f.organization_id,
        }
    }

    pub fn version(&self) -> i64 {
        match self {
            Self::Organization(o) => o.version,
            Self::Location(l) => l.version,
            Self::Person(p) => p.version,
            Self::Aircraft(a) => a.version,
            Self::Flight(f) => f.version,
        }
    }

    pub fn updated_at(&self) -> DateTime<Utc> {
        match self {
            Self::Organization(o) => o.updated_at,
            Self::Location(l) => l.updated_at,
            Self::Person(p) => p.updated_at,
            Self::Aircraft(a) => a.updated_at,
            Self::Flight(f) => f.updated_at,
        }
    }
}

impl TryFrom<Wire> for Record {
    type Error = InvalidMessage;

    fn try_from(wire: Wire) -> Result<Self, InvalidMessage> {
        Ok(match wire {
            Wire::Organization(o) => Self::Organization(o.try_into()?),
            Wire::Location(l) => Self::Location(l.try_into()?),
            Wire::Person(p) => Self::Person(p.try_into()?),
            Wire::Aircraft(a) => Self::Aircraft(Box::new(a.try_into()?)),
            Wire::Flight(f) => Self::Flight(Box::new(f.try_into()?)),
        })
    }
}

impl From<&Record> for Wire {
    fn from(record: &Record) -> Self {
        match record {
            Record::Organization(o) => Self::Organization(o.into()),
            Record::Location(l) => Self::Location(l.into()),
            Record::Person(p) => Self::Person(p.into()),
            Record::Aircraft(a) => Self::Aircraft(a.as_ref().into()),
            Record::Flight(f) => Self::Flight(f.as_ref().into()),
        }
    }
}
