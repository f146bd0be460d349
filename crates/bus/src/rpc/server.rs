//! The answering side.

use std::collections::VecDeque;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use contracts::rpc::{Call, Handler};
use contracts::v1::{Fault, RpcRequest, RpcRequestBatch, RpcResponse, rpc_response::Outcome};
use futures::{FutureExt, StreamExt};
use lapin::options::{BasicAckOptions, BasicCancelOptions, BasicConsumeOptions, BasicQosOptions};
use lapin::types::{FieldTable, ShortString};
use lapin::{Channel, Consumer};
use prost::Message;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::Instrument;

use super::answers::{self, Answer};
use crate::connection::{Bus, BusError, keep, spoken};

#[derive(Debug, Clone, Copy)]
pub struct ServeOptions {
    /// Requests worked on at the same time.
    pub concurrency: usize,
    /// Messages of requests taken ahead of it.
    pub prefetch: u16,
    /// Messages of answers on their way to the broker before answers have to gather.
    pub unconfirmed: usize,
    /// Answers in one message at most.
    pub batch: usize,
}

impl Default for ServeOptions {
    fn default() -> Self {
        Self {
            concurrency: 256,
            prefetch: 32,
            unconfirmed: 2,
            batch: 128,
        }
    }
}

/// Answers the requests of the handler's queue until the token is cancelled; those that have
/// arrived by then are still answered.
///
/// A request is acknowledged before work on it begins: a replica that dies takes what it was
/// working on with it, and the caller decides whether to ask again.
pub async fn serve<H: Handler>(
    bus: &Bus,
    handler: H,
    options: ServeOptions,
    token: CancellationToken,
) {
    let concurrency = options.concurrency.max(1);
    let server = Server {
        handler: Arc::new(handler),
        options: ServeOptions {
            concurrency,
            ..options
        },
        permits: Arc::new(Semaphore::new(concurrency)),
        tasks: TaskTracker::new(),
    };
    let ready = || bus.connected();
    keep(H::QUEUE, &token, ready, || server.run(bus, &token)).await;
    server.tasks.close();
    server.tasks.wait().await;
}

/// A message of requests that waits for its turn.
struct Arrived {
    at: Instant,
    delivery: lapin::message::Delivery,
}

/// The requests of a message whose turn it is.
struct Begun {
    at: Instant,
    reply_to: ShortString,
    requests: std::vec::IntoIter<RpcRequest>,
}

/// What outlives a lost channel: the handler, and the work under way, which nobody waits for.
struct Server<H> {
    handler: Arc<H>,
    options: ServeOptions,
    permits: Arc<Semaphore>,
    tasks: TaskTracker,
}

impl<H: Handler> Server<H> {
    async fn run(&self, bus: &Bus, token: &CancellationToken) -> Result<(), BusError> {
        bus.declare_rpc_queue(H::QUEUE).await?;
        let channel = bus.confirming_channel().await?;
        spoken(channel.basic_qos(self.options.prefetch, BasicQosOptions::default())).await?;
        let requests = spoken(channel.basic_consume(
            H::QUEUE.into(),
            "".into(),
            BasicConsumeOptions::default(),
            FieldTable::default(),
        ))
        .await?;
        let (answers, outgoing) = mpsc::channel(self.options.concurrency);
        let writer = tokio::spawn(answers::write_all(channel.clone(), outgoing, self.options));
        self.take(&channel, requests, answers, token).await?;
        self.tasks.close();
        self.tasks.wait().await;
        let _ = writer.await;
        let _ = spoken(channel.close(200, "done".into())).await;
        Ok(())
    }

