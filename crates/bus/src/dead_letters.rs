//! What could not be handled, for operators to look at and to send again.

use contracts::topology::Queue;
use lapin::options::{BasicAckOptions, BasicGetOptions, BasicNackOptions, QueueDeclareOptions};
use lapin::types::{AMQPValue, FieldTable};
use lapin::{BasicProperties, Channel};

use crate::bundle;
use crate::connection::{Bus, BusError};
use crate::consume::moving;
use crate::declare;
use crate::message::{DEAD_LETTER_REASON, ORIGINAL_ROUTING_KEY, header};
use crate::publish::publish;

/// A message that was given up, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadLetter {
    pub message_id: String,
    /// More than one: what was published together was set aside as one. The name and the routing key are
    /// those of the first.
    pub messages: usize,
    pub routing_key: String,
    pub reason: String,
    /// Bytes of its payload.
    pub size: usize,
}

/// How many there are, and the first `limit` of them, which stay where they are.
pub async fn list(
    bus: &Bus,
    queue: Queue,
    limit: usize,
) -> Result<(u32, Vec<DeadLetter>), BusError> {
    let channel = bus.channel().await?;
    let passive = QueueDeclareOptions {
        passive: true,
        ..Default::default()
    };
    let dead = declare::dead(queue.name);
    let count = channel
        .queue_declare(dead.clone(), passive, FieldTable::default())
        .await?
        .message_count();
    let mut letters = Vec::new();
    let mut last = None;
    while letters.len() < limit {
        let Some(got) = channel
            .basic_get(dead.clone(), BasicGetOptions::default())
            .await?
        else {
            break;
        };
        letters.push(describe(&got.delivery));
        last = Some(got.delivery.acker);
    }
    if let Some(acker) = last {
        acker
            .nack(BasicNackOptions {
                multiple: true,
                requeue: true,
            })
            .await?;
    }
    channel.close(200, "done".into()).await?;
    Ok((count, letters))
}

/// Puts up to `limit` of them back into their queue; each leaves the dead letters only when its
/// copy is confirmed. What was set aside as one comes back message by message, so that one that cannot
/// be handled takes no other with it again. Returns how many dead letters there were.
pub async fn redrive(bus: &Bus, queue: Queue, limit: usize) -> Result<usize, BusError> {
    let channel = bus.confirming_channel().await?;
    let mut moved = 0;
    while moved < limit {
        let got = channel
            .basic_get(declare::dead(queue.name), BasicGetOptions::default())
            .await?;
        let Some(mut got) = got else { break };
        put_back(&channel, queue, &mut got.delivery).await?;
        got.delivery.acker.ack(BasicAckOptions::default()).await?;
        moved += 1;
    }
    channel.close(200, "done".into()).await?;
    Ok(moved)
}

async fn put_back(
    channel: &Channel,
    queue: Queue,
    letter: &mut lapin::message::Delivery,
) -> Result<(), BusError> {
    let first = routing_key(letter);
    let mut messages = bundle::unpack(letter);
    if let [alone] = messages.as_mut_slice() {
        alone.routing_key = first;
    }
    for message in &messages {
        let copy = moving::copy(queue.name.into(), queue, message, None);
        let published = publish(channel, &copy).await;
        published.map_err(|_| BusError::Disconnected)?;
    }
    Ok(())
}

fn describe(letter: &lapin::message::Delivery) -> DeadLetter {
    let properties = &letter.properties;
    let id = properties.message_id().as_ref().map(ToString::to_string);
    DeadLetter {
        message_id: id.unwrap_or_default(),
        messages: bundle::read(&letter.data.clone().into()).len().max(1),
        routing_key: routing_key(letter),
        // The broker's own dead letters bear its word: `delivery_limit`, `rejected`.
        reason: header(properties, DEAD_LETTER_REASON)
            .or_else(|| header(properties, "x-first-death-reason"))
            .unwrap_or_else(|| "unknown".to_owned()),
        size: letter.data.len(),
    }
}

/// What the message was published with first.
fn routing_key(letter: &lapin::message::Delivery) -> String {
    header(&letter.properties, ORIGINAL_ROUTING_KEY)
        .or_else(|| routing_key_before_death(&letter.properties))
        .unwrap_or_else(|| letter.routing_key.to_string())
}

/// What the broker sets aside itself bears the routing key in its account of the death: a list of
/// tables, the latest first.
fn routing_key_before_death(properties: &BasicProperties) -> Option<String> {
    let headers = properties.headers().as_ref()?;
    let AMQPValue::FieldArray(deaths) = headers.inner().get("x-death")? else {
        return None;
    };
    let Some(AMQPValue::FieldTable(first)) = deaths.as_slice().last() else {
        return None;
    };
    let AMQPValue::FieldArray(keys) = first.inner().get("routing-keys")? else {
        return None;
    };
    match keys.as_slice().first()? {
        AMQPValue::LongString(key) => Some(key.to_string()),
        AMQPValue::ShortString(key) => Some(key.to_string()),
        _ => None,
    }
}
