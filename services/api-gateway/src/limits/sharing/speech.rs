//! What a replica says: what it gave out, and what it knows.

use std::time::Duration;

use contracts::v1::usage::Said;
use contracts::v1::{Level, Levels, Spending, Spent};

use super::super::bucket::Nanos;
use super::outbox::Told;
use super::{Sharing, nanos};

/// What is not urgent waits so long for more.
const GATHERED: Duration = Duration::from_millis(25);
/// Longest silence.
const HEARTBEAT: Duration = Duration::from_secs(1);
/// Buckets in one message at most.
const AT_ONCE: usize = 1_000;

impl Sharing {
    /// Makes letters of what is to be told, if it is time.
    pub(super) fn speak(&mut self, now: Nanos, is_urgent: bool) {
        let silent = now.saturating_sub(self.spoke_at);
        let is_overdue = silent >= nanos(HEARTBEAT);
        if !is_urgent && silent < nanos(GATHERED) {
            return;
        }
        let before = self.spoke_at;
        let mut changed = self.limits.changed();
        while !changed.is_empty() {
            let rest = changed.split_off(changed.len().min(AT_ONCE));
            let (mut spent, mut told) = (Vec::new(), Vec::new());
            for entry in std::mem::replace(&mut changed, rest) {
                let tokens = entry.account.tell();
                if tokens != 0 {
                    spent.push(Spent {
                        subject: Some(entry.subject.into()),
                        limit: Some(entry.limit.into()),
                        tokens,
                    });
                    told.push(Told { entry, tokens });
                }
            }
            if !spent.is_empty() {
                self.outbox.post(Said::Spending(Spending { spent }), told);
                self.spoke_at = now;
            }
        }
        if is_overdue && self.spoke_at == before {
            self.outbox
                .post(Said::Spending(Spending::default()), Vec::new());
            self.spoke_at = now;
        }
    }

    /// Tells a replica that has begun to listen what this one knows, so far.
    pub(super) fn answer(&mut self, now: Nanos, to: u64, hello: u64) {
        let mut known = self.limits.levels(now);
        loop {
            let rest = known.split_off(known.len().min(AT_ONCE));
            let last = rest.is_empty();
            let levels = known.into_iter().map(|(subject, limit, full_in)| Level {
                subject: Some(subject.into()),
                limit: Some(limit.into()),
                full_in_nanoseconds: full_in,
            });
            let answer = Levels {
                to,
                hello,
                levels: levels.collect(),
                last,
                peers: match last {
                    true => self.peers.present(now).into_iter().collect(),
                    false => Vec::new(),
                },
            };
            self.outbox.post(Said::Levels(answer), Vec::new());
            if last {
                return;
            }
            known = rest;
        }
    }
}
