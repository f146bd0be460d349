//! Requests and answers, whatever carries them. `bus` carries them over RabbitMQ.

use std::future::Future;
use std::time::Duration;

use bytes::Bytes;
use prost::Message;

use crate::v1::Fault;

/// How long a caller waits unless it says otherwise.
pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(5);

/// A method of a service, as the transport needs to know it.
#[derive(Debug)]
pub struct Method {
    pub queue: &'static str,
    /// `KeyService/LookUp`.
    pub name: &'static str,
    /// Equal requests under way may share one answer.
    pub read_only: bool,
}

/// What the server knows of a request besides its body.
#[derive(Debug, Clone, Default)]
pub struct Call {
    /// How long the caller still waits.
    pub remaining: Duration,
    /// W3C Trace Context.
    pub traceparent: Option<String>,
}

/// Why a call brought no answer.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum RpcError {
    /// The service answered, with a fault.
    #[error("{}: {}", .0.code, .0.detail)]
    Fault(Box<Fault>),
    /// Nobody works on this queue, or it is full, or the broker is away. Nothing was begun.
    #[error("the service is not available: {0}")]
    Unavailable(&'static str),
    /// No answer in time. The request may or may not have been carried out.
    #[error("no answer within {0:?}")]
    DeadlineExceeded(Duration),
    /// The answer could not be read.
    #[error("the answer could not be read")]
    Malformed,
}

impl RpcError {
    /// Whether the same call may succeed a little later.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Unavailable(_) | Self::DeadlineExceeded(_) => true,
            Self::Fault(fault) => fault.kind() == crate::v1::fault::Kind::Unavailable,
            Self::Malformed => false,
        }
    }
}

/// Carries a request to a service and its answer back.
pub trait Transport: Send + Sync {
    fn call(
        &self,
        method: &'static Method,
        timeout: Duration,
        body: Bytes,
    ) -> impl Future<Output = Result<Bytes, RpcError>> + Send;
}

/// What answers the requests of one queue.
pub trait Handler: Send + Sync + 'static {
    const QUEUE: &'static str;

    fn handle(
        &self,
        call: Call,
        method: &str,
        body: Bytes,
    ) -> impl Future<Output = Result<Vec<u8>, Fault>> + Send;
}

/// Encodes, calls, decodes: the body of every generated client method.
pub(crate) async fn call<T: Transport, I: Message, O: Message + Default>(
    transport: &T,
    method: &'static Method,
    timeout: Duration,
    request: &I,
) -> Result<O, RpcError> {
    let body = transport
        .call(method, timeout, request.encode_to_vec().into())
        .await?;
    O::decode(body).map_err(|_| RpcError::Malformed)
}

/// Decodes, serves, encodes: the body of every generated server method.
pub(crate) async fn serve<I, O, F>(body: Bytes, work: impl FnOnce(I) -> F) -> Result<Vec<u8>, Fault>
where
    I: Message + Default,
    O: Message,
    F: Future<Output = Result<O, Fault>>,
{
    let request = I::decode(body)
        .map_err(|_| Fault::invalid("malformed_message", "the request could not be read"))?;
    work(request).await.map(|answer| answer.encode_to_vec())
}

pub(crate) fn unknown_method(name: &str) -> Fault {
    Fault::invalid("unknown_method", format!("there is no method {name}"))
}
