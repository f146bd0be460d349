//! A consumer that can do nothing any more, beside one that can.
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
    BatchHandler, Bus, ConsumeOptions, Delivery, OutMessage, Outcome, Settings, Transient, consume,
};
use contracts::topology::{DISPATCHER_EVENTS, EVENTS};
use test_support::{TestBroker, eventually};
use tokio::sync::watch;
use tokio_util::sync::{CancellationToken, DropGuard};

const LIMIT: Duration = Duration::from_secs(10);

/// Handles as long as it can, and hangs from then on.
#[derive(Clone)]
struct Able {
    able: watch::Sender<bool>,
    handled: Arc<Mutex<HashSet<String>>>,
}

impl Able {
    fn new() -> Self {
        Self {
            able: watch::Sender::new(true),
            handled: Arc::default(),
        }
    }

    async fn until(&self, able: bool) {
        let mut state = self.able.subscribe();
        state.wait_for(|is| *is == able).await.unwrap();
    }

    fn start(&self, bus: &Bus) -> DropGuard {
        let token = CancellationToken::new();
        let (bus, handler, inner) = (bus.clone(), self.clone(), token.clone());
        tokio::spawn(async move {
            let options = ConsumeOptions::default();
            consume(&bus, DISPATCHER_EVENTS, options, handler, inner).await;
        });
        token.drop_guard()
    }
}

impl BatchHandler for Able {
    async fn handle(&self, batch: &[Delivery]) -> Result<Vec<Outcome>, Transient> {
        self.until(true).await;
        let ids = batch.iter().map(|it| it.message_id.clone());
        self.handled.lock().unwrap().extend(ids);
        Ok(vec![Outcome::Ack; batch.len()])
    }

    async fn able(&self) {
        self.until(true).await;
    }

    async fn unable(&self) {
        self.until(false).await;
    }
}

async fn holds(ids: &Arc<Mutex<HashSet<String>>>, expected: usize) {
    eventually("the messages are there", LIMIT, async || {
        (ids.lock().unwrap().len() == expected).then_some(())
    })
    .await;
}

async fn publish(bus: &Bus, ids: std::ops::Range<usize>) {
    let message = |id: usize| OutMessage {
        exchange: EVENTS.name.to_owned(),
        routing_key: "flight.approved".to_owned(),
        message_id: id.to_string(),
        traceparent: None,
        payload: "x".into(),
    };
    let messages: Vec<_> = ids.map(message).collect();
    let results = bus.publisher().publish_all(&messages).await;
    assert!(results.iter().all(Result::is_ok), "{results:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_cut_off_consumer_had_goes_to_others_and_it_takes_nothing_until_it_can() {
    let broker = TestBroker::create().await;
    let bus = Bus::connect(&Settings::new(broker.amqp_url.clone()), "test")
        .await
        .unwrap();
    eventually("a connection", LIMIT, async || {
        bus.is_connected().then_some(())
    })
    .await;
    let (cut_off, other) = (Able::new(), Able::new());
    let _first = cut_off.start(&bus);
    publish(&bus, 0..10).await;
    holds(&cut_off.handled, 10).await;

    cut_off.able.send_replace(false);
    publish(&bus, 10..20).await;
    let _second = other.start(&bus);
    publish(&bus, 20..100).await;
    holds(&other.handled, 90).await;
    assert_eq!(cut_off.handled.lock().unwrap().len(), 10);

    cut_off.able.send_replace(true);
    let mut next = 100;
    eventually("it takes part again", LIMIT, async || {
        publish(&bus, next..next + 10).await;
        next += 10;
        (cut_off.handled.lock().unwrap().len() > 10).then_some(())
    })
    .await;
}
