//! The supervised connections of a process: one to publish, one to consume.
//!
//! A broker short of memory or disk stops reading from those that publish. An acknowledgement on
//! the same connection would wait with the messages, and the queues could never become empty.

mod supervisor;

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use lapin::options::ConfirmSelectOptions;
use lapin::uri::AMQPUri;
use lapin::{Channel, Connection};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use tokio::sync::watch;
use tokio::time::{Instant, timeout};
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::declare;
use supervisor::supervise;

/// Where the broker is.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// `amqp://user:password@host:port/vhost`; `amqps` for TLS.
    pub url: SecretString,
    /// Seconds without a sign of life after which the connection counts as lost.
    #[serde(default = "default_heartbeat_seconds")]
    pub heartbeat_seconds: u16,
}

fn default_heartbeat_seconds() -> u16 {
    10
}

impl Settings {
    pub fn new(url: impl Into<SecretString>) -> Self {
        Self {
            url: url.into(),
            heartbeat_seconds: default_heartbeat_seconds(),
        }
    }
}

/// Why the broker cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BusError {
    #[error("the broker's address cannot be read: {0}")]
    Address(String),
    #[error("the broker is away")]
    Disconnected,
    #[error("the broker does not answer")]
    Silent,
    #[error(transparent)]
    Broker(#[from] lapin::Error),
}

type Link = watch::Receiver<Option<Arc<Connection>>>;

/// Connections that are made again whenever they are lost. Clones share them; they end with the
/// last.
#[derive(Clone)]
pub struct Bus {
    inner: Arc<Inner>,
}

struct Inner {
    uri: AMQPUri,
    name: String,
    token: CancellationToken,
    publishing: Link,
    /// Made when something consumes.
    consuming: OnceLock<Link>,
    _guard: DropGuard,
}

/// First and longest pause between two attempts.
pub(crate) const FIRST_PAUSE: Duration = Duration::from_millis(50);
pub(crate) const LONGEST_PAUSE: Duration = Duration::from_secs(2);
/// Work that held this long was no failed attempt.
const HELD: Duration = Duration::from_secs(5);
const CHANNEL_TIMEOUT: Duration = Duration::from_secs(5);
/// Consumers are told that their queue is gone, unless there is one of its name again by then: to
/// those the broker says nothing, and gives nothing (seen with RabbitMQ 3.10).
const MOURNING: Duration = Duration::from_secs(1);

impl Bus {
    /// Starts the supervisor and returns at once: a broker that is away is waited for, an address
    /// that is none is an error. Exchanges and queues are declared on every new connection.
    pub async fn connect(settings: &Settings, name: &str) -> Result<Self, BusError> {
        let mut uri: AMQPUri = settings
            .url
            .expose_secret()
            .parse()
            .map_err(BusError::Address)?;
        uri.query
            .heartbeat
            .get_or_insert(settings.heartbeat_seconds);
        let token = CancellationToken::new();
        let inner = Inner {
            publishing: link(&uri, name.to_owned(), &token),
            uri,
            name: name.to_owned(),
            consuming: OnceLock::new(),
            _guard: token.clone().drop_guard(),
            token,
        };
        Ok(Self {
            inner: Arc::new(inner),
        })
    }

    /// Whether the broker is reachable at this moment.
    pub fn is_connected(&self) -> bool {
        is_up(&self.inner.publishing) && self.inner.consuming.get().is_none_or(is_up)
    }

    /// Whether the broker takes no messages, for lack of memory or disk.
    pub(crate) fn is_blocked(&self) -> bool {
        let connection = self.inner.publishing.borrow();
        connection.as_ref().is_some_and(|c| c.status().blocked())
    }

    /// A channel on the connection for publishing; an error at once when there is none.
    pub(crate) async fn channel(&self) -> Result<Channel, BusError> {
        channel(&self.inner.publishing).await
    }

    /// As [`Self::channel`], with publisher confirms.
    pub(crate) async fn confirming_channel(&self) -> Result<Channel, BusError> {
        let channel = self.channel().await?;
        spoken(channel.confirm_select(ConfirmSelectOptions::default())).await?;
        Ok(channel)
    }

