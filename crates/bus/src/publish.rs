//! Confirmed publishing, pipelined.

use std::time::Duration;

use futures::future::join_all;
use lapin::options::BasicPublishOptions;
use lapin::{Channel, Confirmation};
use tokio::sync::Mutex;

use crate::connection::Bus;
use crate::message::OutMessage;

/// Why a message is not known to be at the broker. It may be there all the same.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PublishError {
    #[error("the broker is away")]
    Disconnected,
    #[error("the broker did not confirm in time")]
    Unconfirmed,
    #[error("the broker refused the message: a queue is full")]
    Refused,
    #[error("no queue takes messages with this routing key")]
    Unroutable,
}

/// Longest wait for a confirm.
const CONFIRM_TIMEOUT: Duration = Duration::from_secs(10);

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
        // Held until the last confirm: lapin numbers and writes a message in two steps, so
        // only one task at a time may publish on a channel.
        let mut slot = self.channel.lock().await;
        let channel = match slot.take().filter(|c| c.status().connected()) {
            Some(channel) => channel,
            None => match self.bus.confirming_channel().await {
                Ok(channel) => channel,
                Err(_) => return vec![Err(PublishError::Disconnected); messages.len()],
            },
        };
        let results = join_all(messages.iter().map(|m| publish(&channel, m))).await;
        if !results.contains(&Err(PublishError::Unconfirmed)) {
            *slot = Some(channel);
        }
        results
    }
}

async fn publish(channel: &Channel, message: &OutMessage) -> Result<(), PublishError> {
    // A fan-out with no replica to hear it is no loss; a topic without a queue is.
    let mandatory = message.exchange != contracts::topology::INVALIDATIONS.name;
    let options = BasicPublishOptions {
        mandatory,
        ..Default::default()
    };
    let properties = message.properties();
    let (exchange, routing_key) = (
        message.exchange.as_str().into(),
        message.routing_key.as_str().into(),
    );
    let written = async {
        channel
            .basic_publish(exchange, routing_key, options, &message.payload, properties)
            .await?
            .await
    };
    match tokio::time::timeout(CONFIRM_TIMEOUT, written).await {
        Ok(Ok(Confirmation::Ack(None) | Confirmation::NotRequested)) => Ok(()),
        Ok(Ok(Confirmation::Ack(Some(_)))) => Err(PublishError::Unroutable),
        Ok(Ok(Confirmation::Nack(_))) => Err(PublishError::Refused),
        Ok(Err(_)) => Err(PublishError::Disconnected),
        Err(_) => Err(PublishError::Unconfirmed),
    }
}
