//! What became of a request.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use bytes::Bytes;

/// The other side answered; the status decides what that means.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    /// The `Retry-After` header as it came.
    pub retry_after: Option<String>,
    /// By lower-case name: at most 64, and 8 KiB together. A value of more than 1 KiB ends with `…`.
    pub headers: BTreeMap<String, String>,
    /// The beginning of the body.
    pub excerpt: Bytes,
    /// From the start to the last byte that was read.
    pub duration: Duration,
}

impl Answer {
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// Redirects are not followed: a signed body goes where it was meant to go or nowhere.
    pub fn is_redirect(&self) -> bool {
        (300..400).contains(&self.status)
    }
}

/// There was no complete answer.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{kind}: {detail}")]
pub struct Failure {
    pub kind: FailureKind,
    /// For the partner's engineer: nothing in it is secret.
    pub detail: String,
    /// When the answer began, and broke off.
    pub status: Option<u16>,
    /// The `Retry-After` header as it came.
    pub retry_after: Option<String>,
    /// Its headers, as those of an [`Answer`].
    pub headers: BTreeMap<String, String>,
    pub duration: Duration,
}

/// Where it failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailureKind {
    /// The name led to an address that is not dialled.
    RefusedAddress,
    /// The name could not be resolved.
    Dns,
    /// Nobody listens on that port.
    ConnectRefused,
    /// No connection, for another reason.
    Connect,
    /// The certificate or the handshake was not accepted.
    Tls,
    /// The time was over, wherever it went.
    Timeout,
    /// The connection broke off before the answer's end.
    Reset,
    /// What came back was not HTTP.
    Protocol,
}

impl FailureKind {
    /// As it stands in logs, metrics and answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::RefusedAddress => "refused_address",
            Self::Dns => "dns",
            Self::ConnectRefused => "connect_refused",
            Self::Connect => "connect",
            Self::Tls => "tls",
            Self::Timeout => "timeout",
            Self::Reset => "reset",
            Self::Protocol => "protocol",
        }
    }
}

impl fmt::Display for FailureKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
