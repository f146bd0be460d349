//! A way to a server that can be cut.

use std::net::SocketAddr;

use reqwest::Url;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// How the way is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Open,
    /// Nothing arrives, and nobody is told: a cable that was pulled out.
    Silent,
    /// Connections end, and new ones end at once: a server that was stopped.
    Cut,
}

/// Passes on what comes, to one server. It ends with this value.
pub struct Proxy {
    /// The server's URL, by this way.
    pub url: String,
    way: watch::Sender<Way>,
    accepting: JoinHandle<()>,
}

impl Proxy {
    /// A way to the server that `url` names, on a port of its own.
    pub async fn to(url: &str) -> Self {
        let mut url = Url::parse(url).expect("a URL");
        let target = format!(
            "{}:{}",
            url.host_str().expect("a host"),
            url.port().expect("a port")
        );
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let here: SocketAddr = listener.local_addr().expect("an address");
        url.set_host(Some("127.0.0.1")).expect("a host");
        url.set_port(Some(here.port())).expect("a port");
        let (way, seen) = watch::channel(Way::Open);
        let accepting = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                if *seen.borrow() != Way::Cut {
                    tokio::spawn(join(client, target.clone(), seen.clone()));
                }
            }
        });
        Self {
            url: url.into(),
            way,
            accepting,
        }
    }

    pub fn open(&self) {
        self.way.send_replace(Way::Open);
    }

    pub fn silence(&self) {
        self.way.send_replace(Way::Silent);
    }

    pub fn cut(&self) {
        self.way.send_replace(Way::Cut);
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.accepting.abort();
        self.cut();
    }
}

async fn join(client: TcpStream, target: String, way: watch::Receiver<Way>) {
    let Ok(server) = TcpStream::connect(target).await else {
        return;
    };
    let _ = (client.set_nodelay(true), server.set_nodelay(true));
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    // Either end is the end of both.
    tokio::select! {
        () = pass(from_client, to_server, way.clone()) => {}
        () = pass(from_server, to_client, way) => {}
    }
}

async fn pass(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, mut way: watch::Receiver<Way>) {
    let mut buffer = vec![0; 65_536];
    loop {
        let read = tokio::select! {
            _ = way.wait_for(|way| *way == Way::Cut) => return,
            read = from.read(&mut buffer) => read.unwrap_or_default(),
        };
        match way.wait_for(|way| *way != Way::Silent).await.as_deref() {
            Ok(Way::Open) if read > 0 => {}
            _ => return,
        }
        let Some(bytes) = buffer.get(..read) else {
            return;
        };
        if to.write_all(bytes).await.is_err() {
            return;
        }
    }
}
