//! The answers a receiver can be told to give.

use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use bytes::Bytes;
use futures::stream;

/// An answer, built up from [`Respond::status`].
#[derive(Clone, Debug)]
pub struct Respond {
    status: u16,
    headers: Vec<(String, String)>,
    body: Bytes,
    delay: Duration,
    ending: Ending,
}

#[derive(Clone, Copy, Debug)]
enum Ending {
    Complete,
    Hang,
    Reset,
}

impl Respond {
    /// An empty answer.
    pub fn status(status: u16) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: Bytes::new(),
            delay: Duration::ZERO,
            ending: Ending::Complete,
        }
    }

    /// Reads the request and never answers.
    pub fn hang() -> Self {
        Self {
            ending: Ending::Hang,
            ..Self::status(200)
        }
    }

    /// Reads the request and closes the connection without an answer.
    pub fn reset() -> Self {
        Self {
            ending: Ending::Reset,
            ..Self::status(200)
        }
    }

    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// A `Retry-After` header in seconds.
    pub fn retry_after(self, seconds: u64) -> Self {
        self.header("retry-after", &seconds.to_string())
    }

    pub fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self
    }

    /// A body of that many bytes.
    pub fn big_body(self, bytes: usize) -> Self {
        self.body(vec![b'x'; bytes])
    }

    /// Waits before answering.
    pub fn after(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    pub(super) async fn send(self) -> HttpResponse {
        tokio::time::sleep(self.delay).await;
        let status = StatusCode::from_u16(self.status).expect("a status code");
        let mut response = HttpResponse::build(status);
        for (name, value) in self.headers {
            response.append_header((name, value));
        }
        match self.ending {
            Ending::Complete => response.body(self.body),
            Ending::Hang => std::future::pending().await,
            // A body that fails before its first byte makes the server close the connection with
            // the head still unsent.
            Ending::Reset => response.streaming(stream::iter([Err::<Bytes, _>(
                std::io::Error::from(std::io::ErrorKind::ConnectionReset),
            )])),
        }
    }
}
