//! Confirmed publishing, pipelined.

use std::time::Duration;

use bytes::Bytes;
use contracts::topology::{self, ExchangeKind};
use futures::future::join_all;
use lapin::options::BasicPublishOptions;
use lapin::{BasicProperties, Channel, Confirmation};
use tokio::sync::Mutex;

use crate::bundle;
use crate::connection::Bus;
use crate::message::OutMessage;

/// Why a message is not known to be at the broker. It may be there all the same.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PublishError {
    #[error("the broker is away")]
    Disconnected,
    #[error("the broker is short of memory or disk and takes no messages")]
    Blocked,
    #[error("the broker did not confirm in time")]
    Unconfirmed,
    #[error("the broker refused the message: a queue is full")]
    Refused,
    #[error("no queue takes messages with this routing key")]
    Unroutable,
}

/// Longest wait for a confirm; less than the outbox's lease, so that nobody else begins meanwhile.
const CONFIRM_TIMEOUT: Duration = Duration::from_secs(8);

/// A message with everything that is said about it.
#[derive(Debug, Clone)]
pub(crate) struct Letter {
    pub(crate) exchange: String,
    pub(crate) routing_key: String,
    pub(crate) properties: BasicProperties,
    pub(crate) payload: Bytes,
}

impl From<&OutMessage> for Letter {
    fn from(message: &OutMessage) -> Self {
        Self {
            exchange: message.exchange.clone(),
            routing_key: message.routing_key.clone(),
            properties: message.properties(),
            payload: message.payload.clone(),
        }
    }
}

/// Publishes with confirms on a channel of its own.
pub struct Publisher {
    bus: Bus,
    channel: Mutex<Option<Channel>>,
}

impl Bus {
    pub fn publisher(&self) -> Publisher {
        Publisher {
            bus: self.clone(),
            channel: Mutex::new(None),
        }
    }
}

impl Publisher {
    /// Publishes all and waits for their confirms: one result a message, in the same order.
    ///
    /// The confirms of one call come back while its other messages are still being written.
    pub async fn publish_all(&self, messages: &[OutMessage]) -> Vec<Result<(), PublishError>> {
        let parcels = bundle::pack(messages);
        let letters = parcels.iter().map(bundle::Parcel::letter).collect();
        let judged = self.send_all(letters).await;
        // What the broker says of a parcel it says of all that is in it.
        let mut results = vec![Err(PublishError::Unconfirmed); messages.len()];
        for (parcel, judged) in parcels.iter().zip(judged) {
            for place in &parcel.places {
                if let Some(result) = results.get_mut(*place) {
                    result.clone_from(&judged);
                }
            }
        }
        results
    }

    pub(crate) async fn send_all(&self, letters: Vec<Letter>) -> Vec<Result<(), PublishError>> {
        // Held until the last confirm: lapin numbers and writes a message in two steps, so
        // only one task at a time may publish on a channel.
        let mut slot = self.channel.lock().await;
        if self.bus.is_blocked() {
            return vec![Err(PublishError::Blocked); letters.len()];
        }
        let channel = match slot.take().filter(|c| c.status().connected()) {
            Some(channel) => channel,
            None => match self.bus.confirming_channel().await {
                Ok(channel) => channel,
                Err(_) => return vec![Err(PublishError::Disconnected); letters.len()],
            },
        };
        let results = join_all(letters.iter().map(|l| publish(&channel, l))).await;
        if results.contains(&Err(PublishError::Disconnected)) {
            self.bus.heal().await;
        } else if !results.contains(&Err(PublishError::Unconfirmed)) {
            *slot = Some(channel);
        }
        results
    }
}

/// None: there is no such exchange.
pub(crate) fn kind_of(exchange: &str) -> Option<ExchangeKind> {
    let known = topology::EXCHANGES.iter().find(|e| e.name == exchange);
    known.map(|e| e.kind)
}

pub(crate) async fn publish(channel: &Channel, letter: &Letter) -> Result<(), PublishError> {
    // The broker would close the channel on an exchange that is none, and whatever is under way on
    // it would be lost with this one message.
    let exchange = letter.exchange.as_str();
    let kind = kind_of(exchange);
    if !exchange.is_empty() && kind.is_none() {
        return Err(PublishError::Unroutable);
    }
    // A fan-out with no replica to hear it is no loss; a topic without a queue is.
    let options = BasicPublishOptions {
        mandatory: kind != Some(ExchangeKind::Fanout),
        ..Default::default()
    };
    let written = async {
        channel
            .basic_publish(
                exchange.into(),
                letter.routing_key.as_str().into(),
                options,
                &letter.payload,
                letter.properties.clone(),
            )
            .await?
            .await
    };
    judged(written).await
}

/// Waits for what the broker says of a message.
pub(crate) async fn judged(
    confirm: impl Future<Output = lapin::Result<Confirmation>>,
) -> Result<(), PublishError> {
    match tokio::time::timeout(CONFIRM_TIMEOUT, confirm).await {
        Ok(Ok(Confirmation::Ack(None) | Confirmation::NotRequested)) => Ok(()),
        Ok(Ok(Confirmation::Ack(Some(_)))) => Err(PublishError::Unroutable),
        Ok(Ok(Confirmation::Nack(_))) => Err(PublishError::Refused),
        Ok(Err(_)) => Err(PublishError::Disconnected),
        Err(_) => Err(PublishError::Unconfirmed),
    }
}
