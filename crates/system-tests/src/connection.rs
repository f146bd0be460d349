//! HTTP/1.1 with one connection and nothing around it: cheap enough to hammer a gateway from the
//! machine that it runs on, and free to send what no library would.

use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

/// A request without a body.
#[derive(Debug, Clone)]
pub struct Ask {
    method: String,
    target: String,
    headers: Vec<(String, String)>,
}

impl Ask {
    /// A request for a path, with its query.
    pub fn get(target: impl Into<String>) -> Self {
        Self::new("GET", target)
    }

    pub fn new(method: &str, target: impl Into<String>) -> Self {
        Self {
            method: method.to_owned(),
            target: target.into(),
            headers: Vec::new(),
        }
    }

    #[must_use]
    pub fn bearer(self, token: &str) -> Self {
        self.header("Authorization", format!("Bearer {token}"))
    }

    #[must_use]
    pub fn organization(self, id: &str) -> Self {
        self.header("X-Org-Id", id)
    }

    #[must_use]
    pub fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    fn bytes(&self) -> Vec<u8> {
        let mut text = format!(
            "{} {} HTTP/1.1\r\nHost: gateway\r\n",
            self.method, self.target
        );
        for (name, value) in &self.headers {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
        text.push_str("\r\n");
        text.into_bytes()
    }
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    pub status: u16,
    /// The status line and the headers, as they came.
    pub head: String,
    pub body: String,
}

impl Reply {
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.head.lines().filter_map(|line| line.split_once(':'));
        lines
            .find(|(own, _)| own.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.trim())
    }

    /// What a refusal says to programs: the code of its first error, else of its kind.
    pub fn reason(&self) -> String {
        let document: Value = serde_json::from_str(&self.body).unwrap_or_default();
        let error = document.pointer("/errors/0/code").and_then(Value::as_str);
        let kind = document["type"]
            .as_str()
            .and_then(|it| it.rsplit('/').next());
        error.or(kind).unwrap_or_default().to_owned()
    }
}

/// A connection that is made when it is needed, and again when the gateway has closed it.
pub struct Connection {
    address: String,
    stream: Option<BufReader<TcpStream>>,
}

impl Connection {
    /// To a server by its URL, without a path.
    pub fn to(url: &str) -> Self {
        Self {
            address: url.trim_start_matches("http://").to_owned(),
            stream: None,
        }
    }

    /// The status of the answer only.
    pub async fn status(&mut self, ask: &Ask) -> u16 {
        self.send(ask).await.status
    }

    pub async fn send(&mut self, ask: &Ask) -> Reply {
        let mut replies = self.send_all(std::slice::from_ref(ask)).await;
        replies.pop().expect("an answer to each request")
    }

    /// Sends all requests before it reads the first answer.
    pub async fn send_all(&mut self, asks: &[Ask]) -> Vec<Reply> {
        let mut stream = match self.stream.take() {
            Some(stream) => stream,
            None => {
                let stream = TcpStream::connect(&self.address).await;
                let stream = stream.expect("the gateway listens");
                stream.set_nodelay(true).expect("a socket");
                BufReader::new(stream)
            }
        };
        let bytes: Vec<u8> = asks.iter().flat_map(Ask::bytes).collect();
        stream.write_all(&bytes).await.expect("the gateway reads");
        let mut replies = Vec::with_capacity(asks.len());
        for _ in asks {
            replies.push(read(&mut stream).await);
        }
        let closes = |reply: &Reply| reply.header("connection") == Some("close");
        self.stream = (!replies.iter().any(closes)).then_some(stream);
        replies
    }
}

async fn read(stream: &mut BufReader<TcpStream>) -> Reply {
    let head = head(stream).await;
    let status = head.get(9..12).and_then(|code| code.parse().ok());
    let mut reply = Reply {
        status: status.unwrap_or_else(|| panic!("an answer: {head:?}")),
        head,
        body: String::new(),
    };
    let length = reply.header("content-length").map(str::parse::<usize>);
    let mut body = vec![0; length.and_then(Result::ok).unwrap_or_default()];
    stream.read_exact(&mut body).await.expect("a whole body");
    reply.body = String::from_utf8_lossy(&body).into_owned();
    reply
}

/// Up to and with the empty line.
async fn head(stream: &mut BufReader<TcpStream>) -> String {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        let read = stream
            .read_line(&mut head)
            .await
            .expect("the gateway answers");
        assert!(read > 0, "the gateway closed the connection: {head:?}");
    }
    head
}
