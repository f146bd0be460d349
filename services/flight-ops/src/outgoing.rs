//! What a command tells the world, written to the outbox in its transaction.

use contracts::topology::{EVENTS, RECORDS};
use contracts::v1::{self, record_change};
use diesel::QueryResult;
use domain::OrgId;
use domain::aircraft::Aircraft;
use domain::event::{CatalogEvent, EventData};
use domain::flight::{Act, Decided, Flight, FlightEvent};
use domain::organization::{Location, Organization};
use domain::person::Person;
use prost::Message;
use store::AsyncPgConnection;
use store::outbox::{self, NewMessage};
use uuid::Uuid;

use crate::context::Context;

const CONTENT_TYPE: &str = "application/x-protobuf";

/// Messages that wait for the end of the command.
pub struct Outgoing<'c> {
    context: &'c Context,
    messages: Vec<NewMessage>,
}

impl<'c> Outgoing<'c> {
    pub fn new(context: &'c Context) -> Self {
        Self {
            context,
            messages: Vec::new(),
        }
    }

    /// A record as it now is.
    pub fn record<'r>(&mut self, record: impl Into<Record<'r>>) {
        let record = record.into();
        let Label {
            kind,
            organization,
            id,
            version,
        } = record.label();
        let change = v1::RecordChange {
            organization_id: organization.to_string(),
            record: Some(record.onto_wire()),
        };
        self.push(
            RECORDS.name,
            format!("record.{kind}"),
            format!("{kind}:{id}:{version}"),
            change.encode_to_vec(),
        );
    }

    /// A flight as it now is, and what happened to it.
    pub fn decided(&mut self, decided: &Decided) {
        self.record(&decided.flight);
        if let Some(event) = &decided.event {
            self.event(&decided.flight, event);
        }
    }

    fn event(&mut self, flight: &Flight, event: &FlightEvent) {
        let boxed = Box::new(flight.clone());
        let (occurred_at, data) = match event {
            FlightEvent::Submitted(Act { by, at }) => (
                *at,
                EventData::FlightSubmitted {
                    flight: boxed,
                    submitted_by: *by,
                    submitted_at: *at,
                },
            ),
            FlightEvent::Approved {
                act: Act { by, at },
                posted,
                ..
            } => {
                let posted = posted.clone();
                (
                    *at,
                    EventData::FlightApproved {
                        flight: boxed,
                        approved_by: *by,
                        approved_at: *at,
                        posted,
                    },
                )
            }
            FlightEvent::Rejected(rejection) => {
                let (rejected_by, rejected_at, reason) =
                    (rejection.by, rejection.at, rejection.reason.clone());
                (
                    rejected_at,
                    EventData::FlightRejected {
                        flight: boxed,
                        rejected_by,
                        rejected_at,
                        reason,
                    },
                )
            }
        };
        let event = CatalogEvent {
            id: self.context.event_id(occurred_at),
            organization_id: flight.organization_id,
            location_id: flight.location_id,
            occurred_at,
            data,
        };
        self.push(
            EVENTS.name,
            event.data.event_type().to_string(),
            event.id.to_string(),
            v1::CatalogEvent::from(&event).encode_to_vec(),
        );
    }

    fn push(&mut self, exchange: &str, routing_key: String, message_id: String, payload: Vec<u8>) {
        self.messages.push(NewMessage {
            exchange: exchange.to_owned(),
            routing_key,
            message_id,
            content_type: CONTENT_TYPE.to_owned(),
            headers: None,
            traceparent: self.context.traceparent.clone(),
            payload,
        });
    }

    /// Owes the messages to the broker, from the commit on.
    pub async fn write(self, conn: &mut AsyncPgConnection) -> QueryResult<()> {
        outbox::insert(conn, &self.messages).await
    }
}

/// Any record of the school.
pub enum Record<'r> {
    Organization(&'r Organization),
    Location(&'r Location),
    Person(&'r Person),
    Aircraft(&'r Aircraft),
    Flight(&'r Flight),
}

struct Label {
    kind: &'static str,
    organization: OrgId,
    id: Uuid,
    version: i64,
}

impl Record<'_> {
    fn label(&self) -> Label {
        let (kind, organization, id, version) = match self {
            Self::Organization(o) => ("organization", o.id, o.id.0, o.version),
            Self::Location(l) => ("location", l.organization_id, l.id.0, l.version),
            Self::Person(p) => ("person", p.organization_id, p.id.0, p.version),
            Self::Aircraft(a) => ("aircraft", a.organization_id, a.id.0, a.version),
            Self::Flight(f) => ("flight", f.organization_id, f.id.0, f.version),
        };
        Label {
            kind,
            organization,
            id,
            version,
        }
    }

    fn onto_wire(&self) -> record_change::Record {
        use record_change::Record as Wire;
        match *self {
            Self::Organization(o) => Wire::Organization(o.into()),
            Self::Location(l) => Wire::Location(l.into()),
            Self::Person(p) => Wire::Person(p.into()),
            Self::Aircraft(a) => Wire::Aircraft(a.into()),
            Self::Flight(f) => Wire::Flight(f.into()),
        }
    }
}

macro_rules! records {
    ($($kind:ident),+) => {$(
        impl<'r> From<&'r $kind> for Record<'r> {
            fn from(record: &'r $kind) -> Self {
                Self::$kind(record)
            }
        }
    )+};
}

records!(Organization, Location, Person, Aircraft, Flight);
