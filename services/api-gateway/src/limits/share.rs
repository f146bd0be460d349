//! The task that shares the limits with the other replicas, over the broker.

use std::sync::Arc;
use std::time::Duration;

use bus::{Broadcaster, Bus, Heard, PublishError};
use bytes::Bytes;
use contracts::topology;
use contracts::v1::Usage;
use futures::future::BoxFuture;
use futures::stream::FuturesOrdered;
use futures::{FutureExt, StreamExt};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::{MissedTickBehavior, interval, timeout};
use tokio_util::sync::{CancellationToken, DropGuard};
use uuid::Uuid;

use super::Limits;
use super::sharing::Sharing;

/// Messages on their way to the broker before what comes has to gather.
const UNCONFIRMED: usize = 2;
const TICK: Duration = Duration::from_millis(25);
/// Longest wait for the broker to take the last message.
const LAST_WORD: Duration = Duration::from_secs(1);

/// Shares until it is finished or dropped.
pub(crate) struct Share {
    guard: DropGuard,
    task: JoinHandle<()>,
}

impl Share {
    pub(crate) fn start(limits: Arc<Limits>, bus: &Bus) -> Self {
        let token = CancellationToken::new();
        let task = tokio::spawn(run(limits, bus.clone(), token.clone()));
        Self {
            guard: token.drop_guard(),
            task,
        }
    }

    /// Tells the others what they do not know, and that this replica is gone.
    pub(crate) async fn finish(self) {
        drop(self.guard);
        let _ = self.task.await;
    }
}

async fn run(limits: Arc<Limits>, bus: Bus, token: CancellationToken) {
    // Not the replica's token: a replica that goes and no longer hears would say nothing more.
    let listening = CancellationToken::new();
    let heard = bus::broadcasts(
        &bus,
        topology::USAGE,
        Some(topology::USAGE_QUEUE_LENGTH),
        listening.clone(),
    );
    let _listening = listening.drop_guard();
    let (replica, _) = Uuid::new_v4().as_u64_pair();
    let mut line = Line {
        sharing: Sharing::new(limits.clone(), replica),
        limits,
        broadcaster: bus.broadcaster(topology::USAGE),
        confirms: FuturesOrdered::new(),
        is_urgent: false,
    };
    line.share(heard, &token).await;
    let _ = timeout(LAST_WORD, line.finish()).await;
}

struct Line {
    limits: Arc<Limits>,
    sharing: Sharing,
    broadcaster: Broadcaster,
    confirms: FuturesOrdered<BoxFuture<'static, (u64, Result<(), PublishError>)>>,
    /// Whether a request may be waiting for what is not told yet.
    is_urgent: bool,
}

impl Line {
    async fn share(&mut self, mut heard: mpsc::Receiver<Heard<Usage>>, token: &CancellationToken) {
        let limits = self.limits.clone();
        let mut tick = interval(TICK);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        // Whether the broker took what was last said.
        let mut is_taken = true;
        loop {
            tokio::select! {
                () = token.cancelled() => return,
                said = heard.recv() => match said {
                    Some(said) => self.hear(said),
                    None => return,
                },
                Some((sequence, confirmed)) = self.confirms.next() => {
                    is_taken &= self.confirmed(sequence, confirmed);
                }
                () = limits.urgent.notified(), if self.has_room() => self.is_urgent = true,
                _ = tick.tick() => {
                    self.sharing.tick(limits.now());
                    is_taken = true;
                }
            }
            if is_taken {
                is_taken = self.say().await.is_ok();
            }
        }
    }

    fn hear(&mut self, heard: Heard<Usage>) {
        let now = self.limits.now();
        match heard {
            Heard::Connected => self.sharing.connected(now),
            Heard::Message(usage) => self.sharing.hear(now, usage),
            Heard::Disconnected => self.sharing.disconnected(),
        }
    }

    /// Whether the broker has it.
    fn confirmed(&mut self, sequence: u64, confirmed: Result<(), PublishError>) -> bool {
        match confirmed {
            Ok(()) => self.sharing.confirmed(sequence),
            Err(_) => self.doubt(),
        }
        confirmed.is_ok()
    }

    /// What was written may be lost. It is written again, over another channel.
    fn doubt(&mut self) {
        self.confirms.clear();
        self.broadcaster.reset();
        self.sharing.unconfirmed();
    }

    fn has_room(&self) -> bool {
        self.confirms.len() < UNCONFIRMED
    }

    async fn say(&mut self) -> Result<(), PublishError> {
        while self.has_room() {
            let next = self.sharing.next(self.limits.now(), self.is_urgent);
            let Some((sequence, payload)) = next else {
                self.is_urgent = false;
                return Ok(());
            };
            self.write(sequence, payload).await?;
        }
        Ok(())
    }

    async fn write(&mut self, sequence: u64, payload: Bytes) -> Result<(), PublishError> {
        match self.broadcaster.say(payload).await {
            Ok(confirm) => {
                let confirm = confirm.map(move |confirmed| (sequence, confirmed));
                self.confirms.push_back(confirm.boxed());
                Ok(())
            }
            Err(error) => {
                self.doubt();
                Err(error)
            }
        }
    }

    async fn finish(mut self) {
        self.sharing.goodbye(self.limits.now());
        loop {
            if self.say().await.is_err() {
                return;
            }
            match self.confirms.next().await {
                Some((sequence, confirmed)) => {
                    if !self.confirmed(sequence, confirmed) {
                        return;
                    }
                }
                None => return,
            }
        }
    }
}
