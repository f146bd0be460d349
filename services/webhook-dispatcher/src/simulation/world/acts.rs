//! What happens to the world.

use std::time::Duration;

use domain::EndpointId;
use domain::webhook::EndpointStatus;
use uuid::Uuid;

use super::{State, World};
use crate::endpoint::Health;
use crate::simulation::news;
use crate::simulation::plan::{Act, Status, USUAL};
use crate::simulation::receivers::{Temper, endpoint};
use crate::simulation::replica::Handle;
use crate::simulation::tables::{At, DELETED};

impl World {
    pub(super) fn act(&self, act: Act) {
        match act {
            Act::Publish(count) => self.publish(count),
            Act::Kill(replica, steps, pause) => {
                self.leave(replica, pause, |handle| handle.reins.kill_after(steps));
            }
            Act::Stop(replica, pause) => {
                self.leave(replica, pause, |handle| handle.shutdown.begin());
            }
            Act::Force(replica) => self.drive(replica, |handle| handle.shutdown.force()),
            Act::Freeze(replica) => self.drive(replica, |handle| handle.reins.freeze()),
            Act::Thaw(replica) => self.drive(replica, |handle| handle.reins.thaw()),
            Act::Reach(replica, reach) => self.with(|state| state.reach[replica] = reach),
            Act::Redeliver => {
                self.with(|state| state.queue.redeliver());
                self.arrived.notify_waiters();
            }
            Act::Change(number, status) => self.change(number, status),
        }
    }

    /// Everything that went wrong is well from now on. What has been killed may still be about to.
    pub(super) fn heal(&self) {
        self.with(|state| {
            state.reach.fill(USUAL);
            (state.lossy_percent, state.unheard_percent) = (0, 0);
        });
        let replicas = self.with(|state| state.plan.replicas);
        for replica in 0..replicas {
            self.drive(replica, |handle| handle.reins.thaw());
        }
    }

    pub(super) fn stop_all(&self) {
        let replicas = self.with(|state| state.plan.replicas);
        for replica in 0..replicas {
            self.drive(replica, |handle| handle.shutdown.begin());
        }
    }

    fn publish(&self, count: usize) {
        self.with(|state| {
            for _ in 0..count.min(news::MOST - state.published) {
                state.queue.publish(state.published);
                state.published += 1;
            }
        });
        self.arrived.notify_waiters();
    }

    fn leave(&self, replica: usize, pause: Duration, how: impl FnOnce(&Handle)) {
        self.with(|state| state.pauses[replica] = pause);
        self.drive(replica, how);
    }

    fn drive(&self, replica: usize, how: impl FnOnce(&Handle)) {
        if let Some(handle) = self.with(|state| state.handles[replica].clone()) {
            how(&handle);
        }
    }

    /// As the commands do.
    fn change(&self, number: usize, status: Status) {
        let (id, now) = (endpoint(number), self.clock.now());
        self.with(|state| {
            state.change(id, status, now);
            state.announce(id.into());
        });
    }
}

impl State {
    /// Each replica hears of a change, or does not.
    pub(in crate::simulation) fn announce(&mut self, endpoint: EndpointId) {
        for handle in self.handles.iter().flatten() {
            if self.chance.is(90) {
                // One that is about to end does not listen.
                let _ = handle.news.send(endpoint);
            }
        }
    }

    fn change(&mut self, id: Uuid, status: Status, now: At) {
        let Some(row) = self.tables.endpoints.get_mut(&id) else {
            return;
        };
        if row.status == DELETED {
            return;
        }
        row.updated_at = now;
        match status {
            Status::Paused => row.status = EndpointStatus::Paused.as_str(),
            Status::Deleted => {
                row.status = DELETED;
                row.was_always_owed = false;
            }
            Status::Enabled => {
                let was_disabled = row.status == EndpointStatus::Disabled.as_str();
                let was_paused = row.status == EndpointStatus::Paused.as_str();
                let is_failing = matches!(row.health, Health::Failing { .. });
                if was_disabled || (was_paused && is_failing) {
                    row.health = Health::on_trial(now);
                }
                row.status = EndpointStatus::Enabled.as_str();
            }
        }
    }

    /// How an endpoint answers after so much time.
    pub(super) fn temper(&self, id: Uuid, elapsed: Duration) -> Temper {
        let numbered = self.plan.endpoints.iter().enumerate();
        let of_it = numbered.filter(|(number, _)| endpoint(*number) == id);
        let tempers = of_it.flat_map(|(_, plan)| &plan.tempers);
        let mut begun = tempers.filter(|(at, _)| *at <= elapsed);
        begun
            .next_back()
            .map_or(Temper::Well, |(_, temper)| *temper)
    }
}
