//! The queue of events: it hands out what is not acknowledged once more.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use super::world::World;
use crate::fan_out::FanOut;

/// Events by their numbers.
#[derive(Default)]
pub(super) struct Queue {
    ready: VecDeque<usize>,
    unacknowledged: BTreeMap<u64, Vec<usize>>,
    last: u64,
}

impl Queue {
    pub(super) fn publish(&mut self, event: usize) {
        self.ready.push_back(event);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.ready.is_empty() && self.unacknowledged.is_empty()
    }

    fn take(&mut self, most: usize) -> Option<(u64, Vec<usize>)> {
        if self.ready.is_empty() {
            return None;
        }
        let batch: Vec<usize> = self.ready.drain(..most.min(self.ready.len())).collect();
        self.last += 1;
        self.unacknowledged.insert(self.last, batch.clone());
        Some((self.last, batch))
    }

    /// After [`Queue::redeliver`] it is too late.
    fn acknowledge(&mut self, tag: u64) {
        self.unacknowledged.remove(&tag);
    }

    fn give_back(&mut self, tag: u64) {
        let batch = self.unacknowledged.remove(&tag).unwrap_or_default();
        for event in batch.into_iter().rev() {
            self.ready.push_front(event);
        }
    }

    /// Hands out everything again, although handlers are at work on it.
    pub(super) fn redeliver(&mut self) {
        while let Some((tag, _)) = self.unacknowledged.last_key_value() {
            self.give_back(*tag);
        }
    }
}

/// A batch that a replica works on. Dropped, it goes back.
struct Taken<'a> {
    world: &'a World,
    tag: u64,
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        self.world.with(|state| state.queue.give_back(self.tag));
        self.world.arrived.notify_waiters();
    }
}

impl Taken<'_> {
    fn acknowledge(&self) {
        self.world.with(|state| {
            if !state.chance.is(state.unheard_percent) {
                state.queue.acknowledge(self.tag);
            }
        });
    }
}

const PAUSE: Duration = Duration::from_millis(100);

/// As `bus::consume`: batches of what is there, each until it is decided.
pub(super) async fn consume(world: &World, fan_out: FanOut, token: CancellationToken) {
    loop {
        let (tag, batch) = tokio::select! {
            biased;
            () = token.cancelled() => return,
            taken = next(world) => taken,
        };
        let taken = Taken { world, tag };
        let all = super::news::events();
        let events: Vec<_> = batch.iter().map(|event| all[*event].clone()).collect();
        while fan_out.fan_out(&events).await.is_err() {
            tokio::select! {
                biased;
                () = token.cancelled() => return,
                () = sleep(PAUSE) => {}
            }
        }
        taken.acknowledge();
    }
}

async fn next(world: &World) -> (u64, Vec<usize>) {
    loop {
        let arrived = world.arrived.notified();
        if let Some(taken) = world.with(|state| state.queue.take(state.plan.batch)) {
            return taken;
        }
        arrived.await;
    }
}
