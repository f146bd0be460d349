//! Taking in no more than is sent, as long as sending is quick.
//!
//! What finds no place in memory is written as free, and claimed later: that is one more write for
//! each delivery. Where endpoints lag only by moments, it is cheaper for all to wait for them. Behind
//! a batch are the events of others: it waits only as long as it has nothing for anybody with room,
//! no longer than a quick endpoint needs, and after waits in vain ever more rarely.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use domain::EndpointId;
use tokio::time::{Instant, sleep};

use crate::delivery::room::Room;

/// For each of an endpoint's deliveries: what takes fewer than 10,000 a second is not waited for.
const LONGEST_WAIT: Duration = Duration::from_micros(100);
/// Between two looks.
const LOOK: Duration = Duration::from_millis(1);
/// One may be behind by a few batches; after so many waits in vain, one after another, nobody is
/// waited for, and twice as long after as many more.
const WAITS: u32 = 10;
const SHORTEST_REST: Duration = Duration::from_secs(1);
const LONGEST_REST: Duration = Duration::from_secs(64);

pub struct Patience {
    room: Arc<Room>,
    rest: Mutex<Rest>,
}

struct Rest {
    in_vain: u32,
    until: Instant,
    next: Duration,
}

impl Patience {
    pub fn new(room: Arc<Room>) -> Self {
        let rest = Mutex::new(Rest::none());
        Self { room, rest }
    }

    /// Waits until there is room for so many new deliveries to one of these endpoints, as far as they
    /// are worth it.
    pub async fn wait_for(&self, wanted: &BTreeMap<EndpointId, usize>) {
        let began = Instant::now();
        let is_crowded =
            |(endpoint, wanted): (&EndpointId, &usize)| self.room.is_soon_free(*endpoint, *wanted);
        // They empty side by side: the one that is owed most sets the measure.
        let Some(most) = wanted.values().max() else {
            return;
        };
        if began < self.rest().until || !wanted.iter().all(is_crowded) {
            return;
        }
        let longest = LONGEST_WAIT.saturating_mul(u32::try_from(*most).unwrap_or(u32::MAX));
        while wanted.iter().all(is_crowded) {
            if began.elapsed() >= longest {
                return self.rest().waited_in_vain();
            }
            sleep(LOOK).await;
        }
        *self.rest() = Rest::none();
    }

    fn rest(&self) -> MutexGuard<'_, Rest> {
        self.rest.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Rest {
    fn none() -> Self {
        Self {
            in_vain: 0,
            until: Instant::now(),
            next: SHORTEST_REST,
        }
    }

    fn waited_in_vain(&mut self) {
        self.in_vain += 1;
        if self.in_vain == WAITS {
            self.in_vain = 0;
            self.until = Instant::now() + self.next;
            self.next = LONGEST_REST.min(self.next * 2);
        }
    }
}

#[cfg(test)]
mod tests;
