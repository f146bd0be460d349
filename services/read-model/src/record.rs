//! Record changes as they come in.

mod links;

pub use links::{flights_of, of_flight, summaries_of};

use bytes::Bytes;
use chrono::{DateTime, Utc};
use contracts::convert::{InvalidMessage, instant, parse, required};
use contracts::v1::{self, record_change::Record as Wire};
use domain::OrgId;
use prost::Message;

/// Characters of an id that a message may bring.
const LONGEST_ID: usize = 64;

/// What became of a record, and the message that says so.
#[derive(Debug, Clone)]
pub struct Change {
    pub organization_id: OrgId,
    pub kind: &'static str,
    pub id: String,
    pub version: i64,
    pub happened_at: DateTime<Utc>,
    /// The record as it now is. None: it is no more.
    pub record: Option<Record>,
    /// `gaf.v1.RecordChange`, as it came.
    pub payload: Bytes,
}

/// What a record is known by: organisation, kind and id.
pub type Key = (OrgId, &'static str, String);

/// A type of which there are records.
pub trait Kind: Sized {
    /// Its name in the replica.
    const KIND: &'static str;

    /// The record, when it is one of this kind.
    fn of(record: &Record) -> Option<&Self>;
}

/// Declares the kinds of records: the variant here and in `RecordChange`, the domain's type, the
/// kind's name, and the field that names the organisation. The type has the fields `id`, `version`
/// and `updated_at` besides.
macro_rules! records {
    ($($variant:ident: $type:ty, $kind:ident = $name:literal, $organization:ident;)+) => {
        /// A record of the school.
        #[derive(Debug, Clone, PartialEq)]
        #[allow(clippy::enum_variant_names, reason = "the names of the messages")]
        pub enum Record { $($variant(Box<$type>)),+ }

        /// Kinds as they stand in the replica.
        pub mod kind {
            $(pub const $kind: &str = $name;)+
            pub const ALL: &[&str] = &[$($kind),+];
        }

        impl Record {
            pub fn kind(&self) -> &'static str {
                match self { $(Self::$variant(_) => $name),+ }
            }

            pub fn id(&self) -> String {
                match self { $(Self::$variant(r) => r.id.to_string()),+ }
            }

            pub fn organization_id(&self) -> OrgId {
                match self { $(Self::$variant(r) => r.$organization),+ }
            }

            pub fn version(&self) -> i64 {
                match self { $(Self::$variant(r) => r.version),+ }
            }

            pub fn updated_at(&self) -> DateTime<Utc> {
                match self { $(Self::$variant(r) => r.updated_at),+ }
            }

            fn of_wire(wire: Wire) -> Result<Said, InvalidMessage> {
                Ok(match wire {
                    $(Wire::$variant(r) => Said::Is(Self::$variant(Box::new(r.try_into()?))),)+
                    Wire::Deleted(deleted) => Said::Deleted(deleted),
                })
            }
        }

        impl From<&Record> for Wire {
            fn from(record: &Record) -> Self {
                match record { $(Record::$variant(r) => Self::$variant(r.as_ref().into())),+ }
            }
        }

        $(impl From<$type> for Record {
            fn from(record: $type) -> Self {
                Self::$variant(Box::new(record))
            }
        }

        impl Kind for $type {
            const KIND: &'static str = $name;

            fn of(record: &Record) -> Option<&Self> {
                match record {
                    Record::$variant(record) => Some(record),
                    _ => None,
                }
            }
        })+
    };
}

records! {
    Organization: domain::organization::Organization, ORGANIZATION = "organization", id;
    Location: domain::organization::Location, LOCATION = "location", organization_id;
    Person: domain::person::Person, PERSON = "person", organization_id;
    Aircraft: domain::aircraft::Aircraft, AIRCRAFT = "aircraft", organization_id;
    Flight: domain::flight::Flight, FLIGHT = "flight", organization_id;
    ComplianceRecord: domain::compliance::ComplianceRecord, COMPLIANCE = "compliance", organization_id;
    DueItem: domain::maintenance::DueItem, DUE_ITEM = "due_item", organization_id;
    WorkOrder: domain::maintenance::WorkOrder, WORK_ORDER = "work_order", organization_id;
    Squawk: domain::maintenance::Squawk, SQUAWK = "squawk", organization_id;
    Program: domain::training::Program, PROGRAM = "program", organization_id;
    Enrollment: domain::training::Enrollment, ENROLLMENT = "enrollment", organization_id;
    Signoff: domain::training::Signoff, SIGNOFF = "signoff", organization_id;
    Vtr: domain::vtr::Vtr, VTR = "vtr", organization_id;
    Session: domain::planning::Session, SESSION = "session", organization_id;
    Room: domain::planning::Room, ROOM = "room", organization_id;
    Invoice: domain::finance::Invoice, INVOICE = "invoice", organization_id;
    Payment: domain::finance::Payment, PAYMENT = "payment", organization_id;
    Company: domain::finance::Company, COMPANY = "company", organization_id;
}

/// What a message says of a record.
enum Said {
    Is(Record),
    Deleted(v1::Deleted),
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
        match Record::of_wire(required("record", change.record)?)? {
            Said::Is(record) if record.organization_id() != organization_id => Err(
                InvalidMessage::new("organization_id", "is not the record's own"),
            ),
            Said::Is(record) => Ok(Self {
                organization_id,
                kind: record.kind(),
                id: record.id(),
                version: record.version(),
                happened_at: record.updated_at(),
                record: Some(record),
                payload,
            }),
            Said::Deleted(deleted) => Self::deletion(organization_id, deleted, payload),
        }
    }

    fn deletion(
        organization_id: OrgId,
        deleted: v1::Deleted,
        payload: Bytes,
    ) -> Result<Self, InvalidMessage> {
        let kind = known(&deleted.kind)
            .ok_or_else(|| InvalidMessage::new("kind", "is no kind of record"))?;
        let is_id = |id: &str| {
            !id.is_empty() && id.len() <= LONGEST_ID && id.bytes().all(|b| b.is_ascii_graphic())
        };
        if !is_id(&deleted.id) {
            return Err(InvalidMessage::new("id", "is no id"));
        }
        Ok(Self {
            organization_id,
            kind,
            id: deleted.id,
            version: deleted.version,
            happened_at: instant("deleted_at", deleted.deleted_at)?,
            record: None,
            payload,
        })
    }

    pub fn key(&self) -> Key {
        (self.organization_id, self.kind, self.id.clone())
    }
}

/// The kind of that name.
pub fn known(name: &str) -> Option<&'static str> {
    kind::ALL.iter().copied().find(|kind| *kind == name)
}
