//! The client itself.

use std::collections::BTreeMap;
use std::error::Error;
use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::{Bytes, BytesMut};
use reqwest::header::{HeaderMap, RETRY_AFTER};
use reqwest::{Certificate, Client, Response, redirect};
use tokio::time::timeout;

use crate::Settings;
use crate::guard::Guard;
use crate::kept;
use crate::outcome::{Answer, Failure, FailureKind};
use crate::resolver::{GuardedResolver, Lookup, ResolveFailure, SystemLookup};
use crate::target::{RefusedAddress, Target};

/// Sends requests out of the house. Clones share connections.
#[derive(Clone)]
pub struct Egress {
    client: Client,
    guard: Guard,
    limits: Limits,
}

#[derive(Clone, Copy)]
struct Limits {
    total: Duration,
    read: usize,
    kept: usize,
}

/// An answer whose head is there.
#[derive(Default)]
struct Begun {
    status: Option<u16>,
    retry_after: Option<String>,
    headers: BTreeMap<String, String>,
}

/// The client could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum EgressError {
    #[error("certificates in {path}: {reason}")]
    Certificates { path: String, reason: String },
    #[error("HTTP client: {0}")]
    Client(#[from] reqwest::Error),
}

/// Idle connections kept for one host.
const IDLE_CONNECTIONS: usize = 32;
/// Shorter than the five seconds after which the common servers (Node's, for one) close an idle
/// connection, so that a request is not sent into one that is being closed.
const IDLE_TIME: Duration = Duration::from_secs(4);
/// A connection of HTTP/2 that has gone silent is found out by a ping after the third part of a
/// request's time, and given up after another: within the first attempt that meets it, so that the
/// next one takes a new connection.
const PINGS: u32 = 3;

impl Egress {
    /// # Errors
    /// When the extra certificates cannot be read, or the system has none.
    pub fn new(settings: &Settings) -> Result<Self, EgressError> {
        Self::with_lookup(settings, Arc::new(SystemLookup))
    }

    /// [`Egress::new`] with another source of addresses. They are filtered like any other.
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one client that leaves the house"
    )]
    pub fn with_lookup(settings: &Settings, lookup: Arc<dyn Lookup>) -> Result<Self, EgressError> {
        let guard = Guard {
            allow_loopback: settings.allow_loopback,
            refused: settings.refused_networks.clone(),
        };
        let client = Client::builder()
            .dns_resolver(GuardedResolver::new(guard.clone(), lookup))
            .redirect(redirect::Policy::none())
            .referer(false)
            .no_proxy()
            .https_only(!settings.allow_loopback)
            .user_agent(settings.user_agent.as_str())
            .connect_timeout(settings.connect_timeout())
            .pool_max_idle_per_host(IDLE_CONNECTIONS)
            .pool_idle_timeout(IDLE_TIME)
            .http2_keep_alive_interval(settings.total_timeout() / PINGS)
            .http2_keep_alive_timeout(settings.total_timeout() / PINGS)
            .tls_certs_merge(extra_roots(settings)?)
            .build()?;
        let limits = Limits {
            total: settings.total_timeout(),
            read: settings.max_read_bytes,
            kept: settings.max_kept_bytes,
        };
        Ok(Self {
            client,
            guard,
            limits,
        })
    }

    /// Whether requests may go to `url`, as far as its text tells: HTTPS, a public name or
    /// address, no user name, no fragment, no port of another protocol. Asks no resolver.
    ///
    /// # Errors
    /// The first of these rules that it breaks, or that it is no URL that all parsers read alike.
    pub fn check_url(&self, url: &str) -> Result<Target, RefusedAddress> {
        self.guard.check_url(url)
    }

    /// Posts `body`. Every status is an [`Answer`], redirects too; more of the answer than
    /// `max_read_bytes` is not read and does not matter.
    ///
    /// # Errors
    /// A [`Failure`] when no complete answer came within `total_timeout_ms`, or when `target` was
    /// made under settings that permit more than these.
    pub async fn post(
        &self,
        target: &Target,
        headers: HeaderMap,
        body: Bytes,
    ) -> Result<Answer, Failure> {
        let start = Instant::now();
        if let Err(refused) = self.guard.check_parsed(target.url()) {
            return Err(Failure {
                kind: FailureKind::RefusedAddress,
                detail: ResolveFailure::Refused(refused).to_string(),
                status: None,
                retry_after: None,
                headers: BTreeMap::new(),
                duration: start.elapsed(),
            });
        }
        let mut begun = Begun::default();
        let exchange = self.exchange(target, headers, body, &mut begun);
        let outcome = match timeout(self.limits.total, exchange).await {
            Ok(Ok(excerpt)) => Ok(excerpt),
            Ok(Err(error)) => Err(classify(&error)),
            Err(_) => Err((
                FailureKind::Timeout,
                format!("no complete answer within {:?}", self.limits.total),
            )),
        };
        let duration = start.elapsed();
        match outcome {
            Ok(excerpt) => Ok(Answer {
                status: begun.status.unwrap_or_default(),
                retry_after: begun.retry_after,
                headers: begun.headers,
                excerpt,
                duration,
            }),
            Err((kind, detail)) => Err(Failure {
                kind,
                detail,
                status: begun.status,
                retry_after: begun.retry_after,
                headers: begun.headers,
                duration,
            }),
        }
    }

    async fn exchange(
        &self,
        target: &Target,
        headers: HeaderMap,
        body: Bytes,
        begun: &mut Begun,
    ) -> reqwest::Result<Bytes> {
        let request = self
            .client
            .post(target.url().clone())
            .headers(headers)
            .body(body);
        let response = request.send().await?;
        let retry_after = response.headers().get(RETRY_AFTER);
        *begun = Begun {
            status: Some(response.status().as_u16()),
            retry_after: retry_after
                .and_then(|value| value.to_str().ok())
                .map(str::to_owned),
            headers: kept::of(response.headers()),
        };
        self.read(response).await
    }

    /// The beginning of the body. A response dropped before its end closes the connection.
    async fn read(&self, mut response: Response) -> reqwest::Result<Bytes> {
        let mut excerpt = BytesMut::new();
        let mut seen = 0;
        while let Some(chunk) = response.chunk().await? {
            let room = self.limits.kept.saturating_sub(excerpt.len());
            excerpt.extend(chunk.iter().take(room));
            seen += chunk.len();
            if seen >= self.limits.read {
                break;
            }
        }
        Ok(excerpt.freeze())
    }
}

