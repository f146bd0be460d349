//! Writes down what has happened, in batches: whatever has ended while the last was written, and
//! shortly after.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, SubsecRound, Utc};
use service_kit::{Clock, Shutdown};
use tokio::sync::mpsc::{UnboundedReceiver, WeakUnboundedSender};
use tokio::time::{Instant, timeout_at};
use uuid::Uuid;

use super::schedule::{Schedule, Verdict};
use super::sender::{Finished, Order};
use super::stages::{Leased, Recorded, Sent};
use super::witnesses;
use crate::db::deliveries::Status;
use crate::db::outcomes::Outcomes;
use crate::entropy::{Entropy, below};
use crate::error::DispatcherError;
use crate::ledger::{Ledger, may_be_done};
use crate::metrics::DispatcherMetrics;

pub struct Recorder {
    pub ledger: Arc<dyn Ledger>,
    pub clock: Clock,
    pub entropy: Arc<dyn Entropy>,
    pub schedule: Schedule,
    pub metrics: DispatcherMetrics,
    /// At most so many are written together.
    pub batch: usize,
    /// Weak, because the sender ends when nobody gives orders any more.
    pub orders: WeakUnboundedSender<Order>,
}

/// How long outcomes wait for others: a statement costs as much as a dozen rows in it, and no
/// partner waits for one.
const GATHER: Duration = Duration::from_millis(10);
/// So many are worth a statement at once.
const ENOUGH: usize = 256;
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

impl Recorder {
    /// Works until the sender has ended and everything is written. While the database is away it
    /// keeps trying, until the shutdown is forced.
    pub async fn run(self, mut finished: UnboundedReceiver<Finished>, shutdown: Shutdown) {
        let hard = shutdown.hard_token();
        let mut batch = Vec::with_capacity(self.batch);
        while finished.recv_many(&mut batch, self.batch).await > 0 {
            self.gather(&mut finished, &mut batch).await;
            tokio::select! {
                biased;
                () = self.insist(&mut batch) => {}
                // What was not written is sent again, by whoever leases it next.
                () = hard.cancelled() => return,
            }
        }
    }

    /// Takes what ends soon after. Where something waits for an outcome, so does this for nothing.
    async fn gather(&self, finished: &mut UnboundedReceiver<Finished>, batch: &mut Vec<Finished>) {
        let until = Instant::now() + GATHER;
        while batch.len() < ENOUGH && !batch.iter().any(Finished::is_awaited) {
            let room = self.batch.saturating_sub(batch.len());
            let more = timeout_at(until, finished.recv_many(batch, room));
            if matches!(more.await, Ok(0) | Err(_)) {
                return;
            }
        }
    }

