//! A partner's server that is a program of its own: Node's HTTP/2 and HTTP/1.1 over TLS.

use std::process::Stdio;

use futures::future::join_all;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use crate::authority::{Authority, Files, NAME, certificate_for};
use crate::support::post;
use egress::Egress;

pub struct NodePartner {
    pub port: u16,
    /// Ends with the test.
    _process: Child,
    _files: Files,
}

/// What an answer says of how its request came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Came {
    pub version: String,
    /// Which of the server's connections, from 1.
    pub connection: usize,
}

impl NodePartner {
    pub async fn start(authority: &Authority, protocol: &[&str]) -> Self {
        let files = authority.files(certificate_for(NAME));
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/partner.mjs");
        let mut process = Command::new("node")
            .arg(script)
            .args([files.key.path(), files.certificate.path()])
            .args(protocol)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let port = lines.next_line().await.unwrap().unwrap().parse().unwrap();
        Self {
            port,
            _process: process,
            _files: files,
        }
    }

    pub fn url(&self, path: &str) -> String {
        url(self.port, path)
    }
}

pub fn url(port: u16, path: &str) -> String {
    format!("https://{NAME}:{port}{path}")
}

/// One request.
pub async fn ask(egress: &Egress, url: &str) -> Came {
    let answer = post(egress, url).await.unwrap();
    assert_eq!(answer.status, 200);
    let said = String::from_utf8(answer.excerpt.to_vec()).unwrap();
    let (version, connection) = said.split_once(' ').unwrap();
    Came {
        version: version.to_owned(),
        connection: connection.parse().unwrap(),
    }
}

/// So many requests at the same time.
pub async fn burst(egress: &Egress, url: &str, requests: usize) -> Vec<Came> {
    join_all((0..requests).map(|_| ask(egress, url))).await
}

/// The connections they came on, each once.
pub fn connections(came: &[Came]) -> Vec<usize> {
    let mut connections: Vec<_> = came.iter().map(|came| came.connection).collect();
    connections.sort_unstable();
    connections.dedup();
    connections
}