fn extra_roots(settings: &Settings) -> Result<Vec<Certificate>, EgressError> {
    let Some(path) = &settings.extra_roots else {
        return Ok(Vec::new());
    };
    let failed = |reason: String| EgressError::Certificates {
        path: path.display().to_string(),
        reason,
    };
    let pem = std::fs::read(path).map_err(|error| failed(error.to_string()))?;
    Certificate::from_pem_bundle(&pem).map_err(|error| failed(error.to_string()))
}

/// Finds the cause that says most.
fn classify(error: &reqwest::Error) -> (FailureKind, String) {
    let mut deepest: &(dyn Error + 'static) = error;
    let mut io_kind = None;
    let mut cause = cause_of(error);
    while let Some(inner) = cause {
        if let Some(failure) = inner.downcast_ref::<ResolveFailure>() {
            let kind = match failure {
                ResolveFailure::Refused(_) => FailureKind::RefusedAddress,
                ResolveFailure::Dns(_) => FailureKind::Dns,
            };
            return (kind, failure.to_string());
        }
        if inner.is::<rustls::Error>() {
            return (FailureKind::Tls, inner.to_string());
        }
        if inner
            .downcast_ref::<hyper::Error>()
            .is_some_and(hyper::Error::is_parse)
        {
            return (FailureKind::Protocol, inner.to_string());
        }
        // What an I/O error was made of tells no kind.
        io_kind = inner.downcast_ref().map(io::Error::kind).or(io_kind);
        deepest = inner;
        cause = cause_of(inner);
    }
    let kind = if error.is_timeout() {
        FailureKind::Timeout
    } else if error.is_connect() {
        connect_failure(io_kind)
    } else {
        FailureKind::Reset
    };
    (kind, deepest.to_string())
}

/// An I/O error's `source` skips the error it was made of.
fn cause_of<'e>(error: &'e (dyn Error + 'static)) -> Option<&'e (dyn Error + 'static)> {
    match error.downcast_ref::<io::Error>() {
        Some(error) => error
            .get_ref()
            .map(|inner| -> &(dyn Error + 'static) { inner }),
        None => error.source(),
    }
}

/// Of a connection that could not be made.
fn connect_failure(cause: Option<io::ErrorKind>) -> FailureKind {
    use io::ErrorKind as Io;
    match cause {
        Some(Io::ConnectionRefused) => FailureKind::ConnectRefused,
        Some(Io::TimedOut) => FailureKind::Timeout,
        // There was a connection, so it is the handshake that the other side broke off.
        Some(Io::UnexpectedEof | Io::ConnectionReset | Io::ConnectionAborted | Io::BrokenPipe) => {
            FailureKind::Tls
        }
        _ => FailureKind::Connect,
    }
}
