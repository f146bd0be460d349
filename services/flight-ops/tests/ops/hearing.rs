//! Everything that the service publishes, as its consumers get it.

use std::sync::{Arc, Mutex};

use bus::{BatchHandler, Bus, ConsumeOptions, Delivery, Outcome, Transient, consume};
use contracts::topology::{READ_MODEL_EVENTS, READ_MODEL_RECORDS};
use contracts::v1;
use domain::event::CatalogEvent;
use prost::Message;
use test_support::eventually;
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::world::LIMIT;

/// Consumes the queues of the read side until it is dropped.
pub struct Hearing {
    records: Heard,
    events: Heard,
    _guard: DropGuard,
}

#[derive(Clone, Default)]
struct Heard(Arc<Mutex<Vec<Delivery>>>);

impl BatchHandler for Heard {
    async fn handle(&self, batch: &[Delivery]) -> Result<Vec<Outcome>, Transient> {
        self.0.lock().unwrap().extend_from_slice(batch);
        Ok(vec![Outcome::Ack; batch.len()])
    }
}

impl Hearing {
    pub fn begin(bus: &Bus) -> Self {
        let (records, events, token) =
            (Heard::default(), Heard::default(), CancellationToken::new());
        for (queue, heard) in [(READ_MODEL_RECORDS, &records), (READ_MODEL_EVENTS, &events)] {
            let (bus, heard, token) = (bus.clone(), heard.clone(), token.clone());
            tokio::spawn(async move {
                consume(&bus, queue, ConsumeOptions::default(), heard, token).await
            });
        }
        Self {
            records,
            events,
            _guard: token.drop_guard(),
        }
    }

    /// Messages about records so far, as `(routing key, message id)`.
    pub fn record_ids(&self) -> Vec<(String, String)> {
        let heard = self.records.0.lock().unwrap();
        heard
            .iter()
            .map(|d| (d.routing_key.clone(), d.message_id.clone()))
            .collect()
    }

    /// Messages about events so far, redeliveries included.
    pub fn event_deliveries(&self) -> Vec<Delivery> {
        self.events.0.lock().unwrap().clone()
    }

    /// Events so far, as the domain reads them.
    pub fn events(&self) -> Vec<CatalogEvent> {
        self.event_deliveries().iter().map(read_event).collect()
    }

    /// Waits for the record with this message id.
    pub async fn record(&self, message_id: &str) -> (Delivery, v1::RecordChange) {
        let what = format!("the record {message_id}");
        let delivery = self
            .find(&self.records, &what, |d| d.message_id == message_id)
            .await;
        let change = v1::RecordChange::decode(delivery.payload.clone()).unwrap();
        (delivery, change)
    }

    /// Waits for an event of this type about this flight.
    pub async fn event(&self, event_type: &str, flight_id: &str) -> (Delivery, CatalogEvent) {
        let about = |d: &Delivery| {
            d.routing_key == event_type && read_event(d).data.subject().id.to_string() == flight_id
        };
        let delivery = self
            .find(&self.events, &format!("{event_type} of {flight_id}"), about)
            .await;
        let event = read_event(&delivery);
        (delivery, event)
    }

    async fn find(&self, heard: &Heard, what: &str, is: impl Fn(&Delivery) -> bool) -> Delivery {
        eventually(what, LIMIT, async || {
            heard.0.lock().unwrap().iter().find(|d| is(d)).cloned()
        })
        .await
    }
}

fn read_event(delivery: &Delivery) -> CatalogEvent {
    let event = v1::CatalogEvent::decode(delivery.payload.clone()).unwrap();
    event.try_into().unwrap()
}
