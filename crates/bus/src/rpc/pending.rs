//! Requests that were sent and not yet answered.

use std::collections::HashMap;

use bytes::Bytes;
use contracts::rpc::RpcError;
use contracts::v1::{RpcResponse, rpc_response::Outcome};
use tokio::sync::oneshot;
use tokio::time::Instant;

struct Waiting {
    answer: oneshot::Sender<Result<Bytes, RpcError>>,
    since: Instant,
}

/// What one channel waits for.
#[derive(Default)]
pub(super) struct Pending {
    next_id: u64,
    waiting: HashMap<u64, Waiting>,
}

impl Pending {
    pub(super) fn add(
        &mut self,
        answer: oneshot::Sender<Result<Bytes, RpcError>>,
        since: Instant,
    ) -> u64 {
        self.next_id += 1;
        self.waiting.insert(self.next_id, Waiting { answer, since });
        self.next_id
    }

    /// An answer for nobody is one that came too late.
    pub(super) fn answered(&mut self, response: RpcResponse) {
        if let Some(waiting) = self.waiting.remove(&response.id) {
            let outcome = match response.outcome {
                Some(Outcome::Body(body)) => Ok(body),
                Some(Outcome::Fault(fault)) => Err(RpcError::Fault(Box::new(fault))),
                None => Err(RpcError::Malformed),
            };
            let _ = waiting.answer.send(outcome);
        }
    }

    pub(super) fn refuse(&mut self, ids: &[u64], error: &RpcError) {
        for id in ids {
            if let Some(waiting) = self.waiting.remove(id) {
                let _ = waiting.answer.send(Err(error.clone()));
            }
        }
    }

    /// Drops what nobody waits for any more.
    pub(super) fn forget_late(&mut self) {
        self.waiting.retain(|_, w| !w.answer.is_closed());
    }

    /// The channel is gone: whether these were carried out is not known.
    pub(super) fn abandon(&mut self) {
        for (_, waiting) in self.waiting.drain() {
            let waited = waiting.since.elapsed();
            let _ = waiting.answer.send(Err(RpcError::DeadlineExceeded(waited)));
        }
    }
}
