//! Telling key-service.

use std::time::Duration;

use contracts::convert;
use contracts::rpc::{RpcError, Transport};
use contracts::v1::{self, KeyServiceClient, ReportKeyUsageRequest};
use domain::api_key::{KeyUse, UserAgent};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio::time::{Instant, MissedTickBehavior, interval_at};

use super::LastUseMetrics;
use super::pending::Pending;
use crate::settings::LastUseSettings;

/// Uses in one report: as many as key-service takes.
const BATCH: usize = 1_000;

/// The task that tells key-service what was noted.
pub(crate) struct Reporter<T> {
    client: KeyServiceClient<T>,
    interval: Duration,
    heard: mpsc::Receiver<KeyUse>,
    pending: Pending,
    /// Whether the last report failed, so that an outage is logged once.
    failing: bool,
    metrics: LastUseMetrics,
}

/// A [`Reporter`] at work.
pub(crate) struct Reporting {
    end: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Reporting {
    /// Tells what is left, once, and ends. What is left after that is lost.
    pub(crate) async fn finish(self) {
        // It fails where the task has ended already.
        let _ = self.end.send(());
        let _ = self.task.await;
    }
}

impl<T: Transport + 'static> Reporter<T> {
    pub(super) fn new(
        settings: &LastUseSettings,
        client: KeyServiceClient<T>,
        heard: mpsc::Receiver<KeyUse>,
        metrics: LastUseMetrics,
    ) -> Self {
        Self {
            client,
            interval: settings.interval(),
            heard,
            pending: Pending::new(settings.capacity.get()),
            failing: false,
            metrics,
        }
    }

    /// Begins to work, until it is told to finish.
    pub(crate) fn start(self) -> Reporting {
        let (end, ended) = oneshot::channel();
        let task = tokio::spawn(self.run(ended));
        Reporting { end, task }
    }

    async fn run(mut self, mut ended: oneshot::Receiver<()>) {
        let mut next = interval_at(Instant::now() + self.interval, self.interval);
        next.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                _ = &mut ended => break,
                _ = next.tick() => self.report().await,
                Some(used) = self.heard.recv() => self.keep(used),
            }
        }
        self.report().await;
    }

    /// Tells all there is, the oldest first. Where key-service does not answer, the rest stays for
    /// the next time.
    async fn report(&mut self) {
        loop {
            while let Ok(used) = self.heard.try_recv() {
                self.keep(used);
            }
            let batch = self.pending.take(BATCH);
            if batch.is_empty() {
                return;
            }
            let request = ReportKeyUsageRequest {
                uses: batch.iter().map(wire).collect(),
            };
            match self.client.report_usage(request).await {
                Ok(_) => self.succeeded(batch.len()),
                Err(error) => return self.failed(&error, batch),
            }
        }
    }

    fn succeeded(&mut self, uses: usize) {
        self.failing = false;
        self.metrics.reported(uses);
    }

    fn failed(&mut self, error: &RpcError, batch: Vec<KeyUse>) {
        let uses = batch.len();
        if !error.is_transient() {
            // It would be refused again, and everything behind it wait for ever.
            tracing::error!(%error, uses, "key-service refuses to hear of the last use of keys");
            return self.metrics.refused(uses);
        }
        if !self.failing {
            tracing::warn!(%error, "the last use of keys is told later");
        }
        self.failing = true;
        batch.into_iter().for_each(|used| self.keep(used));
    }

    fn keep(&mut self, used: KeyUse) {
        self.metrics.dropped(self.pending.add(used));
    }
}

fn wire(used: &KeyUse) -> v1::KeyUse {
    let agent = used.user_agent.as_ref().map(UserAgent::as_str);
    v1::KeyUse {
        key_id: used.key_id.to_string(),
        at: Some(convert::timestamp(used.at)),
        address: used.address.to_string(),
        user_agent: agent.map(ToOwned::to_owned),
    }
}
