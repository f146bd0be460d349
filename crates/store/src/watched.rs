//! A connection whose other side may fall silent without a word.
//!
//! TCP notices a server that is gone, and PostgreSQL ends a statement that takes too long. Neither
//! helps where something stands between that still takes what is sent, and passes nothing on: a
//! balancer that was moved, a pooler that hangs. A question asked there is never answered, and
//! whoever asked would wait for ever.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use diesel::{ConnectionError, ConnectionResult};
use diesel_async::AsyncPgConnection;
use socket2::{SockRef, TcpKeepalive};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Sleep, sleep, timeout};
use tokio_postgres::config::Host;
use tokio_postgres::{Config, NoTls};

use crate::connect;

/// As [`connect::open`], for a connection that counts as lost when an answer is silent for `limit`.
/// Only a single server by TCP can be watched; any other connection is opened as usual.
pub(crate) async fn open(config: &Config, limit: Duration) -> ConnectionResult<AsyncPgConnection> {
    let ([Host::Tcp(host)], [port], []) = (
        config.get_hosts(),
        config.get_ports(),
        config.get_hostaddrs(),
    ) else {
        return connect::open(config).await;
    };
    let patience = config.get_connect_timeout().copied().unwrap_or(limit);
    let connecting = async {
        let stream = TcpStream::connect((host.as_str(), *port)).await;
        let stream = stream.map_err(|error| ConnectionError::BadConnection(error.to_string()))?;
        let _ = stream.set_nodelay(true);
        if let Err(error) = notice_silence(&stream, config) {
            tracing::debug!(%error, "a socket to the database keeps the system's limits");
        }
        let watched = Watched::new(stream, limit);
        let (client, connection) = config
            .connect_raw(watched, NoTls)
            .await
            .map_err(|error| connect::file(&error))?;
        // It ends with its client, or tells the client why it ended.
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                let error = connect::describe(&error);
                tracing::warn!(error, "lost a connection to the database");
            }
        });
        AsyncPgConnection::try_from(client).await
    };
    timeout(patience, connecting).await.unwrap_or_else(|_| {
        let why = format!("no answer within {patience:?}");
        Err(ConnectionError::BadConnection(why))
    })
}

/// As the driver does for streams that it opens itself: without it, one whose other side is gone is
/// found out only when something is asked there.
fn notice_silence(stream: &TcpStream, config: &Config) -> io::Result<()> {
    let socket = SockRef::from(stream);
    #[cfg(target_os = "linux")]
    socket.set_tcp_user_timeout(config.get_tcp_user_timeout().copied())?;
    if !config.get_keepalives() {
        return Ok(());
    }
    let mut keepalive = TcpKeepalive::new().with_time(config.get_keepalives_idle());
    if let Some(interval) = config.get_keepalives_interval() {
        keepalive = keepalive.with_interval(interval);
    }
    if let Some(retries) = config.get_keepalives_retries() {
        keepalive = keepalive.with_retries(retries);
    }
    socket.set_tcp_keepalive(&keepalive)
}

/// What every answer ends with: ReadyForQuery, but for its last byte (PostgreSQL's protocol 3.0).
const READY: [u8; 5] = [b'Z', 0, 0, 0, 5];

/// A stream on which reading fails when an answer is due and nothing of it has come for `limit`. Of
/// several that are asked for at once it sees to the first only: whoever sends statements together
/// uses a connection that is not watched.
struct Watched {
    stream: TcpStream,
    limit: Duration,
    /// While an answer is due: when the wait is over.
    overdue: Option<Pin<Box<Sleep>>>,
    /// The last bytes that came.
    tail: Vec<u8>,
}

impl Watched {
    fn new(stream: TcpStream, limit: Duration) -> Self {
        Self {
            stream,
            limit,
            overdue: None,
            tail: Vec::new(),
        }
    }

    /// Counts from now, and sees to it that the task hears of the end.
    fn wait(&mut self, cx: &mut Context<'_>) {
        let mut overdue = Box::pin(sleep(self.limit));
        let _ = overdue.as_mut().poll(cx);
        self.overdue = Some(overdue);
    }

    fn came(&mut self, bytes: &[u8], cx: &mut Context<'_>) {
        let length = READY.len() + 1;
        self.tail
            .extend(bytes.iter().skip(bytes.len().saturating_sub(length)));
        self.tail.drain(..self.tail.len().saturating_sub(length));
        if self.tail.starts_with(&READY) {
            self.overdue = None;
        } else if self.overdue.is_some() {
            self.wait(cx);
        }
    }
}

impl AsyncRead for Watched {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        if let Poll::Ready(read) = Pin::new(&mut self.stream).poll_read(cx, buf) {
            let bytes = buf.filled().get(before..).unwrap_or_default();
            self.came(bytes, cx);
            return Poll::Ready(read);
        }
        let Some(overdue) = &mut self.overdue else {
            return Poll::Pending;
        };
        ready!(overdue.as_mut().poll(cx));
        let why = format!("the database was silent for {:?}", self.limit);
        Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, why)))
    }
}

impl AsyncWrite for Watched {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = ready!(Pin::new(&mut self.stream).poll_write(cx, buf));
        if self.overdue.is_none() {
            self.wait(cx);
        }
        Poll::Ready(written)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;

    #[tokio::test]
    async fn a_silent_peer_is_noticed_without_a_question() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let stream = TcpStream::connect(listener.local_addr().unwrap()).await;
        let stream = stream.unwrap();
        let url = "postgres://localhost/x".to_owned().into();
        let config = connect::config(&url, "test", Duration::from_secs(1), "").unwrap();
        notice_silence(&stream, &config).unwrap();
        let socket = SockRef::from(&stream);
        assert!(socket.keepalive().unwrap());
        assert_eq!(
            socket.tcp_keepalive_time().unwrap(),
            config.get_keepalives_idle()
        );
        assert_eq!(socket.tcp_keepalive_retries().unwrap(), 3);
        #[cfg(target_os = "linux")]
        assert_eq!(
            socket.tcp_user_timeout().unwrap(),
            config.get_tcp_user_timeout().copied()
        );
    }
}
