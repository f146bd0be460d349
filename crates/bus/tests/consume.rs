//! Durable queues, dead letters and the outbox relay over a real broker and database.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test"
)]

use std::collections::HashSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bus::{
    BatchHandler, Bus, ConsumeOptions, Delivery, Heard, OutMessage, Outcome, PublishError,
    Settings, Transient, consume, dead_letters, invalidations,
};
use contracts::topology::{DISPATCHER_EVENTS, EVENTS, INVALIDATIONS};
use contracts::v1::{Invalidation, KeyChanged, invalidation::Subject};
use test_support::{TestBroker, eventually};
use tokio_util::sync::CancellationToken;

/// Remembers what it saw; does to each message what its body says.
#[derive(Clone, Default)]
struct Obedient {
    seen: Arc<Mutex<Vec<(String, String)>>>,
}

impl Obedient {
    fn ids(&self) -> Vec<String> {
        self.seen
            .lock()
            .unwrap()
            .iter()
            .map(|(id, _)| id.clone())
            .collect()
    }

    fn count(&self, id: &str) -> usize {
        self.ids().iter().filter(|seen| *seen == id).count()
    }
}

impl BatchHandler for Obedient {
    async fn handle(&self, batch: &[Delivery]) -> Result<Vec<Outcome>, Transient> {
        // Before anything is remembered: what stands beside it comes again as new.
        assert!(batch.iter().all(|d| &d.payload[..] != b"panic"), "asked to");
        let mut outcomes = Vec::new();
        for delivery in batch {
            let first = self.count(&delivery.message_id) == 0;
            self.seen
                .lock()
                .unwrap()
                .push((delivery.message_id.clone(), delivery.routing_key.clone()));
            match &delivery.payload[..] {
                b"away" if first => return Err(Transient("the database is away".to_owned())),
                b"later" if first => outcomes.push(Outcome::Retry(Duration::from_millis(50))),
                b"bad" if first => outcomes.push(Outcome::DeadLetter("cannot be read".to_owned())),
                _ => outcomes.push(Outcome::Ack),
            }
        }
        Ok(outcomes)
    }
}

async fn connected(broker: &TestBroker) -> Bus {
    let bus = Bus::connect(&Settings::new(broker.amqp_url.clone()), "test")
        .await
        .unwrap();
    eventually("a connection", Duration::from_secs(10), async || {
        bus.is_connected().then_some(())
    })
    .await;
    bus
}

fn event(id: &str, body: &'static [u8]) -> OutMessage {
    OutMessage {
        exchange: EVENTS.name.to_owned(),
        routing_key: "flight.approved".to_owned(),
        message_id: id.to_owned(),
        traceparent: None,
        payload: body.into(),
    }
}

fn start(bus: &Bus, handler: &Obedient) -> CancellationToken {
    let token = CancellationToken::new();
    let (bus, handler, inner) = (bus.clone(), handler.clone(), token.clone());
    tokio::spawn(async move {
        consume(
            &bus,
            DISPATCHER_EVENTS,
            ConsumeOptions::default(),
            handler,
            inner,
        )
        .await
    });
    token
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_handled_is_set_aside_with_its_reason_and_blocks_nothing() {
    let broker = TestBroker::create().await;
    let bus = connected(&broker).await;
    let handler = Obedient::default();
    let _token = start(&bus, &handler).drop_guard();
    let messages = [
        event("1", b"bad"),
        event("2", b"panic"),
        event("3", b"later"),
        event("4", b"away"),
        event("5", b"fine"),
    ];
    let published = bus.publisher().publish_all(&messages).await;
    assert!(published.iter().all(Result::is_ok), "{published:?}");
    eventually("the rest is handled", Duration::from_secs(10), async || {
        (handler.count("3") >= 2 && handler.count("4") >= 2 && handler.count("5") >= 1)
            .then_some(())
    })
    .await;
    let (count, letters) = eventually("both are set aside", Duration::from_secs(5), async || {
        let listed = dead_letters::list(&bus, DISPATCHER_EVENTS, 10).await;
        listed.ok().filter(|(_, letters)| letters.len() == 2)
    })
    .await;
    let told: HashSet<_> = letters
        .iter()
        .map(|l| {
            (
                l.message_id.as_str(),
                l.reason.as_str(),
                l.routing_key.as_str(),
            )
        })
        .collect();
    assert_eq!(count, 2);
    assert!(
        told.contains(&("1", "cannot be read", "flight.approved")),
        "{told:?}"
    );
    assert!(
        told.contains(&(
            "2",
            "the handler panicked on this message",
            "flight.approved"
        )),
        "{told:?}"
    );

    assert_eq!(
        dead_letters::redrive(&bus, DISPATCHER_EVENTS, 1)
            .await
            .unwrap(),
        1
    );
    eventually(
        "the redriven one is handled",
        Duration::from_secs(5),
        async || (handler.count("1") == 2).then_some(()),
    )
    .await;
    let seen = handler.seen.lock().unwrap().clone();
    assert!(
        seen.iter()
            .all(|(_, routing_key)| routing_key == "flight.approved"),
        "{seen:?}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_nobody_would_get_is_an_error_and_order_of_results_is_kept() {
    let broker = TestBroker::create().await;
    let bus = connected(&broker).await;
    let nowhere = OutMessage {
        exchange: "gaf.records".to_owned(),
        routing_key: "other".to_owned(),
        ..event("x", b"")
    };
    let results = bus
        .publisher()
        .publish_all(&[event("1", b"fine"), nowhere, event("2", b"fine")])
        .await;
    assert_eq!(results, vec![Ok(()), Err(PublishError::Unroutable), Ok(())]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_replica_hears_an_invalidation() {
    let broker = TestBroker::create().await;
    let bus = connected(&broker).await;
    let token = CancellationToken::new();
    let mut replicas = [
        invalidations(&bus, token.clone()),
        invalidations(&bus, token.clone()),
    ];
    for replica in &mut replicas {
        assert_eq!(replica.recv().await, Some(Heard::Connected));
    }
    let said = Invalidation {
        subject: Some(Subject::KeyChanged(KeyChanged {
            key_id: "k".to_owned(),
            ..Default::default()
        })),
    };
    let message = OutMessage {
        exchange: INVALIDATIONS.name.to_owned(),
        payload: prost::Message::encode_to_vec(&said).into(),
        ..event("i", b"")
    };
    assert_eq!(bus.publisher().publish_all(&[message]).await, vec![Ok(())]);
    for replica in &mut replicas {
        assert_eq!(replica.recv().await, Some(Heard::Message(said.clone())));
    }
}
