//! What a replica must forget.

use contracts::topology;
use contracts::v1::Invalidation;
use futures::StreamExt;
use lapin::options::BasicConsumeOptions;
use lapin::types::FieldTable;
use prost::Message;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::connection::{Bus, BusError, keep, spoken};
use crate::declare;

/// What a replica hears on the invalidations exchange.
#[derive(Debug, Clone, PartialEq)]
pub enum Heard {
    /// From now on everything is heard. What was cached before may be stale: forget it.
    Connected,
    Invalidation(Invalidation),
    /// From now on something may be missed.
    Disconnected,
}

/// Messages that may wait for the replica before the broker has to.
const BACKLOG: usize = 1_024;

/// Subscribes with a queue of this replica's own. Runs until the token is cancelled or the
/// receiver is dropped.
pub fn invalidations(bus: &Bus, token: CancellationToken) -> mpsc::Receiver<Heard> {
    let (sender, receiver) = mpsc::channel(BACKLOG);
    let bus = bus.clone();
    tokio::spawn(async move {
        // Its own end is not the caller's.
        let token = token.child_token();
        let ready = || bus.ready_to_consume();
        keep("invalidations", &token, ready, || async {
            let heard = listen(&bus, &sender, &token).await;
            if sender.send(Heard::Disconnected).await.is_err() {
                token.cancel();
            }
            heard
        })
        .await;
    });
    receiver
}

async fn listen(
    bus: &Bus,
    sender: &mpsc::Sender<Heard>,
    token: &CancellationToken,
) -> Result<(), BusError> {
    let channel = bus.consuming_channel().await?;
    let queue = spoken(declare::exclusive_queue(&channel, &topology::INVALIDATIONS)).await?;
    let options = BasicConsumeOptions {
        no_ack: true,
        exclusive: true,
        ..Default::default()
    };
    let asked = channel.basic_consume(queue, "".into(), options, FieldTable::default());
    let mut consumer = spoken(asked).await?;
    if sender.send(Heard::Connected).await.is_err() {
        return Ok(());
    }
    loop {
        let delivery = tokio::select! {
            () = token.cancelled() => return Ok(()),
            next = consumer.next() => next.ok_or(BusError::Disconnected)??,
        };
        // What cannot be read may have named anything: the safe reading is to forget everything.
        let heard = Invalidation::decode(delivery.data.as_slice())
            .map_or(Heard::Connected, Heard::Invalidation);
        if sender.send(heard).await.is_err() {
            return Ok(());
        }
    }
}
