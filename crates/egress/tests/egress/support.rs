//! Partners on raw sockets, for what a well-behaved server does not do.

use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use egress::{Answer, Egress, Failure, HeaderMap, Looking, Lookup, Settings};
use tokio::io::AsyncReadExt;
use tokio::net::{TcpListener, TcpStream};

/// A listener that hands every connection to `serve` once the request's head has come.
pub struct Partner {
    pub address: SocketAddr,
    connections: Arc<AtomicUsize>,
}

impl Partner {
    pub async fn start<F, R>(serve: F) -> Self
    where
        F: Fn(TcpStream) -> R + Send + Sync + 'static,
        R: Future<Output = io::Result<()>> + Send,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let connections = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&connections);
        let serve = Arc::new(serve);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                counter.fetch_add(1, Ordering::SeqCst);
                let serve = Arc::clone(&serve);
                tokio::spawn(async move { serve(stream).await });
            }
        });
        Self {
            address,
            connections,
        }
    }

    pub fn url(&self) -> String {
        format!("http://{}/hook", self.address)
    }

    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

/// Reads until the request's body `{}` is there.
pub async fn read_request(stream: &mut TcpStream) -> io::Result<String> {
    let mut text = Vec::new();
    while !text.ends_with(b"\r\n\r\n{}") {
        if stream.read_buf(&mut text).await? == 0 {
            break;
        }
    }
    Ok(String::from_utf8_lossy(&text).into_owned())
}

pub fn settings() -> Settings {
    Settings {
        allow_loopback: true,
        total_timeout_ms: 10_000,
        ..Settings::default()
    }
}

/// A client that must answer fast.
pub fn hasty(total_timeout_ms: u64) -> Egress {
    Egress::new(&Settings {
        total_timeout_ms,
        ..settings()
    })
    .unwrap()
}

pub async fn post(egress: &Egress, url: &str) -> Result<Answer, Failure> {
    let target = egress.check_url(url).unwrap();
    egress
        .post(&target, HeaderMap::new(), Bytes::from_static(b"{}"))
        .await
}

/// Gives one list of addresses after another; the last stays.
pub struct Changing {
    pub answers: Vec<Vec<IpAddr>>,
    pub asked: AtomicUsize,
}

impl Changing {
    pub fn new(answers: &[&[&str]]) -> Arc<Self> {
        let parse = |list: &&[&str]| list.iter().map(|text| text.parse().unwrap()).collect();
        Arc::new(Self {
            answers: answers.iter().map(parse).collect(),
            asked: AtomicUsize::new(0),
        })
    }
}

/// [`Changing`], to be given away.
pub struct Shared(pub Arc<Changing>);

impl Lookup for Shared {
    fn look_up(&self, _: &str) -> Looking {
        let Changing { answers, asked } = self.0.as_ref();
        // The future counts, not the call: a name that is known is not asked for.
        let answer = answers
            .get(asked.load(Ordering::SeqCst))
            .or(answers.last())
            .cloned();
        let changing = Arc::clone(&self.0);
        Box::pin(async move {
            changing.asked.fetch_add(1, Ordering::SeqCst);
            Ok(answer.unwrap_or_default())
        })
    }
}
