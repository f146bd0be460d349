//! One replica, as its task would drive it.

use std::sync::Arc;

use bytes::Bytes;
use contracts::v1::Usage;
use domain::api_key::RateLimit;
use futures::FutureExt;
use prost::Message;

use super::super::super::bucket::Nanos;
use super::super::super::sharing::Sharing;
use super::super::super::subject::Subject;
use super::super::super::{Limits, Missed};

/// Messages on their way to the broker, as the task has it.
const UNCONFIRMED: usize = 2;

pub(super) struct Node {
    limits: Arc<Limits>,
    pub(super) sharing: Sharing,
    is_urgent: bool,
    unconfirmed: usize,
    /// Whether the broker takes what it says. It finds out when it next says something.
    pub(super) can_publish: bool,
    /// Of its connections; what is under way on an earlier one does not arrive.
    pub(super) publishing: u64,
    pub(super) consuming: u64,
    pub(super) is_listening: bool,
    /// It takes nothing from its queue until then.
    pub(super) stuck_until: Nanos,
}

impl Node {
    pub(super) fn new(replica: u64) -> Self {
        let limits = Limits::new(100);
        Self {
            sharing: Sharing::new(limits.clone(), replica),
            limits,
            is_urgent: false,
            unconfirmed: 0,
            can_publish: true,
            publishing: 0,
            consuming: 0,
            is_listening: false,
            stuck_until: 0,
        }
    }

    /// `None`: there is no room at this moment.
    pub(super) fn take(&mut self, now: Nanos, wanted: (Subject, RateLimit)) -> Option<bool> {
        let taken = match self.limits.try_take(now, &[self.limits.purse(wanted)]) {
            Ok(()) => Some(true),
            Err(Missed::Exhausted { .. }) => Some(false),
            Err(Missed::NoRoom { .. }) => None,
        };
        self.is_urgent |= self.limits.urgent.notified().now_or_never().is_some();
        taken
    }

    pub(super) fn give_back(&self, wanted: (Subject, RateLimit)) {
        self.limits.give_back(&[self.limits.purse(wanted)]);
    }

    pub(super) fn connected(&mut self, now: Nanos) {
        self.is_listening = true;
        self.sharing.connected(now);
    }

    pub(super) fn disconnected(&mut self) {
        self.consuming += 1;
        self.is_listening = false;
        self.sharing.disconnected();
    }

    pub(super) fn hear(&mut self, now: Nanos, payload: &Bytes) {
        self.sharing
            .hear(now, Usage::decode(payload.clone()).unwrap());
    }

    pub(super) fn confirmed(&mut self, publishing: u64, sequence: u64) {
        if publishing == self.publishing {
            self.unconfirmed -= 1;
            self.sharing.confirmed(sequence);
        }
    }

    /// What it writes now.
    pub(super) fn says(&mut self, now: Nanos) -> Option<(u64, Bytes)> {
        if self.unconfirmed == UNCONFIRMED {
            return None;
        }
        let next = self.sharing.next(now, self.is_urgent);
        if next.is_none() {
            self.is_urgent = false;
        } else if self.can_publish {
            self.unconfirmed += 1;
        } else {
            self.doubt();
            return None;
        }
        next
    }

    /// Its connection for publishing is another one from now on.
    pub(super) fn doubt(&mut self) {
        self.publishing += 1;
        self.unconfirmed = 0;
        self.sharing.unconfirmed();
    }
}
