//! Events at a steady pace, each published again until the broker has acknowledged it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use bus::{Bus, OutMessage, Publisher};
use domain::OrgId;
use test_support::eventually;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::events::{grounded, message};
use crate::stack::Stack;

const PATIENCE: Duration = Duration::from_secs(60);
/// Between two batches.
const TICK: Duration = Duration::from_millis(50);
/// Before what was not acknowledged is published again.
const PAUSE: Duration = Duration::from_millis(100);

/// Publishes one event of an organisation. Returns once the broker has it.
///
/// # Panics
/// When the broker does not take it.
pub async fn publish_one(stack: &Stack, organization: OrgId) -> String {
    let settings = bus::Settings::new(stack.broker.amqp_url.clone());
    let bus = Bus::connect(&settings, "one event")
        .await
        .expect("an address");
    let event = message(&grounded(organization));
    eventually("the broker has it", PATIENCE, async || {
        let results = bus
            .publisher()
            .publish_all(std::slice::from_ref(&event))
            .await;
        results.iter().all(Result::is_ok).then_some(())
    })
    .await;
    event.message_id
}

/// A publisher at work. It stops with this value.
pub struct Load {
    acknowledged: Arc<Mutex<BTreeMap<String, Instant>>>,
    token: CancellationToken,
    publishing: JoinHandle<()>,
}

impl Load {
    /// Publishes `each_tick` events of an organisation twenty times a second.
    pub(super) fn start(bus: &Bus, organization: OrgId, each_tick: usize) -> Self {
        let acknowledged = Arc::<Mutex<BTreeMap<String, Instant>>>::default();
        let token = CancellationToken::new();
        let publishing = tokio::spawn(publish(
            bus.publisher(),
            organization,
            each_tick,
            Arc::clone(&acknowledged),
            token.clone(),
        ));
        Self {
            acknowledged,
            token,
            publishing,
        }
    }

    /// The events that the broker has taken, and when it said so.
    pub fn acknowledged(&self) -> BTreeMap<String, Instant> {
        lock(&self.acknowledged).clone()
    }

    /// Publishes no more, once what was begun is acknowledged. All that was published.
    pub async fn stop(self) -> BTreeMap<String, Instant> {
        self.token.cancel();
        self.publishing.await.expect("the publisher ends");
        let mut acknowledged = lock(&self.acknowledged);
        std::mem::take(&mut *acknowledged)
    }
}

async fn publish(
    publisher: Publisher,
    organization: OrgId,
    each_tick: usize,
    acknowledged: Arc<Mutex<BTreeMap<String, Instant>>>,
    token: CancellationToken,
) {
    let mut ticks = tokio::time::interval(TICK);
    // A broker that was away is not sent in one moment what it missed.
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    while !token.is_cancelled() {
        ticks.tick().await;
        let events = std::iter::repeat_with(|| grounded(organization));
        let mut waiting: Vec<OutMessage> = events.take(each_tick).map(|e| message(&e)).collect();
        loop {
            let results = publisher.publish_all(&waiting).await;
            let now = Instant::now();
            let mut left = Vec::new();
            for (message, result) in waiting.into_iter().zip(results) {
                match result {
                    Ok(()) => drop(lock(&acknowledged).insert(message.message_id, now)),
                    Err(_) => left.push(message),
                }
            }
            waiting = left;
            if waiting.is_empty() {
                break;
            }
            tokio::time::sleep(PAUSE).await;
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
