//! The requests of one client to one service, on one channel.

use std::time::Duration;

use bytes::Bytes;
use contracts::rpc::RpcError;
use contracts::v1::{RpcRequest, RpcRequestBatch, RpcResponseBatch};
use futures::future::BoxFuture;
use futures::stream::FuturesUnordered;
use futures::{FutureExt, StreamExt};
use lapin::options::{BasicConsumeOptions, BasicPublishOptions};
use lapin::types::FieldTable;
use lapin::{BasicProperties, Channel, Confirmation, Consumer};
use prost::Message;
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::client::RpcOptions;
use super::pending::Pending;
use super::reply_to;
use crate::connection::{Bus, BusError};

/// A request on its way.
pub(super) struct Job {
    /// Its id and its time are filled in when it is sent.
    pub(super) request: RpcRequest,
    pub(super) deadline: Instant,
    pub(super) answer: oneshot::Sender<Result<Bytes, RpcError>>,
}

/// A message's bytes of requests at most, so that one batch stays one quick write.
const BATCH_BYTES: usize = 256 * 1024;
const SWEEP: Duration = Duration::from_secs(1);
const OPEN_TIMEOUT: Duration = Duration::from_secs(5);

type Confirming = BoxFuture<'static, (Vec<u64>, Result<Confirmation, lapin::Error>)>;

/// Serves one queue until the client is dropped.
pub(super) async fn run(
    bus: Bus,
    queue: &'static str,
    options: RpcOptions,
    mut jobs: mpsc::Receiver<Job>,
    token: CancellationToken,
) {
    while !token.is_cancelled() {
        let open = async {
            let channel = bus.confirming_channel().await?;
            let no_ack = BasicConsumeOptions {
                no_ack: true,
                ..Default::default()
            };
            let replies = channel
                .basic_consume(reply_to(), "".into(), no_ack, FieldTable::default())
                .await?;
            Ok::<_, BusError>((channel, replies))
        };
        match tokio::time::timeout(OPEN_TIMEOUT, open).await {
            Ok(Ok((channel, replies))) => {
                let mut lane = Lane {
                    bus: bus.clone(),
                    channel,
                    queue,
                    options,
                    pending: Pending::default(),
                    confirming: FuturesUnordered::new(),
                };
                if let Err(error) = lane.serve(replies, &mut jobs, &token).await {
                    tracing::warn!(queue, %error, "lost the channel for requests");
                }
                lane.pending.abandon();
            }
            Ok(Err(_)) | Err(_) => refuse_until_connected(&bus, &mut jobs, &token).await,
        }
    }
}

/// While the broker is away, requests are refused at once.
async fn refuse_until_connected(
    bus: &Bus,
    jobs: &mut mpsc::Receiver<Job>,
    token: &CancellationToken,
) {
    let mut connected = std::pin::pin!(async {
        tokio::time::sleep(Duration::from_millis(20)).await;
        bus.connected().await;
    });
    loop {
        tokio::select! {
            () = token.cancelled() => return,
            () = &mut connected => return,
            job = jobs.recv() => match job {
                Some(job) => { let _ = job.answer.send(Err(RpcError::Unavailable("the broker is away"))); }
                None => return,
            },
        }
    }
}

/// The broker would not read them before it has room again.
fn refuse_blocked(jobs: &mut Vec<Job>) {
    for job in jobs.drain(..) {
        let short = RpcError::Unavailable("the broker is short of memory or disk");
        let _ = job.answer.send(Err(short));
    }
}

struct Lane {
    bus: Bus,
    channel: Channel,
    queue: &'static str,
    options: RpcOptions,
    pending: Pending,
    confirming: FuturesUnordered<Confirming>,
}

impl Lane {
    async fn serve(
        &mut self,
        mut replies: Consumer,
        jobs: &mut mpsc::Receiver<Job>,
        token: &CancellationToken,
    ) -> Result<(), BusError> {
        let mut sweep = tokio::time::interval(SWEEP);
        let mut gathered = Vec::with_capacity(self.options.batch);
        loop {
            tokio::select! {
                biased;
                () = token.cancelled() => return Ok(()),
                _ = sweep.tick() => self.pending.forget_late(),
                reply = replies.next() => self.take(&reply.ok_or(BusError::Disconnected)??.data),
                Some((ids, confirmed)) = self.confirming.next() => self.settle(&ids, confirmed)?,
                got = jobs.recv_many(&mut gathered, self.options.batch),
                    if self.confirming.len() < self.options.unconfirmed || self.bus.is_blocked() =>
                {
                    if got == 0 {
                        return Ok(());
                    }
                    if self.bus.is_blocked() {
                        refuse_blocked(&mut gathered);
                    } else {
                        self.send(&mut gathered);
                    }
                }
            }
        }
    }

    fn take(&mut self, data: &[u8]) {
        match RpcResponseBatch::decode(data) {
            Ok(batch) => batch
                .responses
                .into_iter()
                .for_each(|r| self.pending.answered(r)),
            Err(error) => {
                tracing::error!(queue = self.queue, %error, "an answer could not be read")
            }
        }
    }

    /// Sends everything gathered that is still waited for, in as few messages as its size allows.
    fn send(&mut self, gathered: &mut Vec<Job>) {
        let mut batch = RpcRequestBatch::default();
        let (mut ids, mut bytes, mut longest) = (Vec::new(), 0, Duration::ZERO);
        let now = Instant::now();
        for job in gathered.drain(..) {
            let remaining = job.deadline.saturating_duration_since(now);
            if remaining.is_zero() || job.answer.is_closed() {
                continue;
            }
            if bytes > BATCH_BYTES {
                self.publish(
                    std::mem::take(&mut batch),
                    std::mem::take(&mut ids),
                    std::mem::take(&mut longest),
                );
                bytes = 0;
            }
            longest = longest.max(remaining);
            bytes += job.request.body.len();
            let id = self.pending.add(job.answer, now);
            batch.requests.push(RpcRequest {
                id,
                timeout_ms: u32::try_from(remaining.as_millis()).unwrap_or(u32::MAX),
                ..job.request
            });
            ids.push(id);
        }
        if !ids.is_empty() {
            self.publish(batch, ids, longest);
        }
    }

    fn publish(&self, batch: RpcRequestBatch, ids: Vec<u64>, ttl: Duration) {
        let channel = self.channel.clone();
        let queue = self.queue;
        self.confirming.push(
            async move {
                let properties = BasicProperties::default()
                    .with_reply_to(reply_to())
                    .with_expiration(ttl.as_millis().max(1).to_string().into());
                let options = BasicPublishOptions {
                    mandatory: true,
                    ..Default::default()
                };
                let payload = batch.encode_to_vec();
                let sent = async {
                    channel
                        .basic_publish("".into(), queue.into(), options, &payload, properties)
                        .await?
                        .await
                };
                (ids, sent.await)
            }
            .boxed(),
        );
    }

    fn settle(
        &mut self,
        ids: &[u64],
        confirmed: Result<Confirmation, lapin::Error>,
    ) -> Result<(), BusError> {
        match confirmed? {
            Confirmation::Ack(None) | Confirmation::NotRequested => {}
            Confirmation::Ack(Some(_)) => {
                self.pending.refuse(
                    ids,
                    &RpcError::Unavailable("no replica of the service is running"),
                );
            }
            Confirmation::Nack(_) => {
                self.pending.refuse(
                    ids,
                    &RpcError::Unavailable("too many requests wait for the service"),
                );
            }
        }
        Ok(())
    }
}
