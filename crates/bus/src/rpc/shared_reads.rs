//! Equal reads under way share one request.

use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use contracts::rpc::{Method, RpcError};
use tokio::sync::watch;
use tracing::Instrument;

type Key = (&'static str, Bytes);
type Outcome = Result<Bytes, RpcError>;
type UnderWay = HashMap<Key, watch::Receiver<Option<Outcome>>>;

/// The reads under way, by method and body.
#[derive(Clone, Default)]
pub(super) struct SharedReads(Arc<Mutex<UnderWay>>);

impl SharedReads {
    /// Joins the equal read under way, or begins it. It ends even if everyone stops waiting.
    pub(super) async fn join(
        &self,
        method: &'static Method,
        body: Bytes,
        read: impl Future<Output = Outcome> + Send + 'static,
    ) -> Outcome {
        let key = (method.name, body);
        let mut outcome = {
            let mut under_way = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            match under_way.get(&key) {
                Some(receiver) => receiver.clone(),
                None => {
                    let (sender, receiver) = watch::channel(None);
                    under_way.insert(key.clone(), receiver.clone());
                    let shared = self.clone();
                    let work = async move {
                        let outcome = read.await;
                        shared
                            .0
                            .lock()
                            .unwrap_or_else(PoisonError::into_inner)
                            .remove(&key);
                        sender.send_replace(Some(outcome));
                    };
                    tokio::spawn(work.in_current_span());
                    receiver
                }
            }
        };
        match outcome.wait_for(Option::is_some).await {
            Ok(value) => value.clone().unwrap_or(Err(RpcError::Malformed)),
            Err(_) => Err(RpcError::Unavailable("the read was given up")),
        }
    }
}
