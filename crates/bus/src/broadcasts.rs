//! What is said to every replica: each has a queue of its own on a fan-out exchange.

mod broadcaster;

use contracts::topology::{self, Exchange};
use contracts::v1::Invalidation;
use futures::StreamExt;
use lapin::options::BasicConsumeOptions;
use lapin::types::FieldTable;
use prost::Message;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::connection::{Bus, BusError, keep, spoken};
use crate::declare;

pub use broadcaster::{Broadcaster, Confirm};

/// What a replica hears on a fan-out exchange.
#[derive(Debug, Clone, PartialEq)]
pub enum Heard<T> {
    /// From now on everything is heard. What was said before may have been missed.
    Connected,
    Message(T),
    /// From now on something may be missed.
    Disconnected,
}

/// Messages that may wait for the replica before the broker has to.
const BACKLOG: usize = 1_024;

/// Subscribes to what replicas must forget.
pub fn invalidations(bus: &Bus, token: CancellationToken) -> mpsc::Receiver<Heard<Invalidation>> {
    // None may be dropped without the replica knowing.
    broadcasts(bus, topology::INVALIDATIONS, None, token)
}

/// Subscribes with a queue of this replica's own. Runs until the token is cancelled or the
/// receiver is dropped. A message that cannot be read is [`Heard::Connected`]: something was missed.
///
/// With `queue_length` the broker keeps so many messages for a replica that does not take them,
/// and drops the oldest beyond that.
pub fn broadcasts<T: Message + Default + 'static>(
    bus: &Bus,
    exchange: Exchange,
    queue_length: Option<u32>,
    token: CancellationToken,
) -> mpsc::Receiver<Heard<T>> {
    let (sender, receiver) = mpsc::channel(BACKLOG);
    let bus = bus.clone();
    tokio::spawn(async move {
        // Its own end is not the caller's.
        let token = token.child_token();
        let subscription = Subscription {
            bus: &bus,
            exchange,
            queue_length,
            sender: &sender,
            token: &token,
        };
        let ready = || bus.ready_to_consume();
        keep(exchange.name, &token, ready, || async {
            let heard = subscription.listen().await;
            if sender.send(Heard::Disconnected).await.is_err() {
                token.cancel();
            }
            heard
        })
        .await;
    });
    receiver
}

struct Subscription<'s, T> {
    bus: &'s Bus,
    exchange: Exchange,
    queue_length: Option<u32>,
    sender: &'s mpsc::Sender<Heard<T>>,
    token: &'s CancellationToken,
}

impl<T: Message + Default> Subscription<'_, T> {
    async fn listen(&self) -> Result<(), BusError> {
        let channel = self.bus.consuming_channel().await?;
        let declared = declare::exclusive_queue(&channel, &self.exchange, self.queue_length);
        let queue = spoken(declared).await?;
        let options = BasicConsumeOptions {
            no_ack: true,
            exclusive: true,
            ..Default::default()
        };
        let asked = channel.basic_consume(queue, "".into(), options, FieldTable::default());
        let mut consumer = spoken(asked).await?;
        if self.sender.send(Heard::Connected).await.is_err() {
            return Ok(());
        }
        loop {
            let delivery = tokio::select! {
                () = self.token.cancelled() => return Ok(()),
                next = consumer.next() => next.ok_or(BusError::Disconnected)??,
            };
            let heard =
                T::decode(delivery.data.as_slice()).map_or(Heard::Connected, Heard::Message);
            if self.sender.send(heard).await.is_err() {
                return Ok(());
            }
        }
    }
}
