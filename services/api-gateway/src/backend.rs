//! The way to the other services.

use std::time::Duration;

use bus::{Bus, RpcClient};
use bytes::Bytes;
use contracts::rpc::{Method, RpcError, Transport};
use tokio::runtime::Handle;
use tracing::Instrument;

/// Calls other services on the runtime this was made on.
///
/// Requests are handled on the threads of HTTP workers, which end one by one at a shutdown; the
/// channels to the broker, which all share, must not end with one of them.
#[derive(Clone)]
pub(crate) struct Backend {
    rpc: RpcClient,
    runtime: Handle,
}

impl Backend {
    pub(crate) fn new(bus: &Bus) -> Self {
        Self {
            rpc: RpcClient::new(bus),
            runtime: Handle::current(),
        }
    }

    /// The same, with equal reads under way sharing one request.
    pub(crate) fn sharing_reads(&self) -> Self {
        Self {
            rpc: self.rpc.sharing_reads(),
            runtime: self.runtime.clone(),
        }
    }
}

impl Transport for Backend {
    async fn call(
        &self,
        method: &'static Method,
        timeout: Duration,
        body: Bytes,
    ) -> Result<Bytes, RpcError> {
        let rpc = self.rpc.clone();
        let call = async move { rpc.call(method, timeout, body).await };
        match self.runtime.spawn(call.in_current_span()).await {
            Ok(outcome) => outcome,
            Err(_) => Err(RpcError::Unavailable("the gateway is shutting down")),
        }
    }
}
