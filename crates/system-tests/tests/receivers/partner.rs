//! A partner's server on a bare socket, so that it can do what no well-behaved one does.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

pub const OK: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

/// How a connection begins.
#[derive(Clone)]
pub enum Hello {
    Plain,
    Tls(TlsAcceptor),
    /// Ends it.
    Close,
    /// Holds it, and says nothing, not even a handshake.
    Silence,
    /// Says something before it is asked, and then holds it.
    Say(&'static [u8]),
}

/// What is done with a request: nothing for a while, an answer as it stands, and then the rest.
#[derive(Clone)]
pub struct Act {
    pub after: Duration,
    pub answer: Vec<u8>,
    pub then: Then,
}

#[derive(Clone, Copy)]
pub enum Then {
    /// Waits for the next request.
    Keep,
    /// Ends the connection as one does.
    Close,
    /// Breaks it off.
    Reset,
    /// Says nothing any more.
    Hang,
    /// Goes on with a piece at a time.
    Drip(&'static [u8], Duration),
    /// Goes on as fast as anyone reads.
    Flood(&'static [u8]),
}

impl Act {
    pub fn new(answer: impl Into<Vec<u8>>, then: Then) -> Self {
        Self {
            after: Duration::ZERO,
            answer: answer.into(),
            then,
        }
    }
}

/// A request as it came.
#[derive(Debug, Clone)]
pub struct Request {
    pub at: Instant,
    pub head: String,
    pub body: Vec<u8>,
}

impl Request {
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.head.lines().filter_map(|line| line.split_once(':'));
        let found = lines.find(|(own, _)| own.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.trim())
    }
}

struct Script {
    hellos: Vec<Hello>,
    usual: Hello,
    acts: Vec<Act>,
    requests: Vec<Request>,
}

/// The server. It listens on a port of its own until it is dropped.
pub struct Partner {
    pub address: SocketAddr,
    script: Arc<Mutex<Script>>,
    accepting: JoinHandle<()>,
}

impl Partner {
    /// The first connections begin with `hellos`, the others with `usual`; the first requests get
    /// `acts`, the others 200.
    pub async fn start(hellos: Vec<Hello>, usual: Hello, acts: Vec<Act>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let script = Arc::new(Mutex::new(Script {
            hellos: hellos.into_iter().rev().collect(),
            usual,
            acts: acts.into_iter().rev().collect(),
            requests: Vec::new(),
        }));
        let shared = Arc::clone(&script);
        let accepting = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(greet(stream, Arc::clone(&shared)));
            }
        });
        Self {
            address,
            script,
            accepting,
        }
    }

    /// Over plain HTTP.
    pub async fn acting(acts: Vec<Act>) -> Self {
        Self::start(Vec::new(), Hello::Plain, acts).await
    }

    pub fn requests(&self) -> Vec<Request> {
        lock(&self.script).requests.clone()
    }
}

impl Drop for Partner {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn greet(mut stream: TcpStream, script: Arc<Mutex<Script>>) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let hello = {
        let mut script = lock(&script);
        let next = script.hellos.pop();
        next.unwrap_or_else(|| script.usual.clone())
    };
    match hello {
        Hello::Plain => serve(stream, &script).await,
        Hello::Tls(acceptor) => serve(acceptor.accept(stream).await?, &script).await,
        Hello::Close => Ok(()),
        Hello::Silence => hold(&mut stream).await,
        Hello::Say(bytes) => {
            stream.write_all(bytes).await?;
            hold(&mut stream).await
        }
    }
}

/// Until the other side has gone.
async fn hold(stream: &mut (impl AsyncRead + Unpin)) -> io::Result<()> {
    let mut ignored = [0; 1_024];
    while stream.read(&mut ignored).await? > 0 {}
    Ok(())
}

/// A connection whose socket can be got at.
trait Connection: AsyncRead + AsyncWrite + Unpin {
    fn socket(&self) -> &TcpStream;
}

impl Connection for TcpStream {
    fn socket(&self) -> &TcpStream {
        self
    }
}

impl Connection for TlsStream<TcpStream> {
    fn socket(&self) -> &TcpStream {
        self.get_ref().0
    }
}

async fn serve(mut stream: impl Connection, script: &Mutex<Script>) -> io::Result<()> {
    while let Some(request) = read(&mut stream).await? {
        let act = {
            let mut script = lock(script);
            script.requests.push(request);
            let next = script.acts.pop();
            next.unwrap_or_else(|| Act::new(OK, Then::Keep))
        };
        tokio::time::sleep(act.after).await;
        stream.write_all(&act.answer).await?;
        stream.flush().await?;
        match act.then {
            Then::Keep => {}
            Then::Close => return stream.shutdown().await,
            Then::Reset => return stream.socket().set_zero_linger(),
            Then::Hang => return hold(&mut stream).await,
            Then::Drip(piece, every) => loop {
                tokio::time::sleep(every).await;
                stream.write_all(piece).await?;
                stream.flush().await?;
            },
            Then::Flood(piece) => loop {
                stream.write_all(piece).await?;
            },
        }
    }
    Ok(())
}

/// The next request of a connection; none at its end.
async fn read(stream: &mut impl Connection) -> io::Result<Option<Request>> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) => return Ok(None),
        }
    }
    let mut request = Request {
        at: Instant::now(),
        head: String::from_utf8(head).expect("a head of ASCII"),
        body: Vec::new(),
    };
    let length = request.header("content-length").expect("a length");
    request.body = vec![0; length.parse().expect("a length")];
    stream.read_exact(&mut request.body).await?;
    request.at = Instant::now();
    Ok(Some(request))
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
