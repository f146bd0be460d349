//! Partners on real sockets: as cheap as HTTP/1.1 can be, because they share the machine with what
//! is measured.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use bytes::{Buf, Bytes, BytesMut};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// How an endpoint answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    AtOnce,
    After(Duration),
    /// It takes the request and never answers.
    Never,
}

/// A request that came in whole.
#[derive(Debug, Clone)]
pub struct Arrival {
    pub at: Instant,
    /// The `evt_...` that the body begins with.
    pub event: String,
    pub delivery: String,
    pub body: Bytes,
}

/// One endpoint, on a port of its own until it is dropped.
pub struct Endpoint {
    pub url: String,
    arrivals: Arc<Arrivals>,
    accepting: JoinHandle<()>,
}

#[derive(Default)]
struct Arrivals {
    count: AtomicUsize,
    all: Mutex<Vec<Arrival>>,
}

const ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";
/// Before the id of the event, and before the id of the delivery.
const EVENT: &[u8] = b"\"id\":\"";
const DELIVERY: &[u8] = b"\r\nx-ga-webhook-delivery: ";
const LENGTH: &[u8] = b"\r\ncontent-length: ";

impl Endpoint {
    pub async fn start(manner: Manner) -> anyhow::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address: SocketAddr = listener.local_addr()?;
        let arrivals = Arc::<Arrivals>::default();
        let shared = arrivals.clone();
        let accepting = tokio::spawn(async move {
            loop {
                let Ok((stream, _)) = listener.accept().await else {
                    // Too many files are open, which passes: what waits in the backlog waits on.
                    tokio::time::sleep(Duration::from_millis(10)).await;
                    continue;
                };
                let arrivals = shared.clone();
                tokio::spawn(async move { drop(answer(stream, manner, &arrivals).await) });
            }
        });
        Ok(Self {
            url: format!("http://{address}/webhooks"),
            arrivals,
            accepting,
        })
    }

    pub fn count(&self) -> usize {
        self.arrivals.count.load(Ordering::Relaxed)
    }

    /// Everything since the last call, in the order in which it came.
    pub fn take(&self) -> Vec<Arrival> {
        let mut all = self
            .arrivals
            .all
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        self.arrivals.count.store(0, Ordering::Relaxed);
        std::mem::take(&mut *all)
    }
}

impl Drop for Endpoint {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

/// Waits until so many requests came to these together.
pub async fn wait_for(endpoints: &[Endpoint], count: usize, limit: Duration) -> anyhow::Result<()> {
    let began = Instant::now();
    loop {
        let came: usize = endpoints.iter().map(Endpoint::count).sum();
        if came >= count {
            return Ok(());
        }
        ensure!(
            began.elapsed() < limit,
            "{came} of {count} requests came within {limit:?}"
        );
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

async fn answer(mut stream: TcpStream, manner: Manner, arrivals: &Arrivals) -> anyhow::Result<()> {
    stream.set_nodelay(true)?;
    let mut buffer = BytesMut::with_capacity(16_384);
    loop {
        let arrival = read(&mut stream, &mut buffer).await?;
        arrivals
            .all
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(arrival);
        arrivals.count.fetch_add(1, Ordering::Relaxed);
        match manner {
            Manner::AtOnce => {}
            Manner::After(pause) => tokio::time::sleep(pause).await,
            Manner::Never => std::future::pending().await,
        }
        stream.write_all(ANSWER).await?;
    }
}

async fn read(stream: &mut TcpStream, buffer: &mut BytesMut) -> anyhow::Result<Arrival> {
    let head = loop {
        if let Some(end) = find(buffer, b"\r\n\r\n") {
            break buffer.split_to(end + 4).freeze();
        }
        ensure!(stream.read_buf(buffer).await? > 0, "closed");
    };
    let length: usize = value(&head, LENGTH, b'\r')
        .context("no length")?
        .parse()
        .context("a length")?;
    while buffer.remaining() < length {
        ensure!(stream.read_buf(buffer).await? > 0, "closed");
    }
    let at = Instant::now();
    let body = Bytes::copy_from_slice(&buffer.split_to(length));
    Ok(Arrival {
        at,
        event: value(&body, EVENT, b'"').unwrap_or_default(),
        delivery: value(&head, DELIVERY, b'\r').unwrap_or_default(),
        body,
    })
}

/// What stands between `before` and the next `end`.
fn value(text: &[u8], before: &[u8], end: u8) -> Option<String> {
    let rest = text.get(find(text, before)? + before.len()..)?;
    let length = rest.iter().position(|byte| *byte == end)?;
    Some(String::from_utf8_lossy(rest.get(..length)?).into_owned())
}

fn find(text: &[u8], what: &[u8]) -> Option<usize> {
    text.windows(what.len()).position(|window| window == what)
}
