//! Sends days to the system of record: lanes beside each other, the commands of a lane one after
//! the other.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::time::Duration;

use contracts::rpc::{RpcError, Transport};
use contracts::v1::{FlightOpsClient, fault::Kind};
use futures::{StreamExt, TryStreamExt, stream};
use tokio::time::{Instant, sleep};

use crate::command::{Command, Lane, Step};
use crate::school::Day;

/// An answer that does not come within this time is asked for again.
const TIMEOUT: Duration = Duration::from_secs(20);
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);
/// Refusals that are told in full.
const TOLD: usize = 10;

/// What became of the commands that were sent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// Carried out.
    pub applied: u64,
    /// Carried out before.
    pub present: u64,
    /// Refused, which a school that keeps the rules should not be.
    pub refused: u64,
    /// The first of them: what was asked, and why not.
    pub refusals: Vec<String>,
}

/// A command that could not be sent for good.
#[derive(Debug, thiserror::Error)]
#[error("{command}: {error}")]
pub struct Interrupted {
    pub command: &'static str,
    pub error: RpcError,
}

/// Who sends, and how.
pub struct Driver<T: Transport> {
    ops: FlightOpsClient<T>,
    concurrency: NonZeroUsize,
    /// How long a command that fails for a passing reason is tried again.
    patience: Duration,
}

impl<T: Transport> Driver<T> {
    pub fn new(ops: FlightOpsClient<T>, concurrency: NonZeroUsize, patience: Duration) -> Self {
        Self {
            ops: ops.with_timeout(TIMEOUT),
            concurrency,
            patience,
        }
    }

    /// Lives through these days together: first all that happens in them, then what closes them.
    ///
    /// # Errors
    /// The first command that found nobody to carry it out, for as long as patience lasts. All of
    /// it may be sent again.
    pub async fn live(&self, days: Vec<Day>) -> Result<Tally, Interrupted> {
        let steps = days.into_iter().flat_map(|day| day.steps);
        let (closing, steps): (Vec<Step>, Vec<Step>) = steps.partition(|step| step.closing);
        let mut tally = Tally::default();
        for part in [steps, closing] {
            let mut lanes: BTreeMap<Lane, Vec<Command>> = BTreeMap::new();
            for step in part {
                lanes.entry(step.lane).or_default().push(step.command);
            }
            // The longest first, so that they do not end alone.
            let mut lanes: Vec<Vec<Command>> = lanes.into_values().collect();
            lanes.sort_by_key(|lane| std::cmp::Reverse(lane.len()));
            let mut lanes = stream::iter(lanes)
                .map(|lane| self.send_all(lane))
                .buffer_unordered(self.concurrency.get());
            while let Some(part) = lanes.try_next().await? {
                tally.add(part);
            }
        }
        Ok(tally)
    }

    async fn send_all(&self, lane: Vec<Command>) -> Result<Tally, Interrupted> {
        let mut tally = Tally::default();
        for command in lane {
            tally.count(&command, self.send(&command).await)?;
        }
        Ok(tally)
    }

    async fn send(&self, command: &Command) -> Result<bool, RpcError> {
        let deadline = Instant::now() + self.patience;
        let mut pause = FIRST_PAUSE;
        loop {
            match command.send(&self.ops).await {
                Err(error) if error.is_transient() && Instant::now() + pause < deadline => {
                    sleep(pause).await;
                    pause = (pause * 2).min(LONGEST_PAUSE);
                }
                outcome => return outcome,
            }
        }
    }
}

impl Tally {
    pub fn add(&mut self, other: Self) {
        self.applied += other.applied;
        self.present += other.present;
        self.refused += other.refused;
        let room = TOLD.saturating_sub(self.refusals.len());
        self.refusals.extend(other.refusals.into_iter().take(room));
    }

    fn count(
        &mut self,
        command: &Command,
        outcome: Result<bool, RpcError>,
    ) -> Result<(), Interrupted> {
        match outcome {
            Ok(true) => self.applied += 1,
            Ok(false) => self.present += 1,
            // Something has gone on since it was asked for the first time.
            Err(RpcError::Fault(fault)) if has_gone_on(&fault.code, fault.kind()) => {
                self.present += 1;
            }
            Err(RpcError::Fault(fault)) if fault.kind() != Kind::Unavailable => {
                self.refused += 1;
                if self.refusals.len() < TOLD {
                    let fields = fault
                        .fields
                        .iter()
                        .map(|f| format!("; {}: {}", f.pointer, f.detail));
                    let (name, code, detail) = (command.name(), &fault.code, &fault.detail);
                    let fields: String = fields.collect();
                    self.refusals
                        .push(format!("{name}: {code}: {detail}{fields}"));
                }
            }
            Err(error) => {
                let command = command.name();
                return Err(Interrupted { command, error });
            }
        }
        Ok(())
    }
}

fn has_gone_on(code: &str, kind: Kind) -> bool {
    kind == Kind::PreconditionFailed || matches!(code, "already_exists" | "invalid_transition")
}
