//! Consuming a durable queue in batches.

pub(crate) mod moving;

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use contracts::topology::Queue;
use futures::{FutureExt, StreamExt};
use lapin::options::{BasicAckOptions, BasicConsumeOptions, BasicQosOptions};
use lapin::types::FieldTable;
use lapin::{Acker, Channel, Consumer};
use tokio_util::sync::CancellationToken;

use crate::bundle;
use crate::connection::{Bus, BusError, FIRST_PAUSE, LONGEST_PAUSE, keep, spoken};
use crate::message::Delivery;
use crate::publish::Publisher;

/// What became of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Handled, or known already.
    Ack,
    /// It may be handled after this time; other messages go on meanwhile.
    Retry(Duration),
    /// It can never be handled, for this reason.
    DeadLetter(String),
}

/// Nothing of the batch was decided: what it needs (the database) is away.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Transient(pub String);

/// Handles what has arrived.
pub trait BatchHandler: Send + Sync + 'static {
    /// One outcome a delivery, in the same order. After an error the same batch comes again.
    fn handle(
        &self,
        batch: &[Delivery],
    ) -> impl Future<Output = Result<Vec<Outcome>, Transient>> + Send;

    /// Returns when it can handle anything at all. Until then nothing is consumed.
    fn able(&self) -> impl Future<Output = ()> + Send {
        std::future::ready(())
    }

    /// Returns when it can handle nothing any more, for longer than a moment. The batch under way is
    /// then dropped in the middle, and all that this consumer had goes to the others.
    fn unable(&self) -> impl Future<Output = ()> + Send {
        std::future::pending()
    }
}

#[derive(Debug, Clone, Copy)]
pub struct ConsumeOptions {
    /// What the broker hands out ahead of its acknowledgement: messages, or bundles of up to 16.
    pub prefetch: u16,
    /// So many messages are handled together, and what else the last bundle holds.
    pub batch: usize,
}

impl Default for ConsumeOptions {
    fn default() -> Self {
        Self {
            prefetch: 128,
            batch: 500,
        }
    }
}

/// Consumes until the token is cancelled; the batch under way is then finished. Batches form by
/// themselves: whatever arrived while the last one was handled.
pub async fn consume<H: BatchHandler>(
    bus: &Bus,
    queue: Queue,
    options: ConsumeOptions,
    handler: H,
    token: CancellationToken,
) {
    let publisher = bus.publisher();
    let ready = || async {
        handler.able().await;
        bus.ready_to_consume().await;
    };
    keep(queue.name, &token, ready, || async {
        let ended = run(bus, &publisher, queue, options, &handler, &token).await;
        if ended.is_err() {
            bus.heal().await;
        }
        ended
    })
    .await;
}

async fn run<H: BatchHandler>(
    bus: &Bus,
    publisher: &Publisher,
    queue: Queue,
    options: ConsumeOptions,
    handler: &H,
    token: &CancellationToken,
) -> Result<(), BusError> {
    let channel = bus.consuming_channel().await?;
    spoken(channel.basic_qos(options.prefetch, BasicQosOptions::default())).await?;
    let mut consumer = spoken(channel.basic_consume(
        queue.name.into(),
        "".into(),
        BasicConsumeOptions::default(),
        FieldTable::default(),
    ))
    .await?;
    loop {
        let Gathered { batch, last } = tokio::select! {
            () = token.cancelled() => break,
            gathered = gather(&mut consumer, options.batch) => gathered?,
        };
        let Some(outcomes) = decide(handler, &batch, &channel, token).await else {
            break;
        };
        let letters = moving::letters(queue, &batch, &outcomes);
        if !moving::move_on(bus, publisher, letters, &channel, token).await {
            break;
        }
        spoken(last.ack(BasicAckOptions { multiple: true })).await?;
    }
    // What was prefetched and not handled goes back to the queue with the channel.
    spoken(channel.close(200, "done".into())).await
}

struct Gathered {
    batch: Vec<Delivery>,
    /// Of what brought the last of them.
    last: Acker,
}

/// Waits for one message, then takes what is there, until there are `most`.
async fn gather(consumer: &mut Consumer, most: usize) -> Result<Gathered, BusError> {
    let mut raw = consumer.next().await.ok_or(BusError::Disconnected)??;
    let mut batch = bundle::unpack(&mut raw);
    while batch.len() < most {
        match consumer.next().now_or_never() {
            Some(Some(next)) => raw = next?,
            Some(None) | None => break,
        }
        batch.append(&mut bundle::unpack(&mut raw));
    }
    let last = raw.acker;
    Ok(Gathered { batch, last })
}

/// Asks the handler until it decides. None: the channel is lost, the token cancelled or the handler
/// unable, and the broker will hand the batch out again.
async fn decide<H: BatchHandler>(
    handler: &H,
    batch: &[Delivery],
    channel: &Channel,
    token: &CancellationToken,
) -> Option<Vec<Outcome>> {
    let mut pause = FIRST_PAUSE;
    loop {
        let decided = tokio::select! {
            biased;
            decided = AssertUnwindSafe(handler.handle(batch)).catch_unwind() => decided,
            () = handler.unable() => {
                tracing::warn!(messages = batch.len(), "given back: nothing can be handled here");
                return None;
            }
        };
        match decided {
            Ok(Ok(outcomes)) if outcomes.len() == batch.len() => return Some(outcomes),
            Ok(Err(Transient(reason))) => {
                tracing::warn!(%reason, messages = batch.len(), "batch waits")
            }
            // Which outcome is whose cannot be told, so none is believed.
            Ok(Ok(outcomes)) if batch.len() == 1 => {
                let reason = format!("the handler gave {} outcomes for it", outcomes.len());
                return Some(vec![Outcome::DeadLetter(reason)]);
            }
            Err(_) if batch.len() == 1 => {
                return Some(vec![Outcome::DeadLetter(
                    "the handler panicked on this message".to_owned(),
                )]);
            }
            Ok(Ok(_)) | Err(_) => {
                return Box::pin(decide_one_by_one(handler, batch, channel, token)).await;
            }
        }
        tokio::select! {
            () = token.cancelled() => return None,
            () = tokio::time::sleep(pause) => {}
        }
        if !channel.status().connected() || handler.unable().now_or_never().is_some() {
            return None;
        }
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

/// A batch that makes the handler panic or miscount is taken apart, so that only the culprit dies.
async fn decide_one_by_one<H: BatchHandler>(
    handler: &H,
    batch: &[Delivery],
    channel: &Channel,
    token: &CancellationToken,
) -> Option<Vec<Outcome>> {
    let mut outcomes = Vec::with_capacity(batch.len());
    for delivery in batch {
        outcomes.extend(decide(handler, std::slice::from_ref(delivery), channel, token).await?);
    }
    Some(outcomes)
}
