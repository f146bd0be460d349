//! `gaf dead-letters`, on real queues.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use bus::{BatchHandler, ConsumeOptions, Delivery, OutMessage, Outcome, Transient, consume};
use contracts::topology::{DISPATCHER_EVENTS, EVENTS};
use test_support::eventually;
use tokio_util::sync::CancellationToken;

use crate::world::{LIMIT, World};

/// Takes messages and gives them up, or keeps them.
#[derive(Clone, Default)]
struct Consumer {
    gives_up: bool,
    taken: Arc<Mutex<Vec<String>>>,
}

impl BatchHandler for Consumer {
    async fn handle(&self, batch: &[Delivery]) -> Result<Vec<Outcome>, Transient> {
        self.taken
            .lock()
            .unwrap()
            .extend(batch.iter().map(|d| d.message_id.clone()));
        let outcome = match self.gives_up {
            true => Outcome::DeadLetter("no such\u{7} flight".into()),
            false => Outcome::Ack,
        };
        Ok(vec![outcome; batch.len()])
    }
}

/// Handles so many messages.
async fn handle(world: &World, gives_up: bool, messages: usize) {
    let (consumer, token) = (
        Consumer {
            gives_up,
            ..Consumer::default()
        },
        CancellationToken::new(),
    );
    let (bus, handler, stop) = (world.bus.clone(), consumer.clone(), token.clone());
    let task = tokio::spawn(async move {
        consume(
            &bus,
            DISPATCHER_EVENTS,
            ConsumeOptions::default(),
            handler,
            stop,
        )
        .await;
    });
    eventually("the messages are taken", LIMIT, async || {
        (consumer.taken.lock().unwrap().len() >= messages).then_some(())
    })
    .await;
    token.cancel();
    tokio::time::timeout(LIMIT, task).await.unwrap().unwrap();
}

async fn three_dead_letters(world: &World) {
    let message = |number: u32| OutMessage {
        exchange: EVENTS.name.to_owned(),
        routing_key: "flight.approved".to_owned(),
        message_id: format!("evt_{number}"),
        traceparent: None,
        payload: vec![0; 7].into(),
    };
    let published = world
        .bus
        .publisher()
        .publish_all(&[message(1), message(2), message(3)])
        .await;
    assert!(published.iter().all(Result::is_ok));
    handle(world, true, 3).await;
}

const QUEUE: &str = "webhook-dispatcher.events";

async fn count(world: &World) -> u64 {
    world.json(&["dead-letters", "list", QUEUE]).await[0]["count"]
        .as_u64()
        .unwrap()
}

#[tokio::test]
async fn dead_letters_are_listed_with_their_reasons_and_stay() {
    let world = World::start().await;
    three_dead_letters(&world).await;
    // The broker's count of what was put back follows within a moment.
    for _ in 0..3 {
        eventually("all three are there", LIMIT, async || {
            (count(&world).await == 3).then_some(())
        })
        .await;
    }
    let ran = world
        .gaf(&["dead-letters", "list", QUEUE, "--limit", "2"])
        .await;
    assert!(
        ran.out.contains("no such  flight") && ran.out.contains("flight.approved"),
        "{}",
        ran.out
    );
    assert!(ran.out.contains("… and 1 more"), "{}", ran.out);

    let all = world.json(&["dead-letters", "list"]).await;
    let queues: Vec<&str> = all
        .as_array()
        .unwrap()
        .iter()
        .map(|q| q["queue"].as_str().unwrap())
        .collect();
    assert_eq!(
        queues,
        contracts::topology::QUEUES
            .iter()
            .map(|q| q.name)
            .collect::<Vec<_>>()
    );
    assert_eq!(
        world.gaf(&["dead-letters", "list", "no.such"]).await.code,
        2
    );
}

#[tokio::test]
async fn redriven_messages_are_handled_again() {
    let world = World::start().await;
    three_dead_letters(&world).await;
    eventually("all three are there", LIMIT, async || {
        (count(&world).await == 3).then_some(())
    })
    .await;
    let answer = world
        .json(&["dead-letters", "redrive", QUEUE, "--limit", "1"])
        .await;
    assert_eq!((&answer["moved"], &answer["left"]), (&1.into(), &2.into()));
    let ran = world
        .gaf(&["dead-letters", "redrive", "webhook-dispatcher.events.dead"])
        .await;
    assert_eq!(
        ran.out.trim(),
        "2 messages went back to webhook-dispatcher.events; 0 dead letters left."
    );
    tokio::time::timeout(Duration::from_secs(20), handle(&world, false, 3))
        .await
        .unwrap();
    assert_eq!(
        world.json(&["dead-letters", "redrive", QUEUE]).await["moved"],
        0
    );
}
