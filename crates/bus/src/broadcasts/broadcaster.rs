//! Saying something to every replica, without waiting for the broker.

use bytes::Bytes;
use contracts::topology::Exchange;
use futures::FutureExt;
use futures::future::BoxFuture;
use lapin::options::BasicPublishOptions;
use lapin::{BasicProperties, Channel};

use crate::connection::{Bus, spoken};
use crate::publish::{PublishError, judged};

const TRANSIENT: u8 = 1;

/// Resolves once the message is in the queue of every replica that listens.
pub type Confirm = BoxFuture<'static, Result<(), PublishError>>;

/// Publishes to one fan-out exchange, on a channel of its own, what need not outlive the broker.
/// Messages arrive everywhere in the order in which they were said.
pub struct Broadcaster {
    bus: Bus,
    exchange: Exchange,
    channel: Option<Channel>,
}

impl Bus {
    pub fn broadcaster(&self, exchange: Exchange) -> Broadcaster {
        Broadcaster {
            bus: self.clone(),
            exchange,
            channel: None,
        }
    }
}

impl Broadcaster {
    /// Writes the message; what this returns waits for the broker's confirm.
    ///
    /// # Errors
    /// When the broker takes no messages. Nobody has heard this one then, or everybody has: the
    /// broker may have died between the two. What is said next goes over another channel.
    pub async fn say(&mut self, payload: Bytes) -> Result<Confirm, PublishError> {
        if self.bus.is_blocked() {
            return Err(PublishError::Blocked);
        }
        let disconnected = |_| PublishError::Disconnected;
        let channel = match self.channel.take().filter(|c| c.status().connected()) {
            Some(channel) => channel,
            None => self.bus.confirming_channel().await.map_err(disconnected)?,
        };
        let written = channel.basic_publish(
            self.exchange.name.into(),
            "".into(),
            BasicPublishOptions::default(),
            &payload,
            BasicProperties::default().with_delivery_mode(TRANSIENT),
        );
        let confirm = spoken(written).await.map_err(disconnected)?;
        self.channel = Some(channel);
        Ok(judged(confirm).boxed())
    }

    /// Says the next message over another channel: this one does not confirm.
    pub fn reset(&mut self) {
        self.channel = None;
    }
}
