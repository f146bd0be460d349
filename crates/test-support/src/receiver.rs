//! An HTTP server that plays a partner: it records what it is sent and answers by a script.

mod respond;

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use actix_web::dev::ServerHandle;
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use bytes::Bytes;
use tokio::sync::watch;

pub use respond::Respond;

/// One request as it arrived.
#[derive(Clone, Debug)]
pub struct Received {
    /// When the whole body was there.
    pub at: Instant,
    pub method: String,
    /// With the query, as sent.
    pub path: String,
    /// In the order of arrival, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The raw bytes.
    pub body: Bytes,
}

impl Received {
    /// The first header of that name, in any case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }
}

/// The server. It listens on a free port of the loopback interface until it is dropped.
pub struct Receiver {
    address: SocketAddr,
    state: web::Data<State>,
    server: ServerHandle,
}

impl Receiver {
    /// Starts a receiver that answers 200 to everything.
    pub fn start() -> Self {
        Self::answering(Respond::status(200))
    }

    /// Starts a receiver that gives the same answer to everything that no script covers.
    pub fn answering(usual: Respond) -> Self {
        let state = web::Data::new(State {
            script: Mutex::new(VecDeque::new()),
            usual: Mutex::new(usual),
            received: watch::Sender::new(Vec::new()),
        });
        let shared = state.clone();
        let server = HttpServer::new(move || {
            App::new()
                .app_data(shared.clone())
                .app_data(web::PayloadConfig::new(64 << 20))
                .default_service(web::to(handle))
        })
        .workers(1)
        .disable_signals()
        .bind(("127.0.0.1", 0))
        .expect("binds a free port");
        let address = *server.addrs().first().expect("has an address");
        let server = server.run();
        let handle = server.handle();
        tokio::spawn(server);
        Self {
            address,
            state,
            server: handle,
        }
    }

    /// `http://127.0.0.1:<port>` and `path`.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Answers the next requests in this order, then as usual again.
    pub fn script(&self, answers: impl IntoIterator<Item = Respond>) {
        lock(&self.state.script).extend(answers);
    }

    /// Changes what is answered outside the script.
    pub fn answer(&self, usual: Respond) {
        *lock(&self.state.usual) = usual;
    }

    /// Everything received so far.
    pub fn received(&self) -> Vec<Received> {
        self.state.received.borrow().clone()
    }

    /// Everything received so far but the first `known` requests.
    pub fn received_after(&self, known: usize) -> Vec<Received> {
        let all = self.state.received.borrow();
        all.get(known..).unwrap_or_default().to_vec()
    }

    /// Everything received, once that is at least `count` requests.
    ///
    /// # Panics
    /// When there are fewer after `limit`.
    pub async fn wait_for(&self, count: usize, limit: Duration) -> Vec<Received> {
        let mut received = self.state.received.subscribe();
        let enough = received.wait_for(|all| all.len() >= count);
        match tokio::time::timeout(limit, enough).await {
            Ok(all) => all.expect("the receiver is running").clone(),
            Err(_) => panic!(
                "{} of {count} requests arrived within {limit:?}",
                self.received().len()
            ),
        }
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        // The command is sent by the call; the future would only wait for its end.
        drop(self.server.stop(false));
    }
}

struct State {
    script: Mutex<VecDeque<Respond>>,
    usual: Mutex<Respond>,
    received: watch::Sender<Vec<Received>>,
}

async fn handle(request: HttpRequest, body: Bytes, state: web::Data<State>) -> HttpResponse {
    let headers = request.headers().iter().map(|(name, value)| {
        let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
        (name.as_str().to_owned(), value)
    });
    let received = Received {
        at: Instant::now(),
        method: request.method().to_string(),
        path: request.uri().to_string(),
        headers: headers.collect(),
        body,
    };
    let scripted = lock(&state.script).pop_front();
    let answer = scripted.unwrap_or_else(|| lock(&state.usual).clone());
    state.received.send_modify(|all| all.push(received));
    answer.send().await
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
