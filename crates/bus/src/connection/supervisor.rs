//! Makes one connection, and makes it again.

use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt;
use lapin::uri::{AMQPScheme, AMQPUri};
use lapin::{Connection, ConnectionProperties};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::{BusError, FIRST_PAUSE, LONGEST_PAUSE};
use crate::declare;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// What a client of AMQP 0-9-1 says first (AMQP 0-9-1, section 4.2.2).
const GREETING: &[u8] = b"AMQP\0\0\x09\x01";

pub(super) async fn supervise(
    uri: AMQPUri,
    name: String,
    state: watch::Sender<Option<Arc<Connection>>>,
    token: CancellationToken,
) {
    let (mut pause, mut was_silent) = (FIRST_PAUSE, false);
    while !token.is_cancelled() {
        match attempt(&uri, &name, was_silent).await {
            Ok(connection) => {
                let host = &uri.authority.host;
                tracing::info!(
                    name,
                    host,
                    port = uri.authority.port,
                    "connected to the broker"
                );
                (pause, was_silent) = (FIRST_PAUSE, false);
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
                tracing::warn!(name, "lost the connection to the broker");
            }
            Err(error) => {
                was_silent = matches!(error, BusError::Silent);
                tracing::warn!(name, %error, "no connection to the broker; trying again");
            }
        }
        tokio::select! {
            () = token.cancelled() => return,
            () = tokio::time::sleep(pause) => {}
        }
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

async fn attempt(uri: &AMQPUri, name: &str, was_silent: bool) -> Result<Connection, BusError> {
    let work = async {
        // An attempt that is given up keeps its thread and its socket for as long as the other side
        // says nothing, so the next ones begin only once it speaks again.
        if was_silent {
            knock(uri).await?;
        }
        open(uri, name).await
    };
    timeout(CONNECT_TIMEOUT, work)
        .await
        .map_err(|_| BusError::Silent)?
}

/// Returns when the broker has said a word. With TLS the connection alone has to do.
async fn knock(uri: &AMQPUri) -> Result<(), BusError> {
    let address = (uri.authority.host.as_str(), uri.authority.port);
    let spoken = async {
        let mut stream = TcpStream::connect(address).await?;
        if uri.scheme == AMQPScheme::AMQP {
            stream.write_all(GREETING).await?;
            stream.read_u8().await?;
        }
        Ok::<_, std::io::Error>(())
    };
    // Whatever went wrong, there may be no more than silence.
    spoken.await.map_err(|_| BusError::Silent)
}

async fn open(uri: &AMQPUri, name: &str) -> Result<Connection, BusError> {
    let properties = ConnectionProperties::default().with_connection_name(name.into());
    let connection = Connection::connect_uri(uri.clone(), properties).await?;
    declare::topology(&connection).await?;
    Ok(connection)
}

/// Returns when the connection can no longer be used. Events tell at once; the look once a second
/// is for the ones that tell nothing.
async fn until_lost(connection: &Connection) {
    let mut events = Box::pin(connection.events_listener());
    while connection.status().connected() {
        let _ = timeout(Duration::from_secs(1), events.next()).await;
    }
}