    /// A channel on the connection for consuming, on which nothing may be published.
    pub(crate) async fn consuming_channel(&self) -> Result<Channel, BusError> {
        channel(self.consuming()).await
    }

    fn consuming(&self) -> &Link {
        let Inner {
            uri, name, token, ..
        } = &*self.inner;
        self.inner
            .consuming
            .get_or_init(|| link(uri, format!("{name} consumer"), token))
    }

    /// After a channel was lost and its connection was not: somebody may have deleted an exchange
    /// or a queue, so all are declared again. What fails here will fail again where it is needed.
    pub(crate) async fn heal(&self) {
        if !self.is_connected() {
            return;
        }
        tokio::time::sleep(MOURNING).await;
        if let Err(error) = self.declare().await {
            tracing::warn!(%error, "exchanges and queues cannot be declared again");
        }
    }

    async fn declare(&self) -> Result<(), BusError> {
        let connection = present(&self.inner.publishing)?;
        spoken(declare::topology(&connection)).await
    }

    /// Declares the queue for requests, as [`Self::declare`] does the others.
    pub(crate) async fn declare_rpc_queue(&self, name: &str) -> Result<(), BusError> {
        let connection = present(&self.inner.publishing)?;
        spoken(declare::rpc_queue(&connection, name)).await
    }

    /// Waits until there is a connection for publishing.
    pub(crate) async fn connected(&self) {
        until_up(&self.inner.publishing).await;
    }

    /// Waits until there are both connections.
    pub(crate) async fn ready_to_consume(&self) {
        self.connected().await;
        until_up(self.consuming()).await;
    }
}

/// Repeats `work` until the token is cancelled: over connection losses, and with growing pauses
/// where it fails at once. `ready` says when it is worth trying; `work` returns when its channel is
/// lost or the token is cancelled.
pub(crate) async fn keep<R, W>(
    what: &str,
    token: &CancellationToken,
    ready: impl Fn() -> R,
    mut work: impl FnMut() -> W,
) where
    R: Future<Output = ()>,
    W: Future<Output = Result<(), BusError>>,
{
    let mut pause = FIRST_PAUSE;
    while !token.is_cancelled() {
        tokio::select! {
            () = token.cancelled() => return,
            () = ready() => {}
        }
        let began = Instant::now();
        if let Err(error) = work().await {
            tracing::warn!(what, %error, "lost the broker; trying again");
        }
        if began.elapsed() > HELD {
            pause = FIRST_PAUSE;
        }
        tokio::select! {
            () = token.cancelled() => return,
            () = tokio::time::sleep(pause) => {}
        }
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

/// Waits for the broker to be told something, and for its answer where there is one. What was being
/// written at the moment the connection broke may never be reported (seen with lapin 4.12 when the
/// broker is stopped under load), so nothing waits for it without end.
///
/// # Errors
/// [`BusError::Silent`] after a bounded time; the channel is then of no more use.
pub(crate) async fn spoken<T>(
    asked: impl Future<Output = lapin::Result<T>>,
) -> Result<T, BusError> {
    Ok(timeout(CHANNEL_TIMEOUT, asked)
        .await
        .map_err(|_| BusError::Silent)??)
}

fn link(uri: &AMQPUri, name: String, token: &CancellationToken) -> Link {
    let (sender, link) = watch::channel(None);
    tokio::spawn(supervise(uri.clone(), name, sender, token.clone()));
    link
}

fn is_up(link: &Link) -> bool {
    link.borrow()
        .as_ref()
        .is_some_and(|c| c.status().connected())
}

async fn until_up(link: &Link) {
    // The supervisor outlives every clone, so the sender is there.
    let _ = link.clone().wait_for(Option::is_some).await;
}

fn present(link: &Link) -> Result<Arc<Connection>, BusError> {
    link.borrow().clone().ok_or(BusError::Disconnected)
}

async fn channel(link: &Link) -> Result<Channel, BusError> {
    let connection = present(link)?;
    spoken(connection.create_channel()).await
}
