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

/// How the way is, and how many times what went it was left to itself.
#[derive(Debug, Clone, Copy)]
struct State {
    way: Way,
    stranded: usize,
}

impl State {
    fn is_cut(&self) -> bool {
        self.way == Way::Cut
    }

    /// For a connection that was made when `stranded` was this.
    fn is_open_for(&self, stranded: usize) -> bool {
        self.way == Way::Open && self.stranded == stranded
    }
}

/// Passes on what comes, to one server. It ends with this value.
pub struct Proxy {
    /// The server's URL, by this way.
    pub url: String,
    pub(crate) address: SocketAddr,
    state: watch::Sender<State>,
    accepting: JoinHandle<()>,
}

impl Proxy {
    /// A way to the server that `url` names, on a port of its own.
    pub async fn to(url: &str) -> Self {
        let server = Url::parse(url).expect("a URL");
        let target = format!(
            "{}:{}",
            server.host_str().expect("a host"),
            server.port().expect("a port")
        );
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let (state, seen) = watch::channel(State {
            way: Way::Open,
            stranded: 0,
        });
        let accepting = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                if !seen.borrow().is_cut() {
                    tokio::spawn(join(client, target.clone(), seen.clone()));
                }
            }
        });
        Self {
            url: at(url, address),
            address,
            state,
            accepting,
        }
    }

    pub fn open(&self) {
        self.change(Way::Open);
    }

    pub fn silence(&self) {
        self.change(Way::Silent);
    }

    pub fn cut(&self) {
        self.change(Way::Cut);
    }

    /// Whatever is connected now hears nothing ever again, and is not told; new connections are as
    /// good as any.
    pub fn strand(&self) {
        self.state.send_modify(|state| state.stranded += 1);
    }

    fn change(&self, way: Way) {
        self.state.send_modify(|state| state.way = way);
    }
}

/// The same server's URL at another address.
pub(crate) fn at(url: &str, address: SocketAddr) -> String {
    let mut url = Url::parse(url).expect("a URL");
    let host = address.ip().to_string();
    url.set_host(Some(&host)).expect("a host");
    url.set_port(Some(address.port())).expect("a port");
    url.into()
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.accepting.abort();
        self.cut();
    }
}

async fn join(client: TcpStream, target: String, state: watch::Receiver<State>) {
    let stranded = state.borrow().stranded;
    let Ok(server) = TcpStream::connect(target).await else {
        return;
    };
    let _ = (client.set_nodelay(true), server.set_nodelay(true));
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    // Either end is the end of both.
    tokio::select! {
        () = pass(from_client, to_server, state.clone(), stranded) => {}
        () = pass(from_server, to_client, state, stranded) => {}
    }
}

async fn pass(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    mut state: watch::Receiver<State>,
    stranded: usize,
) {
    let mut buffer = vec![0; 65_536];
    loop {
        let read = tokio::select! {
            _ = state.wait_for(State::is_cut) => return,
            read = from.read(&mut buffer) => read.unwrap_or_default(),
        };
        let decided = |state: &State| state.is_cut() || state.is_open_for(stranded);
        match state.wait_for(decided).await.as_deref() {
            Ok(state) if read > 0 && !state.is_cut() => {}
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
