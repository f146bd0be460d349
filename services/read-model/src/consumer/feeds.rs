//! The two queues.

use bus::Delivery;
use chrono::{DateTime, Utc};
use contracts::convert::InvalidMessage;
use contracts::topology::{READ_MODEL_EVENTS, READ_MODEL_RECORDS};
use contracts::v1;
use diesel_async::AsyncPgConnection;
use domain::event::CatalogEvent;
use prost::Message;

use crate::apply;
use crate::error::ReadModelError;
use crate::record::Change;

/// What one queue brings, and what is done with it.
pub trait Feed: Send + Sync + 'static {
    const QUEUE: &'static str;
    type Item: Send + Sync;

    fn parse(delivery: &Delivery) -> Result<Self::Item, InvalidMessage>;

    fn happened_at(item: &Self::Item) -> DateTime<Utc>;

    /// Applies the items and returns how many changed anything.
    fn apply(
        conn: &mut AsyncPgConnection,
        items: &[(usize, Self::Item)],
        now: DateTime<Utc>,
    ) -> impl Future<Output = Result<usize, ReadModelError>> + Send;
}

/// Record changes.
pub struct Records;

impl Feed for Records {
    const QUEUE: &'static str = READ_MODEL_RECORDS.name;
    type Item = Change;

    fn parse(delivery: &Delivery) -> Result<Change, InvalidMessage> {
        Change::parse(delivery.payload.clone())
    }

    fn happened_at(change: &Change) -> DateTime<Utc> {
        change.happened_at
    }

    async fn apply(
        conn: &mut AsyncPgConnection,
        changes: &[(usize, Change)],
        now: DateTime<Utc>,
    ) -> Result<usize, ReadModelError> {
        apply::records(conn, changes.iter().map(|(_, change)| change), now).await
    }
}

/// Catalog events.
pub struct Events;

impl Feed for Events {
    const QUEUE: &'static str = READ_MODEL_EVENTS.name;
    type Item = CatalogEvent;

    fn parse(delivery: &Delivery) -> Result<CatalogEvent, InvalidMessage> {
        v1::CatalogEvent::decode(delivery.payload.clone())
            .map_err(|error| InvalidMessage::new("catalog_event", error))?
            .try_into()
    }

    fn happened_at(event: &CatalogEvent) -> DateTime<Utc> {
        event.occurred_at
    }

    async fn apply(
        conn: &mut AsyncPgConnection,
        events: &[(usize, CatalogEvent)],
        now: DateTime<Utc>,
    ) -> Result<usize, ReadModelError> {
        apply::events(conn, events.iter().map(|(_, event)| event), now).await
    }
}
