//! A receiver that remembers who sent it what, and when. It reads HTTP/1.1 by itself, because it
//! shares the machine with what it watches.

use std::io;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// One POST, from the moment its whole body was there.
#[derive(Debug, Clone)]
pub struct Arrival {
    pub at: Instant,
    /// Which endpoint: the path of its URL.
    pub path: String,
    pub event: String,
    pub delivery: String,
    pub sequence: u64,
    /// Who sent it: its `User-Agent`.
    pub sender: String,
    /// Nothing was answered when it came.
    pub hangs: bool,
}

/// The receiver. It listens on a port of its own until it is dropped.
pub struct Witness {
    address: SocketAddr,
    arrivals: watch::Sender<Vec<Arrival>>,
    pause: watch::Sender<Option<Duration>>,
    accepting: JoinHandle<()>,
}

impl Witness {
    /// Answers 200 after `pause`.
    pub async fn start(pause: Duration) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let (arrivals, pause) = (
            watch::Sender::new(Vec::new()),
            watch::Sender::new(Some(pause)),
        );
        let (seen, pauses) = (arrivals.clone(), pause.clone());
        let accepting = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, seen.clone(), pauses.subscribe()));
            }
        });
        Self {
            address,
            arrivals,
            pause,
            accepting,
        }
    }

    /// `path` begins with a slash and names an endpoint.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// From now on nothing is answered that comes.
    pub fn hang(&self) {
        self.pause.send_replace(None);
    }

    /// From now on all is answered after `pause`, beginning with what hangs.
    pub fn answer_after(&self, pause: Duration) {
        self.pause.send_replace(Some(pause));
    }

    pub fn count(&self) -> usize {
        self.arrivals.borrow().len()
    }

    /// Looks at what has arrived, in that order, while nothing more can.
    pub fn look<T>(&self, at: impl FnOnce(&[Arrival]) -> T) -> T {
        at(&self.arrivals.borrow())
    }

    /// Waits until `is_enough` of what has arrived.
    ///
    /// # Panics
    /// With `what`, when it is not enough after `limit`.
    pub async fn wait_until(
        &self,
        what: &str,
        limit: Duration,
        mut is_enough: impl FnMut(&[Arrival]) -> bool,
    ) {
        let mut arrivals = self.arrivals.subscribe();
        let enough = arrivals.wait_for(|all| is_enough(all));
        let ended = tokio::time::timeout(limit, enough).await.map(drop);
        assert!(
            ended.is_ok(),
            "not within {limit:?}: {what}; {} arrived",
            self.count()
        );
    }
}

impl Drop for Witness {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn serve(
    stream: TcpStream,
    arrivals: watch::Sender<Vec<Arrival>>,
    mut pause: watch::Receiver<Option<Duration>>,
) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut stream = BufReader::new(stream);
    while let Some(mut arrival) = read(&mut stream).await? {
        // Before anybody hears of it, because that may be what they wait for to change it.
        let mut wait = *pause.borrow();
        arrival.hangs = wait.is_none();
        arrivals.send_modify(|all| all.push(arrival));
        if wait.is_none() {
            let answered = pause.wait_for(Option::is_some).await;
            wait = answered.ok().and_then(|wait| *wait);
        }
        let Some(wait) = wait else {
            return Ok(());
        };
        tokio::time::sleep(wait).await;
        stream
            .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")
            .await?;
    }
    Ok(())
}

/// The next request of a connection; none at its end.
async fn read(stream: &mut BufReader<TcpStream>) -> io::Result<Option<Arrival>> {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if stream.read_line(&mut head).await? == 0 {
            return Ok(None);
        }
    }
    let header = |name: &str| {
        let mut lines = head.lines().filter_map(|line| line.split_once(':'));
        let found = lines.find(|(own, _)| own.eq_ignore_ascii_case(name));
        found
            .map(|(_, value)| value.trim().to_owned())
            .unwrap_or_else(|| panic!("no {name} in {head:?}"))
    };
    let length = header("content-length").parse().expect("a length");
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await?;
    let body: Value = serde_json::from_slice(&body).expect("JSON");
    let path = head.split(' ').nth(1).expect("a path");
    Ok(Some(Arrival {
        at: Instant::now(),
        path: path.to_owned(),
        event: body["id"].as_str().expect("an id").to_owned(),
        delivery: header("x-ga-webhook-delivery"),
        sequence: header("x-ga-webhook-sequence").parse().expect("a number"),
        sender: header("user-agent"),
        hangs: false,
    }))
}
