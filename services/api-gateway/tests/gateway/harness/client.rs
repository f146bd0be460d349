//! A partner's HTTP client, and a raw one for what no client would send.

use std::net::SocketAddr;
use std::time::Duration;

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, StatusCode};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use uuid::Uuid;

use super::Minted;

/// A request that is being put together.
#[derive(Clone)]
pub struct Call {
    client: reqwest::Client,
    address: SocketAddr,
    method: Method,
    path: String,
    headers: HeaderMap,
}

impl Call {
    pub fn new(client: reqwest::Client, address: SocketAddr, path: &str) -> Self {
        Self {
            client,
            address,
            method: Method::GET,
            path: path.to_owned(),
            headers: HeaderMap::new(),
        }
    }

    pub fn method(mut self, method: &str) -> Self {
        self.method = method.parse().unwrap();
        self
    }

    pub fn key(self, key: &Minted) -> Self {
        self.header("authorization", format!("Bearer {}", key.token.reveal()))
    }

    pub fn organization(self, organization: Uuid) -> Self {
        self.header("x-org-id", organization.to_string())
    }

    /// Adds a header; one that is there stays.
    pub fn header(mut self, name: &'static str, value: impl TryInto<HeaderValue>) -> Self {
        let value = value.try_into().ok().expect("a header value");
        self.headers.append(HeaderName::from_static(name), value);
        self
    }

    pub async fn send(self) -> Reply {
        let url = format!("http://{}{}", self.address, self.path);
        let request = self.client.request(self.method, url).headers(self.headers);
        let answer = request
            .timeout(Duration::from_secs(30))
            .send()
            .await
            .expect("the gateway answers");
        Reply {
            status: answer.status(),
            headers: answer.headers().clone(),
            body: answer.bytes().await.unwrap().to_vec(),
        }
    }
}

pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Reply {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error}: {:?}", self.body))
    }

    /// Checks that it is a whole problem document of that kind and gives its first error's code.
    #[track_caller]
    pub fn problem(&self, status: u16, kind: &str) -> String {
        let document = self.json();
        assert_eq!(
            (self.status.as_u16(), &document["status"]),
            (status, &Value::from(status)),
            "{document}"
        );
        assert_eq!(
            self.header("content-type"),
            Some("application/problem+json"),
            "{document}"
        );
        assert_eq!(document["type"], format!("/problems/{kind}"), "{document}");
        assert_eq!(
            document["request_id"].as_str(),
            self.header("x-request-id"),
            "{document}"
        );
        assert_eq!(self.header("cache-control"), Some("no-store"));
        for member in ["title", "detail", "instance"] {
            assert!(
                document[member]
                    .as_str()
                    .is_some_and(|text| !text.is_empty()),
                "{member}: {document}"
            );
        }
        document["errors"][0]["code"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }
}

/// Sends these bytes and reads until the server closes.
pub async fn raw(address: SocketAddr, request: impl AsRef<[u8]>) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    // The server may answer and close before it has read everything.
    let _ = stream.write_all(request.as_ref()).await;
    let mut answer = Vec::new();
    let read = tokio::time::timeout(Duration::from_secs(20), stream.read_to_end(&mut answer));
    let _ = read.await.expect("the server closes the connection");
    String::from_utf8_lossy(&answer).into_owned()
}

#[expect(
    clippy::disallowed_methods,
    reason = "it talks to the gateway under test only"
)]
pub fn client() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().build().unwrap()
}
