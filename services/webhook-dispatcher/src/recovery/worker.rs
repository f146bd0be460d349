//! Taking turns.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, SubsecRound, Utc};
use service_kit::Clock;
use store::Db;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::turn::{Taken, Turn};
use crate::db::recoveries;
use crate::delivery::room::Room;
use crate::entropy::Entropy;
use crate::error::DispatcherError;
use crate::metrics::DispatcherMetrics;
use crate::retention::Days;

/// Recoveries, and turns of each, between two looks at which are due.
const MOST_AT_ONCE: i64 = 50;
const MOST_TURNS: usize = 20;
/// The look at what is due when there is nothing, or something is wrong.
const IDLE: Duration = Duration::from_secs(1);
/// Another replica may be at what is due.
const SHORTEST: Duration = Duration::from_millis(20);

/// Takes the turns of all recoveries; every replica has one.
pub struct Recoverer {
    pub db: Db,
    pub clock: Clock,
    pub entropy: Arc<dyn Entropy>,
    pub room: Arc<Room>,
    pub metrics: DispatcherMetrics,
    /// Nothing is added to so many deliveries that wait for an endpoint already.
    pub most_waiting: i64,
    /// How long the log of organisations that chose nothing is kept.
    pub retention: Days,
}

impl Recoverer {
    /// Works until the token is cancelled.
    pub async fn run(self, token: CancellationToken) {
        while !token.is_cancelled() {
            let pause = self.round(&token).await.unwrap_or_else(|error| {
                tracing::warn!(%error, "recoveries were not looked for");
                IDLE
            });
            tokio::select! {
                () = token.cancelled() => {}
                () = tokio::time::sleep(pause) => {}
            }
        }
    }

    /// Lets every recovery that is due have its turns. Answers how long there is nothing to do.
    async fn round(&self, token: &CancellationToken) -> Result<Duration, DispatcherError> {
        let due = recoveries::due(&mut *self.db.conn().await?, self.now(), MOST_AT_ONCE).await?;
        let mut shortest = SHORTEST;
        for id in due {
            if let Err(error) = self.turns(id, token).await {
                // The others go on.
                tracing::warn!(%error, recovery_id = %id, "a recovery did not go on");
                shortest = IDLE;
            }
        }
        let next = recoveries::next_due(&mut *self.db.conn().await?).await?;
        let until = |due: DateTime<Utc>| (due - self.now()).to_std().unwrap_or_default();
        Ok(next.map_or(IDLE, until).clamp(shortest, IDLE))
    }

    async fn turns(&self, id: Uuid, token: &CancellationToken) -> Result<(), DispatcherError> {
        for _ in 0..MOST_TURNS {
            if token.is_cancelled() || !self.turn(id).await? {
                break;
            }
        }
        Ok(())
    }

    /// One turn, in one transaction: what is owed, its numbers and the position. False: the next
    /// is not due at once.
    async fn turn(&self, id: Uuid) -> Result<bool, DispatcherError> {
        let turn = Turn {
            entropy: self.entropy.as_ref(),
            most_waiting: self.most_waiting,
            retention: self.retention,
            now: self.now(),
        };
        let taken = self.db.transaction(async |conn| turn.take(conn, id).await);
        let Some(Taken { recovery, made }) = taken.await? else {
            return Ok(false);
        };
        if made > 0 {
            self.metrics.recovered(made);
            // What is owed is in the table; it need not wait there for the next look.
            self.room.wake();
        }
        let progress = recovery.progress;
        if progress.finished_at.is_some() {
            let (status, recovered) = (progress.status, progress.recovered);
            tracing::info!(recovery_id = %id, status, recovered, "recovery has ended");
            return Ok(false);
        }
        Ok(progress.due_at <= self.now())
    }

    /// In microseconds, as PostgreSQL keeps it.
    fn now(&self) -> DateTime<Utc> {
        self.clock.now().trunc_subsecs(6)
    }
}
