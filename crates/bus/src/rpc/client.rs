//! The calling side.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use contracts::rpc::{Method, RpcError, Transport};
use contracts::v1::RpcRequest;
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;
use tokio_util::sync::{CancellationToken, DropGuard};

use super::lane::{self, Job};
use super::shared_reads::SharedReads;
use crate::connection::Bus;

/// How requests gather.
#[derive(Debug, Clone, Copy)]
pub struct RpcOptions {
    /// Requests in one message at most.
    pub batch: usize,
    /// Messages on their way to the broker before what comes has to gather.
    pub unconfirmed: usize,
    /// Requests that may wait to be sent; one more is refused at once.
    pub waiting: usize,
}

impl Default for RpcOptions {
    fn default() -> Self {
        Self {
            batch: 128,
            unconfirmed: 2,
            waiting: 8_192,
        }
    }
}

/// Calls services. Clones share their channels.
#[derive(Clone)]
pub struct RpcClient {
    inner: Arc<Inner>,
    reads: Option<SharedReads>,
}

struct Inner {
    bus: Bus,
    options: RpcOptions,
    lanes: Mutex<HashMap<&'static str, mpsc::Sender<Job>>>,
    token: CancellationToken,
    _guard: DropGuard,
}

impl RpcClient {
    pub fn new(bus: &Bus) -> Self {
        Self::with_options(bus, RpcOptions::default())
    }

    pub fn with_options(bus: &Bus, options: RpcOptions) -> Self {
        let token = CancellationToken::new();
        let inner = Inner {
            bus: bus.clone(),
            options,
            lanes: Mutex::default(),
            token: token.clone(),
            _guard: token.drop_guard(),
        };
        Self {
            inner: Arc::new(inner),
            reads: None,
        }
    }

    /// The same client, with equal reads under way sharing one request. Not for a caller that
    /// must read what it has just written: the shared request may have left before the write.
    #[must_use]
    pub fn sharing_reads(&self) -> Self {
        Self {
            inner: self.inner.clone(),
            reads: Some(SharedReads::default()),
        }
    }

    /// Each service has a channel of its own, so that a slow one holds up no other.
    fn lane(&self, queue: &'static str) -> mpsc::Sender<Job> {
        let mut lanes = self
            .inner
            .lanes
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        lanes
            .entry(queue)
            .or_insert_with(|| {
                let (sender, receiver) = mpsc::channel(self.inner.options.waiting);
                let (bus, options, token) = (
                    self.inner.bus.clone(),
                    self.inner.options,
                    self.inner.token.clone(),
                );
                tokio::spawn(lane::run(bus, queue, options, receiver, token));
                sender
            })
            .clone()
    }

    async fn send(
        &self,
        method: &'static Method,
        timeout: Duration,
        body: Bytes,
    ) -> Result<Bytes, RpcError> {
        let (answer, answered) = oneshot::channel();
        let request = RpcRequest {
            id: 0,
            method: method.name.to_owned(),
            timeout_ms: 0,
            traceparent: service_kit::traceparent::current().unwrap_or_default(),
            body,
        };
        let job = Job {
            request,
            deadline: Instant::now() + timeout,
            answer,
        };
        self.lane(method.queue)
            .try_send(job)
            .map_err(|_| RpcError::Unavailable("too many requests wait to be sent"))?;
        match tokio::time::timeout(timeout, answered).await {
            Ok(Ok(outcome)) => outcome,
            // The client ends before the answer came: as at the deadline, nothing is known.
            Ok(Err(_)) | Err(_) => Err(RpcError::DeadlineExceeded(timeout)),
        }
    }
}

impl Transport for RpcClient {
    async fn call(
        &self,
        method: &'static Method,
        timeout: Duration,
        body: Bytes,
    ) -> Result<Bytes, RpcError> {
        match &self.reads {
            Some(reads) if method.read_only => {
                let client = Self {
                    inner: self.inner.clone(),
                    reads: None,
                };
                reads
                    .join(method, body.clone(), async move {
                        client.send(method, timeout, body).await
                    })
                    .await
            }
            _ => self.send(method, timeout, body).await,
        }
    }
}
