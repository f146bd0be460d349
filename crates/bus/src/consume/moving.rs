//! Moving messages on: to wait, or to be set aside.

use contracts::topology::Queue;
use lapin::Channel;
use lapin::types::{AMQPValue, ShortString};
use tokio_util::sync::CancellationToken;

use super::Outcome;
use crate::connection::{Bus, FIRST_PAUSE, LONGEST_PAUSE};
use crate::declare;
use crate::message::{DEAD_LETTER_REASON, Delivery, ORIGINAL_EXCHANGE, ORIGINAL_ROUTING_KEY};
use crate::publish::{Letter, PublishError, Publisher};

/// Bytes of a reason that are kept: all headers of a message have to fit into one frame.
const REASON_BYTES: usize = 2_048;

/// The copies that `outcomes` ask for.
pub(super) fn letters(queue: Queue, batch: &[Delivery], outcomes: &[Outcome]) -> Vec<Letter> {
    let decided = batch.iter().zip(outcomes);
    decided
        .filter_map(|(delivery, outcome)| letter(queue, delivery, outcome))
        .collect()
}

fn letter(queue: Queue, delivery: &Delivery, outcome: &Outcome) -> Option<Letter> {
    match outcome {
        Outcome::Ack => None,
        Outcome::Retry(after) => {
            let mut letter = copy(declare::retry(queue.name), queue, delivery, None);
            let expiration = after.as_millis().max(1).to_string();
            letter.properties = letter.properties.with_expiration(expiration.into());
            Some(letter)
        }
        Outcome::DeadLetter(reason) => {
            let reason = shorten(reason);
            tracing::error!(
                queue = queue.name,
                message_id = delivery.message_id,
                reason,
                "message dead-lettered"
            );
            Some(copy(
                declare::dead(queue.name),
                queue,
                delivery,
                Some(reason),
            ))
        }
    }
}

fn shorten(reason: &str) -> &str {
    let end = reason.floor_char_boundary(REASON_BYTES);
    reason.get(..end).unwrap_or_default()
}

/// `delivery`, once more, for the queue `to`.
pub(crate) fn copy(
    to: ShortString,
    queue: Queue,
    delivery: &Delivery,
    reason: Option<&str>,
) -> Letter {
    let message = crate::OutMessage {
        exchange: String::new(),
        routing_key: to.to_string(),
        message_id: delivery.message_id.clone(),
        traceparent: delivery.traceparent.clone(),
        payload: delivery.payload.clone(),
    };
    let mut letter = Letter::from(&message);
    let mut headers = letter.properties.headers().clone().unwrap_or_default();
    let mut say = |name: &'static str, text: &str| {
        headers.insert(name.into(), AMQPValue::LongString(text.into()));
    };
    say(ORIGINAL_EXCHANGE, queue.exchange.name);
    say(ORIGINAL_ROUTING_KEY, &delivery.routing_key);
    if let Some(reason) = reason {
        say(DEAD_LETTER_REASON, reason);
    }
    letter.properties = letter.properties.with_headers(headers);
    letter
}

/// Publishes the copies, confirmed, before the originals are acknowledged. It goes on trying until
/// all are: false, when the channel of the originals is lost or the token cancelled meanwhile.
pub(super) async fn move_on(
    bus: &Bus,
    publisher: &Publisher,
    mut letters: Vec<Letter>,
    channel: &Channel,
    token: &CancellationToken,
) -> bool {
    let mut pause = FIRST_PAUSE;
    while !letters.is_empty() {
        let results = publisher.send_all(letters.clone()).await;
        let Some(error) = results.iter().find_map(|r| r.clone().err()) else {
            break;
        };
        let mut results = results.into_iter();
        letters.retain(|_| results.next().is_some_and(|r| r.is_err()));
        tracing::warn!(%error, messages = letters.len(), "messages cannot be moved on yet");
        if error == PublishError::Unroutable {
            bus.heal().await;
        }
        tokio::select! {
            () = token.cancelled() => return false,
            () = tokio::time::sleep(pause) => {}
        }
        if !channel.status().connected() {
            return false;
        }
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
    true
}
