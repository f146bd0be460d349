//! What a broken handler, a careless operator or a broker in need may do.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test"
)]

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bus::{
    BatchHandler, Bus, ConsumeOptions, Delivery, Heard, OutMessage, Outcome, Settings, Transient,
    consume, dead_letters, invalidations,
};
use contracts::topology::{DISPATCHER_EVENTS, EVENTS, READ_MODEL_EVENTS};
use lapin::options::{
    BasicGetOptions, BasicNackOptions, QueueDeclareOptions, QueueDeleteOptions, QueuePurgeOptions,
};
use lapin::types::FieldTable;
use test_support::{TestBroker, eventually};
use tokio_util::sync::CancellationToken;

/// Hands out what `decide` says; remembers the messages by their id and routing key.
struct Deciding<F> {
    decide: F,
    seen: Arc<Mutex<Vec<(String, String)>>>,
}

impl<F: Fn(&[Delivery]) -> Vec<Outcome> + Send + Sync + 'static> BatchHandler for Deciding<F> {
    async fn handle(&self, batch: &[Delivery]) -> Result<Vec<Outcome>, Transient> {
        let told = batch
            .iter()
            .map(|d| (d.message_id.clone(), d.routing_key.clone()));
        self.seen.lock().unwrap().extend(told);
        Ok((self.decide)(batch))
    }
}

type Seen = Arc<Mutex<Vec<(String, String)>>>;

