//! The answering side.

use std::collections::HashMap;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use contracts::rpc::{Call, Handler};
use contracts::v1::{
    Fault, RpcRequest, RpcRequestBatch, RpcResponse, RpcResponseBatch, rpc_response::Outcome,
};
use futures::stream::FuturesUnordered;
use futures::{FutureExt, StreamExt};
use lapin::options::{BasicAckOptions, BasicConsumeOptions, BasicPublishOptions, BasicQosOptions};
use lapin::types::{FieldTable, ShortString};
use lapin::{BasicProperties, Channel};
use prost::Message;
use tokio::sync::{Semaphore, mpsc};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::Instrument;

use crate::connection::{Bus, BusError};
use crate::declare;

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

/// Answers the requests of the handler's queue until the token is cancelled; those under way are
/// then finished and answered.
///
/// A request is acknowledged when work on it begins: a replica that dies takes what it was
/// working on with it, and the caller decides whether to ask again.
pub async fn serve<H: Handler>(
    bus: &Bus,
    handler: H,
    options: ServeOptions,
    token: CancellationToken,
) {
    let handler = Arc::new(handler);
    bus.keep(H::QUEUE, &token, || {
        run(bus, handler.clone(), options, &token)
    })
    .await;
}

type Answer = (ShortString, RpcResponse);

async fn run<H: Handler>(
    bus: &Bus,
    handler: Arc<H>,
    options: ServeOptions,
    token: &CancellationToken,
) -> Result<(), BusError> {
    let channel = bus.confirming_channel().await?;
    declare::rpc_queue(&channel, H::QUEUE).await?;
    channel
        .basic_qos(options.prefetch, BasicQosOptions::default())
        .await?;
    let mut requests = channel
        .basic_consume(
            H::QUEUE.into(),
            "".into(),
            BasicConsumeOptions::default(),
            FieldTable::default(),
        )
        .await?;
    let (answers, outgoing) = mpsc::channel(options.concurrency);
    let writer = tokio::spawn(write_answers(channel.clone(), outgoing, options));
    let (permits, tasks) = (
        Arc::new(Semaphore::new(options.concurrency)),
        TaskTracker::new(),
    );
    let consumed = loop {
        let delivery = tokio::select! {
            () = token.cancelled() => break Ok(()),
            next = requests.next() => match next {
                Some(Ok(delivery)) => delivery,
                Some(Err(error)) => break Err(error.into()),
                None => break Err(BusError::Disconnected),
            },
        };
        let reply_to = delivery.properties.reply_to().clone().unwrap_or_default();
        let received = Instant::now();
        for request in read(&delivery.data, H::QUEUE) {
            let Ok(permit) = permits.clone().acquire_owned().await else {
                break;
            };
            let (handler, answers, reply_to) = (handler.clone(), answers.clone(), reply_to.clone());
            tasks.spawn(async move {
                if let Some(response) = answer(&*handler, request, received).await {
                    let _ = answers.send((reply_to, response)).await;
                }
                drop(permit);
            });
        }
        if let Err(error) = delivery.acker.ack(BasicAckOptions::default()).await {
            break Err(error.into());
        }
    };
    drop(answers);
    tasks.close();
    tasks.wait().await;
    let _ = writer.await;
    let _ = channel.close(200, "done".into()).await;
    consumed
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

/// Writes answers, those that have gathered for one caller in one message.
async fn write_answers(
    channel: Channel,
    mut outgoing: mpsc::Receiver<Answer>,
    options: ServeOptions,
) {
    let mut confirming = FuturesUnordered::new();
    let mut gathered = Vec::with_capacity(options.batch);
    loop {
        tokio::select! {
            biased;
            Some(()) = confirming.next() => {}
            got = outgoing.recv_many(&mut gathered, options.batch), if confirming.len() < options.unconfirmed => {
                if got == 0 {
                    break;
                }
                let mut by_caller: HashMap<ShortString, RpcResponseBatch> = HashMap::new();
                for (reply_to, response) in gathered.drain(..) {
                    by_caller.entry(reply_to).or_default().responses.push(response);
                }
                for (reply_to, batch) in by_caller {
                    confirming.push(write(channel.clone(), reply_to, batch));
                }
            }
        }
    }
    while confirming.next().await.is_some() {}
}

/// A caller that has gone makes its answer unroutable, which is as it should be.
async fn write(channel: Channel, reply_to: ShortString, batch: RpcResponseBatch) {
    let payload = batch.encode_to_vec();
    let sent = async {
        channel
            .basic_publish(
                "".into(),
                reply_to,
                BasicPublishOptions::default(),
                &payload,
                BasicProperties::default(),
            )
            .await?
            .await
    };
    if let Err(error) = sent.await {
        tracing::debug!(%error, "an answer could not be sent");
    }
}