    async fn insist(&self, batch: &mut Vec<Finished>) {
        let (mut sent, mut returned) = (Vec::new(), Vec::new());
        for finished in batch.drain(..) {
            match finished {
                Finished::Sent(one) => sent.push(one),
                Finished::Returned(one) => returned.push(one),
            }
        }
        let mut pause = FIRST_PAUSE;
        while let Err(error) = self.step(&mut sent, &mut returned).await {
            tracing::warn!(%error, outcomes = sent.len(), "outcomes wait to be written");
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    /// Writes both; what is written is taken out of the lists.
    async fn step(
        &self,
        sent: &mut Vec<Sent>,
        returned: &mut Vec<Leased>,
    ) -> Result<(), DispatcherError> {
        if !sent.is_empty() {
            let verdicts = self.judge(sent);
            let written = self.write(sent, &verdicts).await?;
            self.conclude(sent, &verdicts, &written);
        }
        // Last, so that what an endpoint gave back for being gone finds it disabled.
        if !returned.is_empty() {
            self.release(returned).await?;
            returned.clear();
        }
        Ok(())
    }

    /// Hands back what was not begun. What may have been done although it failed is not done again:
    /// by then the same replica may hold the same delivery anew. Its lease is given up instead.
    async fn release(&self, returned: &[Leased]) -> Result<(), DispatcherError> {
        let ids: Vec<Uuid> = returned.iter().map(|leased| leased.parcel().id.0).collect();
        let owners: Vec<Uuid> = returned.iter().map(|leased| leased.lease().id()).collect();
        let consignments: Vec<Uuid> = returned.iter().filter_map(Leased::consignment).collect();
        match self.ledger.release(&ids, &owners, &consignments).await {
            Err(error) if may_be_done(&error) => {
                tracing::warn!(%error, deliveries = ids.len(), "handed back or not: their lease is given up");
                returned.iter().for_each(|leased| leased.lease().give_up());
                Ok(())
            }
            released => released.map(drop),
        }
    }

    fn judge(&self, sent: &[Sent]) -> Vec<Verdict> {
        let chance = || below(self.entropy.as_ref(), 1 << 32);
        sent.iter()
            .map(|one| {
                let (attempt, parcel) = (one.attempt(), one.parcel());
                let retries = parcel.destination.retries;
                if parcel.destination.is_failing {
                    self.schedule.judge_probe(attempt, retries, chance())
                } else {
                    self.schedule
                        .judge(attempt, parcel.probes, retries, chance())
                }
            })
            .collect()
    }

    async fn write(
        &self,
        sent: &[Sent],
        verdicts: &[Verdict],
    ) -> Result<Vec<usize>, DispatcherError> {
        let now = self.clock.now().trunc_subsecs(6);
        let outcomes = columns(sent, verdicts, now);
        let witnesses = witnesses::of(sent);
        let written = self.ledger.record(&outcomes, &witnesses, now).await?;
        for (endpoint, change) in written.changes {
            self.metrics.endpoint_changed(change);
            if change.holds_back()
                && let Some(orders) = self.orders.upgrade()
            {
                let _ = orders.send(Order::Recall(endpoint));
            }
        }
        Ok(written.outcomes)
    }

    /// The last stage: what was written gives up its place.
    fn conclude(&self, sent: &mut Vec<Sent>, verdicts: &[Verdict], written: &[usize]) {
        let written: HashSet<usize> = written.iter().copied().collect();
        for (place, (one, verdict)) in sent.drain(..).zip(verdicts).enumerate() {
            let (id, attempts) = (one.parcel().id, one.attempt().number);
            if one.parcel().destination.is_failing {
                self.metrics.probed(one.attempt());
            }
            let Recorded { still_ours } = one.recorded(written.contains(&place));
            match verdict {
                _ if !still_ours => {
                    tracing::warn!(delivery_id = %id, "not written: the lease has ended, or it was written before");
                    self.metrics.recorded("lease_lost");
                }
                Verdict::Succeeded => self.metrics.recorded("succeeded"),
                Verdict::RetryAt(_) => self.metrics.recorded("retried"),
                Verdict::Failed => {
                    tracing::warn!(delivery_id = %id, attempts, "delivery failed");
                    self.metrics.recorded("failed");
                }
            }
        }
    }
}

fn columns<'a>(sent: &'a [Sent], verdicts: &[Verdict], now: DateTime<Utc>) -> Outcomes<'a> {
    let mut rows = Outcomes::default();
    for (one, verdict) in sent.iter().zip(verdicts) {
        let (status, next, completed) = match verdict {
            Verdict::Succeeded => (Status::Succeeded, None, Some(now)),
            Verdict::RetryAt(at) => (Status::Pending, Some(*at), None),
            Verdict::Failed => (Status::Failed, None, Some(now)),
        };
        let (attempt, error) = (one.attempt(), one.attempt().error());
        let milliseconds = i32::try_from(attempt.duration.as_millis());
        rows.deliveries.push(one.parcel().id.0);
        rows.owners.push(one.lease().id());
        rows.numbers.push(attempt.number);
        rows.started_at.push(attempt.started_at);
        rows.durations_ms.push(milliseconds.unwrap_or(i32::MAX));
        rows.status_codes.push(attempt.status().map(i32::from));
        rows.errors.push(error.map(|(kind, _)| kind));
        rows.details
            .push(error.and_then(|(_, detail)| detail).map(storable));
        rows.excerpts.push(attempt.excerpt());
        let exchange = &attempt.exchange;
        rows.request_headers.push(exchange.request.as_deref());
        rows.response_headers.push(exchange.response.as_deref());
        rows.statuses.push(status.as_str());
        rows.next_attempts_at.push(next);
        rows.completed_at.push(completed);
        rows.probes.push(one.parcel().destination.is_failing);
        rows.consignments.push(one.consignment());
        rows.event_ids.push(&one.parcel().event_id);
        rows.sequences.push(one.parcel().sequence);
    }
    rows
}

/// PostgreSQL's text holds no NUL, and nobody wants to read more than this.
fn storable(text: &str) -> String {
    text.chars().filter(|c| *c != '\0').take(500).collect()
}