fn start(
    bus: &Bus,
    decide: impl Fn(&[Delivery]) -> Vec<Outcome> + Send + Sync + 'static,
) -> (Seen, tokio_util::sync::DropGuard) {
    let (seen, token) = (Seen::default(), CancellationToken::new());
    let handler = Deciding {
        decide,
        seen: seen.clone(),
    };
    let (bus, inner) = (bus.clone(), token.clone());
    tokio::spawn(async move {
        consume(
            &bus,
            DISPATCHER_EVENTS,
            ConsumeOptions::default(),
            handler,
            inner,
        )
        .await;
    });
    (seen, token.drop_guard())
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

/// A channel that is not the crate's, as an operator's tool has one.
async fn operator(broker: &TestBroker) -> (lapin::Connection, lapin::Channel) {
    let connection = lapin::Connection::connect(&broker.amqp_url, Default::default())
        .await
        .unwrap();
    let channel = connection.create_channel().await.unwrap();
    (connection, channel)
}

fn event(id: &str) -> OutMessage {
    OutMessage {
        exchange: EVENTS.name.to_owned(),
        routing_key: "flight.approved".to_owned(),
        message_id: id.to_owned(),
        traceparent: None,
        payload: "x".into(),
    }
}

async fn publish(bus: &Bus, messages: &[OutMessage]) {
    let results = bus.publisher().publish_all(messages).await;
    assert!(results.iter().all(Result::is_ok), "{results:?}");
}

fn count(seen: &Seen, id: &str) -> usize {
    seen.lock().unwrap().iter().filter(|(i, _)| i == id).count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_handler_that_forgets_messages_loses_none() {
    let broker = TestBroker::create().await;
    let bus = connected(&broker).await;
    publish(&bus, &["1", "2", "3"].map(event)).await;
    // One outcome for a batch of any size, and none for a single message with the id 3.
    let (_seen, _guard) = start(&bus, |batch| match batch {
        [one] if one.message_id == "3" => vec![],
        _ => vec![Outcome::Ack],
    });
    let letters = eventually("it is set aside", Duration::from_secs(10), async || {
        let (_, letters) = dead_letters::list(&bus, DISPATCHER_EVENTS, 10).await.ok()?;
        (!letters.is_empty()).then_some(letters)
    })
    .await;
    assert_eq!(letters.len(), 1, "{letters:?}");
    assert_eq!(letters[0].message_id, "3");
    assert!(letters[0].reason.contains("outcome"), "{letters:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reason_too_long_for_a_frame_is_cut() {
    let broker = TestBroker::create().await;
    let bus = connected(&broker).await;
    publish(&bus, &[event("1")]).await;
    let (seen, _guard) = start(&bus, |batch| {
        vec![Outcome::DeadLetter("é".repeat(200_000)); batch.len()]
    });
    eventually("it is set aside", Duration::from_secs(10), async || {
        let (_, letters) = dead_letters::list(&bus, DISPATCHER_EVENTS, 10).await.ok()?;
        (letters.len() == 1).then_some(())
    })
    .await;
    assert_eq!(count(&seen, "1"), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn listing_dead_letters_often_leaves_them_where_they_are() {
    let broker = TestBroker::create().await;
    let bus = connected(&broker).await;
    publish(&bus, &[event("1")]).await;
    let (_seen, _guard) = start(&bus, |batch| {
        vec![Outcome::DeadLetter("no".to_owned()); batch.len()]
    });
    eventually("it is set aside", Duration::from_secs(10), async || {
        let (ready, _) = dead_letters::list(&bus, DISPATCHER_EVENTS, 0).await.ok()?;
        (ready == 1).then_some(())
    })
    .await;
    // From version 4 a queue that sets no limit drops what was given back twenty times.
    let (_connection, channel) = operator(&broker).await;
    for _ in 0..60 {
        let dead = format!("{}.dead", DISPATCHER_EVENTS.name);
        let got = channel
            .basic_get(dead.into(), BasicGetOptions::default())
            .await
            .unwrap()
            .expect("the letter is still there");
        let back = lapin::options::BasicRejectOptions { requeue: true };
        got.delivery.acker.reject(back).await.unwrap();
    }
    let (_, letters) = dead_letters::list(&bus, DISPATCHER_EVENTS, 10)
        .await
        .unwrap();
    assert_eq!(letters.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_broker_set_aside_comes_back_with_its_routing_key() {
    comes_back(&[event("1")]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_published_together_is_set_aside_as_one_and_comes_back_one_by_one() {
    let other = OutMessage {
        routing_key: "training.signoff".to_owned(),
        ..event("2")
    };
    comes_back(&[event("1"), other, event("3")]).await;
}

/// `messages` are rejected as they come, listed as one, sent back, and handled.
async fn comes_back(messages: &[OutMessage]) {
    let broker = TestBroker::create().await;
    let bus = connected(&broker).await;
    publish(&bus, messages).await;
    let (_connection, channel) = operator(&broker).await;
    let got = channel
        .basic_get(DISPATCHER_EVENTS.name.into(), BasicGetOptions::default())
        .await
        .unwrap()
        .expect("the message");
    let away = BasicNackOptions::default();
    got.delivery.acker.nack(away).await.unwrap();
    let letter = eventually("it is set aside", Duration::from_secs(10), async || {
        let (_, letters) = dead_letters::list(&bus, DISPATCHER_EVENTS, 10).await.ok()?;
        letters.into_iter().next()
    })
    .await;
    assert_eq!(
        (letter.message_id.as_str(), letter.messages),
        ("1", messages.len())
    );
    assert_eq!(
        (letter.routing_key.as_str(), letter.reason.as_str()),
        ("flight.approved", "rejected")
    );
    let moved = dead_letters::redrive(&bus, DISPATCHER_EVENTS, 1).await;
    assert_eq!(moved.unwrap(), 1);
    let in_queue = channel
        .queue_declare(
            DISPATCHER_EVENTS.name.into(),
            lapin::options::QueueDeclareOptions {
                passive: true,
                ..Default::default()
            },
            lapin::types::FieldTable::default(),
        )
        .await
        .unwrap();
    assert_eq!(
        usize::try_from(in_queue.message_count()).unwrap(),
        messages.len()
    );
    let (seen, _guard) = start(&bus, |batch| vec![Outcome::Ack; batch.len()]);
    let expected = messages
        .iter()
        .map(|message| (message.message_id.clone(), message.routing_key.clone()));
    let expected: Vec<_> = expected.collect();
    eventually("all is handled", Duration::from_secs(10), async || {
        (*seen.lock().unwrap() == expected).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_queue_and_an_exchange_that_were_deleted_are_made_again() {
    let broker = TestBroker::create().await;
    let bus = connected(&broker).await;
    let (seen, _guard) = start(&bus, |batch| vec![Outcome::Ack; batch.len()]);
    let publisher = bus.publisher();
    assert_eq!(publisher.publish_all(&[event("1")]).await, [Ok(())]);
    let (_connection, channel) = operator(&broker).await;
    channel
        .queue_delete(DISPATCHER_EVENTS.name.into(), QueueDeleteOptions::default())
        .await
        .unwrap();
    channel
        .exchange_delete(EVENTS.name.into(), Default::default())
        .await
        .unwrap();
    eventually("it flows again", Duration::from_secs(10), async || {
        let _ = publisher.publish_all(&[event("2")]).await;
        (count(&seen, "2") > 0).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_queue_with_other_arguments_is_used_as_it_is() {
    let broker = TestBroker::create().await;
    let (_connection, channel) = operator(&broker).await;
    let durable = QueueDeclareOptions {
        durable: true,
        ..Default::default()
    };
    for queue in [DISPATCHER_EVENTS, READ_MODEL_EVENTS] {
        channel
            .queue_declare(queue.name.into(), durable, FieldTable::default())
            .await
            .unwrap();
    }
    let bus = connected(&broker).await;
    let (seen, _guard) = start(&bus, |batch| vec![Outcome::Ack; batch.len()]);
    publish(&bus, &[event("1")]).await;
    eventually("it is handled", Duration::from_secs(10), async || {
        (count(&seen, "1") == 1).then_some(())
    })
    .await;
    let purged = channel
        .queue_purge(READ_MODEL_EVENTS.name.into(), QueuePurgeOptions::default())
        .await
        .unwrap();
    assert_eq!(purged, 1, "it is bound as well");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn dropping_the_receiver_of_invalidations_stops_nothing_else() {
    let broker = TestBroker::create().await;
    let bus = connected(&broker).await;
    let token = CancellationToken::new();
    let mut heard = invalidations(&bus, token.clone());
    assert_eq!(heard.recv().await, Some(Heard::Connected));
    drop(heard);
    let polls = AtomicUsize::new(0);
    // The subscription ends when it next has something to say.
    eventually("its queue is gone", Duration::from_secs(10), async || {
        polls.fetch_add(1, Ordering::SeqCst);
        let message = OutMessage {
            exchange: "gaf.invalidations".to_owned(),
            ..event("i")
        };
        let _ = bus.publisher().publish_all(&[message]).await;
        (polls.load(Ordering::SeqCst) > 20).then_some(())
    })
    .await;
    assert!(!token.is_cancelled(), "the caller's token is the caller's");
}
