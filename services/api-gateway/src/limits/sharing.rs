//! What the replicas tell each other, without a clock and without a broker.
//!
//! A token that was given out counts against the replica's allowance until its message has been
//! confirmed by the broker (it is in every replica's queue then) and has come back (all that was in
//! every queue before it has been heard here). That bounds what all replicas together can let in
//! too much, however late, lost or out of order messages are: `docs/adr/0013` has the proof.

mod joining;
mod outbox;
mod peers;
mod speech;
mod wire;

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use contracts::v1::usage::Said;
use contracts::v1::{Goodbye, Hello, Levels, Spending, Usage};

use super::Limits;
use super::bucket::Nanos;
use super::pace::Pace;
use joining::Joining;
use outbox::Outbox;
use peers::{Heard, Peers};

/// A message that was written has come back by then, or something is lost.
const LATEST_ECHO: Duration = Duration::from_secs(2);

pub(super) fn nanos(duration: Duration) -> Nanos {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

enum Place {
    /// Nothing is heard.
    Away,
    /// All is heard, but not all is known.
    Joining(Box<Joining>),
    Joined,
}

/// One replica's part.
pub(super) struct Sharing {
    limits: Arc<Limits>,
    replica: u64,
    outbox: Outbox,
    peers: Peers,
    place: Place,
    spoke_at: Nanos,
}

impl Sharing {
    pub(super) fn new(limits: Arc<Limits>, replica: u64) -> Self {
        limits.set_away(true);
        Self {
            limits,
            replica,
            outbox: Outbox::new(replica),
            peers: Peers::default(),
            place: Place::Away,
            spoke_at: 0,
        }
    }

    pub(super) fn is_joined(&self) -> bool {
        matches!(self.place, Place::Joined)
    }

    /// From now on everything is heard.
    pub(super) fn connected(&mut self, now: Nanos) {
        self.outbox.lose_echoes();
        self.peers.forget_sequences();
        self.limits.set_away(false);
        self.join(now);
    }

    pub(super) fn disconnected(&mut self) {
        self.place = Place::Away;
        self.limits.set_away(true);
    }

    /// The broker has put a letter into every queue.
    pub(super) fn confirmed(&mut self, sequence: u64) {
        self.outbox.confirm(sequence);
        self.settle();
    }

    /// What was written and not confirmed may be lost.
    pub(super) fn unconfirmed(&mut self) {
        self.outbox.doubt();
    }

    pub(super) fn hear(&mut self, now: Nanos, usage: Usage) {
        if usage.replica == self.replica {
            self.hear_back(now, usage.sequence);
            return;
        }
        match self.peers.heard(usage.replica, usage.sequence, now) {
            Heard::Before => return,
            Heard::InOrder => {}
            Heard::AfterAGap => {
                tracing::warn!(replica = usage.replica, "missed what a replica gave out");
                self.join(now);
            }
        }
        if let Place::Joining(joining) = &mut self.place
            && joining.await_answer(usage.replica)
        {
            self.outbox.post(Said::Hello(Hello {}), Vec::new());
        }
        match usage.said {
            Some(Said::Spending(spending)) => self.charge(now, spending),
            Some(Said::Hello(Hello {})) => self.answer(now, usage.replica, usage.sequence),
            Some(Said::Levels(levels)) => self.learn(now, usage.replica, levels),
            Some(Said::Goodbye(Goodbye {})) => self.part(usage.replica),
            // Of a newer version than this.
            None => {}
        }
        self.count();
    }

    /// What time alone brings about.
    pub(super) fn tick(&mut self, now: Nanos) {
        self.peers.forget_silent(now);
        self.count();
        let late = |since: Nanos| now.saturating_sub(since) > nanos(LATEST_ECHO);
        match &self.place {
            Place::Joining(joining) if joining.is_complete(now) => self.joined(now),
            Place::Joined if self.outbox.waiting_since().is_some_and(late) => {
                tracing::warn!("what this replica says does not come back");
                self.join(now);
            }
            Place::Away | Place::Joining(_) | Place::Joined => {}
        }
    }

    /// The next message to be published, if it is time for one.
    pub(super) fn next(&mut self, now: Nanos, is_urgent: bool) -> Option<(u64, Bytes)> {
        if matches!(self.place, Place::Away) {
            return None;
        }
        if !self.outbox.has_unwritten() {
            self.speak(now, is_urgent);
        }
        self.outbox.write(now)
    }

    /// The last message: what is not told yet, and that nothing more will come.
    pub(super) fn goodbye(&mut self, now: Nanos) {
        self.speak(now, true);
        self.outbox.post(Said::Goodbye(Goodbye {}), Vec::new());
    }

    fn join(&mut self, now: Nanos) {
        let hello = self.outbox.post(Said::Hello(Hello {}), Vec::new());
        let joining = Joining::new(hello, now, self.peers.present(now));
        self.place = Place::Joining(Box::new(joining));
    }

    /// Everything is known that the others know.
    fn joined(&mut self, now: Nanos) {
        let Place::Joining(joining) = std::mem::replace(&mut self.place, Place::Joined) else {
            return;
        };
        for (wanted @ (subject, limit), full_at) in &joining.levels {
            let charged = joining.charged.get(wanted).copied().unwrap_or_default();
            let full_at = full_at.saturating_add(charged);
            self.limits.raise(now, *subject, *limit, full_at);
        }
        self.count();
        self.settle();
    }

    fn hear_back(&mut self, now: Nanos, sequence: u64) {
        self.outbox.echo(sequence);
        if let Place::Joining(joining) = &mut self.place
            && joining.hello == sequence
        {
            joining.echoed(now);
        }
        self.settle();
    }

    fn part(&mut self, replica: u64) {
        self.peers.forget(replica);
        if let Place::Joining(joining) = &mut self.place {
            joining.gone(replica);
        }
    }

    /// A replica that does not know all may free nothing: what it knows is too little to go on.
    fn settle(&mut self) {
        if self.is_joined() {
            self.outbox.settle();
        }
    }

    fn count(&self) {
        if self.is_joined() {
            self.limits.set_replicas(self.peers.count() + 1);
        }
    }

    fn charge(&mut self, now: Nanos, spending: Spending) {
        for spent in spending.spent {
            let (subject, limit) = match wire::read(spent.subject, spent.limit) {
                Ok(read) => read,
                Err(error) => {
                    tracing::warn!(%error, "what a replica gave out cannot be read");
                    continue;
                }
            };
            self.limits
                .spent_elsewhere(now, subject, limit, spent.tokens);
            if let Place::Joining(joining) = &mut self.place {
                let cost = Pace::from(limit).cost(spent.tokens.max(0).unsigned_abs());
                joining.charge((subject, limit), cost);
            }
        }
    }

    /// Takes in what an answer tells, if it is one to this replica.
    fn learn(&mut self, now: Nanos, from: u64, levels: Levels) {
        if levels.to != self.replica {
            return;
        }
        let is_last = levels.last;
        let (peers, hello) = (levels.peers.clone(), levels.hello);
        for level in levels.levels {
            let Ok((subject, limit)) = wire::read(level.subject, level.limit) else {
                continue;
            };
            let full_at = now.saturating_add(level.full_in_nanoseconds);
            match &mut self.place {
                Place::Joining(joining) => joining.learn((subject, limit), full_at),
                // It comes late.
                Place::Joined | Place::Away => self.limits.raise(now, subject, limit, full_at),
            }
        }
        if let Place::Joining(joining) = &mut self.place
            && hello >= joining.hello
            && is_last
        {
            let others = peers.into_iter().filter(|peer| *peer != self.replica);
            for peer in others {
                joining.await_answer(peer);
            }
            joining.answered(from);
        }
    }
}
