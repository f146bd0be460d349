//! How a request is worked on: in a transaction, again when the database was away, counted.

use std::time::Duration;

use contracts::rpc::Call;
use contracts::v1::Fault;
use store::AsyncPgConnection;
use tokio::time::{Instant, sleep};

use super::Service;
use crate::commands::{Command, Outcome};
use crate::context::Context;
use crate::error::OpsError;
use crate::metrics::Ending;

/// First and longest pause before a command is tried again.
const FIRST_PAUSE: Duration = Duration::from_millis(20);
const LONGEST_PAUSE: Duration = Duration::from_millis(500);
/// What is left of the caller's patience for the answer to arrive.
const RESERVE: Duration = Duration::from_millis(200);

impl Service {
    /// Reads and carries out a command. One that the database broke off is tried again while the
    /// caller waits: whether its commit went through is not known, and need not be, since every
    /// command may be repeated.
    pub(super) async fn command<C, R>(
        &self,
        call: Call,
        request: R,
    ) -> Result<Outcome<C::Answer>, Fault>
    where
        C: Command + TryFrom<R, Error = OpsError>,
    {
        let begun = Instant::now();
        let outcome = match C::try_from(request) {
            Ok(command) => self.persist(&command, &call, begun).await,
            Err(error) => Err(error),
        };
        let ending = match &outcome {
            Ok(Outcome::Executed(_)) => Ending::Executed,
            Ok(Outcome::AlreadyApplied(_)) => Ending::AlreadyApplied,
            Err(error) => ending_of(error),
        };
        self.metrics.ended(C::NAME, ending, begun.elapsed());
        outcome.map_err(Fault::from)
    }

    async fn persist<C: Command>(
        &self,
        command: &C,
        call: &Call,
        begun: Instant,
    ) -> Result<Outcome<C::Answer>, OpsError> {
        let context = Context {
            clock: self.clock.clone(),
            entropy: self.entropy.clone(),
            vault: Some(self.vault.clone()),
            traceparent: service_kit::traceparent::current().or_else(|| call.traceparent.clone()),
        };
        let mut pause = FIRST_PAUSE;
        loop {
            let outcome = self
                .db
                .transaction(async |conn| command.execute(conn, &context).await)
                .await;
            match outcome {
                Err(error)
                    if error.is_transient()
                        && begun.elapsed() + pause + RESERVE < call.remaining =>
                {
                    tracing::debug!(%error, command = C::NAME, "trying again");
                    sleep(pause).await;
                    pause = (pause * 2).min(LONGEST_PAUSE);
                }
                outcome => return outcome,
            }
        }
    }

    /// Looks something up.
    pub(super) async fn query<T>(
        &self,
        name: &'static str,
        look: impl AsyncFnOnce(&mut AsyncPgConnection) -> Result<T, OpsError>,
    ) -> Result<T, Fault> {
        let begun = Instant::now();
        let found = match self.db.conn().await {
            Ok(mut conn) => look(&mut conn).await,
            Err(error) => Err(error.into()),
        };
        let ending = found.as_ref().map_or_else(ending_of, |_| Ending::Executed);
        self.metrics.ended(name, ending, begun.elapsed());
        found.map_err(Fault::from)
    }
}

fn ending_of(error: &OpsError) -> Ending {
    if error.is_ours() {
        Ending::Failed
    } else {
        Ending::Refused
    }
}
