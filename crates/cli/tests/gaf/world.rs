//! A broker of the test's own, played services on it, and the program run against them.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use bus::{Bus, RpcClient, ServeOptions, serve};
use contracts::rpc::Handler;
use contracts::v1::{FlightOpsServer, KeyServiceServer, ReadModelServer, WebhookDispatcherServer};
use serde_json::Value;
use tempfile::TempDir;
use test_support::{TestBroker, eventually};
use tokio::process::Command;
use tokio_util::sync::{CancellationToken, DropGuard};
use uuid::Uuid;

use crate::fakes::{FakeFlightOps, FakeKeys, FakeReadModel, FakeWebhooks};

pub const LIMIT: Duration = Duration::from_secs(60);

pub struct World {
    pub broker: TestBroker,
    pub bus: Bus,
    /// Where the program is run.
    pub directory: TempDir,
    stop: CancellationToken,
    _guard: DropGuard,
}

/// What a run of the program came to.
pub struct Ran {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl World {
    /// A broker, and no service on it.
    pub async fn start() -> Self {
        let broker = TestBroker::create().await;
        let bus = Bus::connect(&bus::Settings::new(broker.amqp_url.clone()), "fakes")
            .await
            .unwrap();
        eventually("the broker is there", LIMIT, async || {
            bus.is_connected().then_some(())
        })
        .await;
        let stop = CancellationToken::new();
        let guard = stop.clone().drop_guard();
        Self {
            broker,
            bus,
            directory: TempDir::new().unwrap(),
            stop,
            _guard: guard,
        }
    }

    pub async fn flight_ops(&self, fake: FakeFlightOps) -> FakeFlightOps {
        self.play(FlightOpsServer(fake.clone())).await;
        fake
    }

    pub async fn keys(&self, fake: FakeKeys) -> FakeKeys {
        self.play(KeyServiceServer(fake.clone())).await;
        fake
    }

    pub async fn webhooks(&self, fake: FakeWebhooks) -> FakeWebhooks {
        self.play(WebhookDispatcherServer(fake.clone())).await;
        fake
    }

    pub async fn read_model(&self, fake: FakeReadModel) -> FakeReadModel {
        self.play(ReadModelServer(fake.clone())).await;
        fake
    }

    /// Serves until the test ends; returns once requests are answered.
    async fn play<H: Handler>(&self, handler: H) {
        let (bus, stop) = (self.bus.clone(), self.stop.clone());
        tokio::spawn(async move { serve(&bus, handler, ServeOptions::default(), stop).await });
        let client = RpcClient::new(&self.bus);
        eventually("the fake answers", LIMIT, async || {
            use contracts::rpc::{Method, RpcError, Transport};
            let probe: &'static Method = Box::leak(Box::new(Method {
                queue: H::QUEUE,
                name: "None/Such",
                read_only: true,
            }));
            let answer = client.call(probe, Duration::from_secs(1), bytes()).await;
            matches!(answer, Err(RpcError::Fault(_))).then_some(())
        })
        .await;
    }

    /// The program's command line, told where the broker and which the organisation is.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = bare(self.directory.path(), arguments);
        command
            .env("AMQP_URL", &self.broker.amqp_url)
            .env("ORG_ID", org());
        command
    }

    pub async fn gaf(&self, arguments: &[&str]) -> Ran {
        run(self.command(arguments)).await
    }

    /// The answer as JSON; the command must have succeeded.
    pub async fn json(&self, arguments: &[&str]) -> Value {
        let ran = self.gaf(&[arguments, &["--json"]].concat()).await;
        assert_eq!(ran.code, 0, "{}", ran.err);
        serde_json::from_str(&ran.out).unwrap()
    }

    /// Writes a file into the program's directory.
    pub fn file(&self, name: &str, text: &str) {
        std::fs::write(self.directory.path().join(name), text).unwrap();
    }
}

fn bytes() -> prost::bytes::Bytes {
    prost::bytes::Bytes::new()
}

/// The program with nothing in its environment.
pub fn bare(directory: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gaf"));
    command
        .args(arguments)
        .env_clear()
        .current_dir(directory)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    command
}

pub async fn run(mut command: Command) -> Ran {
    let output = tokio::time::timeout(Duration::from_secs(60), command.output())
        .await
        .expect("gaf ends in time")
        .unwrap();
    Ran {
        code: output.status.code().expect("ends by itself"),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

pub fn id(number: u128) -> String {
    Uuid::from_u128(number).to_string()
}

pub fn org() -> String {
    id(0x0123_4567)
}
