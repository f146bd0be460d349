//! One supervised connection a process.

use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt;
use lapin::options::ConfirmSelectOptions;
use lapin::uri::AMQPUri;
use lapin::{Channel, Connection, ConnectionProperties};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use tokio::sync::watch;
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::declare;

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
    #[error(transparent)]
    Broker(#[from] lapin::Error),
}

/// A connection that is made again whenever it is lost. Clones share it; it ends with the last.
#[derive(Clone)]
pub struct Bus {
    state: watch::Receiver<Option<Arc<Connection>>>,
    _supervisor: Arc<DropGuard>,
}

/// First and longest pause between two attempts to connect.
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

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
        let (sender, state) = watch::channel(None);
        tokio::spawn(supervise(uri, name.to_owned(), sender, token.clone()));
        Ok(Self {
            state,
            _supervisor: Arc::new(token.drop_guard()),
        })
    }

    /// Whether the broker is reachable at this moment.
    pub fn is_connected(&self) -> bool {
        self.state
            .borrow()
            .as_ref()
            .is_some_and(|c| c.status().connected())
    }

    /// A channel on the present connection; an error at once when there is none.
    pub(crate) async fn channel(&self) -> Result<Channel, BusError> {
        let connection = self.state.borrow().clone().ok_or(BusError::Disconnected)?;
        Ok(connection.create_channel().await?)
    }

    /// As [`Self::channel`], with publisher confirms.
    pub(crate) async fn confirming_channel(&self) -> Result<Channel, BusError> {
        let channel = self.channel().await?;
        channel
            .confirm_select(ConfirmSelectOptions::default())
            .await?;
        Ok(channel)
    }

    /// Waits until there is a connection.
    pub(crate) async fn connected(&self) {
        let mut state = self.state.clone();
        // The supervisor outlives every clone, so the sender is there.
        let _ = state.wait_for(Option::is_some).await;
    }

    /// Repeats `work` over connection losses, with a short pause, until the token is cancelled.
    /// `work` returns when its channel is lost or the token is cancelled.
    pub(crate) async fn keep<F: Future<Output = Result<(), BusError>>>(
        &self,
        what: &str,
        token: &CancellationToken,
        mut work: impl FnMut() -> F,
    ) {
        while !token.is_cancelled() {
            tokio::select! {
                () = token.cancelled() => return,
                () = self.connected() => {}
            }
            if let Err(error) = work().await {
                tracing::warn!(what, %error, "lost the broker; trying again");
            }
            tokio::select! {
                () = token.cancelled() => return,
                () = tokio::time::sleep(FIRST_PAUSE) => {}
            }
        }
    }
}

async fn supervise(
    uri: AMQPUri,
    name: String,
    state: watch::Sender<Option<Arc<Connection>>>,
    token: CancellationToken,
) {
    let mut pause = FIRST_PAUSE;
    loop {
        match tokio::time::timeout(CONNECT_TIMEOUT, open(&uri, &name)).await {
            Ok(Ok(connection)) => {
                tracing::info!(
                    host = uri.authority.host,
                    port = uri.authority.port,
                    "connected to the broker"
                );
                pause = FIRST_PAUSE;
                let connection = Arc::new(connection);
                state.send_replace(Some(connection.clone()));
                tokio::select! {
                    () = token.cancelled() => {
                        let _ = connection.close(200, "goodbye".into()).await;
                        return;
                    }
                    () = until_lost(&connection) => {}
                }
                state.send_replace(None);
                tracing::warn!("lost the connection to the broker");
            }
            Ok(Err(error)) => tracing::warn!(%error, "the broker cannot be reached; trying again"),
            Err(_) => tracing::warn!("the broker does not answer; trying again"),
        }
        tokio::select! {
            () = token.cancelled() => return,
            () = tokio::time::sleep(pause) => {}
        }
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

async fn open(uri: &AMQPUri, name: &str) -> Result<Connection, BusError> {
    let properties = ConnectionProperties::default().with_connection_name(name.into());
    let connection = Connection::connect_uri(uri.clone(), properties).await?;
    declare::topology(&connection.create_channel().await?).await?;
    Ok(connection)
}

/// Returns when the connection can no longer be used. Events tell at once; the look once a second
/// is for the ones that tell nothing.
async fn until_lost(connection: &Connection) {
    let mut events = Box::pin(connection.events_listener());
    while connection.status().connected() {
        let _ = tokio::time::timeout(Duration::from_secs(1), events.next()).await;
    }
}