    /// Works on what comes, until the token is cancelled and everything that came has been begun.
    ///
    /// Messages are taken at once, even if their turn is far off, so that the time they wait here
    /// counts: nobody is to work on what nobody waits for.
    async fn take(
        &self,
        channel: &Channel,
        mut requests: Consumer,
        answers: mpsc::Sender<Answer>,
        token: &CancellationToken,
    ) -> Result<(), BusError> {
        let (mut waiting, mut begun) = (VecDeque::<Arrived>::new(), None::<Begun>);
        let (mut leaving, mut left) = (false, false);
        while !(left && waiting.is_empty() && begun.is_none()) {
            tokio::select! {
                () = token.cancelled(), if !leaving => {
                    leaving = true;
                    // Other replicas get what comes from now on.
                    let tag = requests.tag();
                    spoken(channel.basic_cancel(tag, BasicCancelOptions::default())).await?;
                }
                next = requests.next(), if !left => match next {
                    Some(delivery) => waiting.push_back(Arrived { at: Instant::now(), delivery: delivery? }),
                    None if leaving => left = true,
                    None => return Err(BusError::Disconnected),
                },
                Ok(permit) = self.permits.clone().acquire_owned(),
                    if begun.is_some() || !waiting.is_empty() =>
                {
                    if begun.is_none() && let Some(arrived) = waiting.pop_front() {
                        begun = Some(begin(arrived, H::QUEUE).await?);
                    }
                    match begun.as_mut().and_then(|b| Some((b.requests.next()?, b))) {
                        Some((request, of)) => self.spawn(request, of, &answers, permit),
                        None => begun = None,
                    }
                }
            }
        }
        Ok(())
    }

    fn spawn(
        &self,
        request: RpcRequest,
        of: &Begun,
        answers: &mpsc::Sender<Answer>,
        permit: OwnedSemaphorePermit,
    ) {
        let (handler, answers) = (self.handler.clone(), answers.clone());
        let (received, reply_to) = (of.at, of.reply_to.clone());
        self.tasks.spawn(async move {
            if let Some(response) = answer(&*handler, request, received).await {
                let _ = answers.send((reply_to, response)).await;
            }
            drop(permit);
        });
    }
}

async fn begin(arrived: Arrived, queue: &str) -> Result<Begun, BusError> {
    let Arrived { at, delivery } = arrived;
    spoken(delivery.acker.ack(BasicAckOptions::default())).await?;
    Ok(Begun {
        at,
        reply_to: delivery.properties.reply_to().clone().unwrap_or_default(),
        requests: read(&delivery.data, queue).into_iter(),
    })
}

fn read(data: &[u8], queue: &str) -> Vec<RpcRequest> {
    match RpcRequestBatch::decode(data) {
        Ok(batch) => batch.requests,
        Err(error) => {
            tracing::error!(queue, %error, "requests could not be read");
            Vec::new()
        }
    }
}

/// None: the caller has stopped waiting, so nobody works on it.
async fn answer<H: Handler>(
    handler: &H,
    request: RpcRequest,
    received: Instant,
) -> Option<RpcResponse> {
    let timeout = Duration::from_millis(u64::from(request.timeout_ms));
    let remaining = timeout.checked_sub(received.elapsed())?;
    let span = tracing::info_span!("rpc", method = request.method);
    let traceparent = Some(request.traceparent).filter(|t| !t.is_empty());
    if let Some(parent) = &traceparent {
        service_kit::traceparent::continue_from(&span, parent);
    }
    let call = Call {
        remaining,
        traceparent,
    };
    let work = AssertUnwindSafe(handler.handle(call, &request.method, request.body))
        .catch_unwind()
        .instrument(span);
    let outcome = match tokio::time::timeout(remaining, work).await {
        Ok(Ok(Ok(body))) => Outcome::Body(body.into()),
        Ok(Ok(Err(fault))) => Outcome::Fault(fault),
        Ok(Err(_)) => {
            tracing::error!(method = request.method, "the handler panicked");
            Outcome::Fault(Fault::internal())
        }
        Err(_) => return None,
    };
    Some(RpcResponse {
        id: request.id,
        outcome: Some(outcome),
    })
}
