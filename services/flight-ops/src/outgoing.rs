//! What a command tells the world, written to the outbox in its transaction.

use chrono::{DateTime, Utc};
use contracts::convert::timestamp;
use contracts::topology::{EVENTS, RECORDS};
use contracts::v1::{self, record_change};
use diesel::QueryResult;
use domain::event::{CatalogEvent, EventData};
use domain::flight::{Act, Decided, Flight, FlightEvent};
use domain::{LocationId, OrgId};
use prost::Message;
use store::AsyncPgConnection;
use store::outbox::{self, NewMessage};
use uuid::Uuid;

use crate::context::Context;
use crate::records::Record;

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
    pub fn record<R: Record>(&mut self, record: &R) {
        self.change(
            R::KIND,
            record.organization(),
            record.id(),
            record.version(),
            record.onto_wire(),
        );
    }

    /// A record that is no more; `version` follows upon its last one.
    pub fn deleted<R: Record>(&mut self, last: &R, version: i64, at: DateTime<Utc>) {
        let deleted = v1::Deleted {
            kind: R::KIND.to_owned(),
            id: last.public_id(),
            version,
            deleted_at: Some(timestamp(at)),
        };
        let deleted = record_change::Record::Deleted(deleted);
        self.change(R::KIND, last.organization(), last.id(), version, deleted);
    }

    fn change(
        &mut self,
        kind: &str,
        organization: OrgId,
        id: Uuid,
        version: i64,
        record: record_change::Record,
    ) {
        let change = v1::RecordChange {
            organization_id: organization.to_string(),
            record: Some(record),
        };
        self.push(
            RECORDS.name,
            format!("record.{kind}"),
            format!("{kind}:{id}:{version}"),
            change.encode_to_vec(),
        );
    }

    /// Something that the event catalog names.
    pub fn happened(
        &mut self,
        organization_id: OrgId,
        location_id: Option<LocationId>,
        occurred_at: DateTime<Utc>,
        data: EventData,
    ) {
        let event = CatalogEvent {
            id: self.context.event_id(occurred_at),
            organization_id,
            location_id,
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
        self.happened(
            flight.organization_id,
            flight.location_id,
            occurred_at,
            data,
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

    /// The same, to be run together with something else.
    pub fn insert(&self, conn: &mut AsyncPgConnection) -> outbox::Insert<'_> {
        outbox::Insert::new(conn, &self.messages)
    }
}
