//! What a command works with: the world, the broker and the services.

use std::io::{self, BufRead, BufReader, Read};
use std::path::PathBuf;
use std::time::Duration;

use bus::{Bus, BusError, RpcClient};
use chrono::{DateTime, Utc};
use contracts::v1::{FlightOpsClient, KeyServiceClient, ReadModelClient, WebhookDispatcherClient};
use secrecy::{ExposeSecret, SecretString};
use tokio::time::Instant;
use uuid::Uuid;

use crate::args::Global;
use crate::environment::Environment;
use crate::failure::{Failure, Status};
use crate::host::Host;
use crate::output::{Answer, Output};
use crate::progress::Progress;

/// How long a broker that does not answer is waited for.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// Bytes of a line that is read from standard input, at most.
const LONGEST_LINE: u64 = 4096;

pub struct Session {
    pub output: Output,
    pub environment: Environment,
    pub directory: PathBuf,
    input: Box<dyn Read + Send>,
    err_is_terminal: bool,
    json: bool,
    amqp_url: Option<SecretString>,
    now: fn() -> DateTime<Utc>,
    new_id: fn() -> Uuid,
}

impl Session {
    pub fn new(host: Host, global: Global) -> Self {
        Self {
            output: Output::new(host.out, host.err, global.json),
            environment: Environment::new(host.environment, &host.directory),
            directory: host.directory,
            input: host.input,
            err_is_terminal: host.err_is_terminal,
            json: global.json,
            amqp_url: global.amqp_url,
            now: host.now,
            new_id: host.new_id,
        }
    }

    pub fn now(&self) -> DateTime<Utc> {
        (self.now)()
    }

    pub fn new_id(&self) -> Uuid {
        (self.new_id)()
    }

    /// The first line of standard input.
    pub fn read_line(&mut self) -> Result<String, Failure> {
        let mut line = Vec::new();
        let read = BufReader::new(&mut self.input)
            .take(LONGEST_LINE)
            .read_until(b'\n', &mut line);
        let unreadable = |error: io::Error| {
            let message = format!("standard input cannot be read: {error}");
            Failure::new(Status::Failed, "input_failed", message)
        };
        read.map_err(unreadable)?;
        Ok(String::from_utf8_lossy(&line).into_owned())
    }

    pub fn show(&mut self, answer: &impl Answer) -> Result<(), Failure> {
        Ok(self.output.answer(answer)?)
    }

    /// Something that takes a while: drawn on a terminal, told in lines elsewhere.
    pub fn progress(&self, what: &'static str) -> Progress {
        Progress::new(what, self.err_is_terminal, self.json)
    }

    /// The same, of so many.
    pub fn progress_of(&self, what: &'static str, all: u64) -> Progress {
        self.progress(what).of(all)
    }

    pub async fn flight_ops(&self) -> Result<FlightOpsClient<RpcClient>, Failure> {
        Ok(FlightOpsClient::new(RpcClient::new(&self.bus().await?)))
    }

    pub async fn keys(&self) -> Result<KeyServiceClient<RpcClient>, Failure> {
        Ok(KeyServiceClient::new(RpcClient::new(&self.bus().await?)))
    }

    pub async fn read_model(&self) -> Result<ReadModelClient<RpcClient>, Failure> {
        Ok(ReadModelClient::new(RpcClient::new(&self.bus().await?)))
    }

    pub async fn webhooks(&self) -> Result<WebhookDispatcherClient<RpcClient>, Failure> {
        Ok(WebhookDispatcherClient::new(RpcClient::new(
            &self.bus().await?,
        )))
    }

    /// A connection to the broker, up and usable.
    pub async fn bus(&self) -> Result<Bus, Failure> {
        let given = self
            .amqp_url
            .as_ref()
            .map(|url| url.expose_secret().to_owned());
        let known = || self.environment.get("AMQP_URL").map(str::to_owned);
        let Some(url) = given.or_else(known) else {
            return Err(Failure::bad_input("no_broker", "where the broker is, is not known").next(
                "Start the stack with ./dev up and run gaf below its directory, or set AMQP_URL, or say --amqp-url.",
            ));
        };
        let bus = Bus::connect(&bus::Settings::new(url), "gaf")
            .await
            .map_err(refused)?;
        let deadline = Instant::now() + CONNECT_TIMEOUT;
        while !bus.is_connected() {
            if Instant::now() > deadline {
                return Err(away());
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        Ok(bus)
    }
}

/// The address is left out: it holds a password.
fn refused(error: BusError) -> Failure {
    match error {
        BusError::Address(reason) => Failure::bad_input(
            "no_broker",
            format!("the broker's address cannot be read: {reason}"),
        )
        .next("It looks like amqp://user:password@host:5672/vhost, with %2f for the vhost /."),
        BusError::Disconnected | BusError::Silent | BusError::Broker(_) => away(),
    }
}

fn away() -> Failure {
    let message = format!(
        "the broker did not let us in within {} s",
        CONNECT_TIMEOUT.as_secs()
    );
    Failure::new(Status::Unavailable, "unavailable", message)
        .next("See that RabbitMQ is running (./dev status), and that address, vhost and password are right.")
}

/// What a direct use of the broker came to.
pub fn broker_failure(error: BusError) -> Failure {
    match error {
        BusError::Broker(cause) => Failure::new(
            Status::Failed,
            "broker_error",
            format!("the broker refused: {cause}"),
        ),
        other => refused(other),
    }
}
