//! The relay: takes what transactions left in the outbox to the broker.

use std::time::Duration;

use diesel::result::Error as QueryError;
use secrecy::SecretString;
use store::{Db, StoreError, outbox};
use tokio_util::sync::CancellationToken;

use crate::connection::Bus;
use crate::message::OutMessage;
use crate::publish::{PublishError, Publisher};

/// Rows taken at once.
const BATCH: u32 = 1_024;
/// How long a claim lasts: the pause after a relay died with claimed rows.
const LEASE: Duration = Duration::from_secs(10);
/// The look at the table when no notice came.
const TIMER: Duration = Duration::from_millis(500);
/// The longest pause while nothing can be published.
const LONGEST_PAUSE: Duration = Duration::from_secs(8);

#[derive(Debug, thiserror::Error)]
enum RelayError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Query(#[from] QueryError),
    #[error("{0} messages were not confirmed; the first: {1}")]
    Unconfirmed(usize, PublishError),
}

/// What a step did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Idle,
    Published(usize),
}

struct Relay {
    db: Db,
    publisher: Publisher,
    /// Confirmed, and not yet removed.
    confirmed: Vec<i64>,
    /// Claimed and not judged by the broker, and not yet given back.
    unjudged: Vec<i64>,
}

/// How long a stopping replica waits for its last messages to be published. What is still owed
/// then goes out with another replica, or at the next start.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// Returns when everything is published, or when that takes too long: for a service that has
/// ended its work and is about to end its relay.
pub async fn last_words(db: &Db) {
    let published = async {
        while !matches!(owed(db).await, Ok(owed) if owed.rows == 0) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    // What is late is not lost.
    let _ = tokio::time::timeout(LAST_WORDS, published).await;
}

/// How much is owed.
pub async fn owed(db: &Db) -> Result<outbox::Owed, StoreError> {
    Ok(outbox::owed(&mut *db.conn().await?).await?)
}

/// Publishes whatever is owed until the token is cancelled. Any number of replicas may run it; a
/// message may be published twice, never not at all.
pub async fn run(db: Db, database_url: SecretString, bus: Bus, token: CancellationToken) {
    let wakeups = outbox::listen(&database_url);
    let mut relay = Relay {
        db,
        publisher: bus.publisher(),
        confirmed: Vec::new(),
        unjudged: Vec::new(),
    };
    let mut pause = TIMER;
    while !token.is_cancelled() {
        match relay.step().await {
            Ok(Step::Published(_)) => pause = TIMER,
            Ok(Step::Idle) => {
                pause = TIMER;
                tokio::select! {
                    () = token.cancelled() => {}
                    () = wakeups.wait(TIMER) => {}
                }
            }
            // A notice of new rows is no reason to try again: they would fare no better.
            Err(error) => {
                tracing::warn!(%error, "the relay waits");
                tokio::select! {
                    () = token.cancelled() => {}
                    () = tokio::time::sleep(pause) => {}
                }
                pause = (pause * 2).min(LONGEST_PAUSE);
            }
        }
    }
    if let Err(error) = relay.settle().await {
        tracing::warn!(%error, "some messages will be published once more");
    }
}

impl Relay {
    async fn step(&mut self) -> Result<Step, RelayError> {
        self.settle().await?;
        let rows = {
            let mut conn = self.db.conn().await?;
            outbox::claim(&mut conn, BATCH, LEASE).await?
        };
        if rows.is_empty() {
            return Ok(Step::Idle);
        }
        let ids: Vec<i64> = rows.iter().map(|r| r.id).collect();
        let messages: Vec<OutMessage> = rows.into_iter().map(Into::into).collect();
        let results = self.publisher.publish_all(&messages).await;
        let (mut failed, mut first_error) = (0, None);
        for (id, result) in ids.into_iter().zip(results) {
            let Err(error) = result else {
                self.confirmed.push(id);
                continue;
            };
            match error {
                // They keep their claim: until it ends, and then behind all that is fresh, they
                // hold up nothing.
                PublishError::Refused | PublishError::Unroutable => {}
                PublishError::Disconnected | PublishError::Blocked | PublishError::Unconfirmed => {
                    self.unjudged.push(id);
                }
            }
            failed += 1;
            first_error.get_or_insert(error);
        }
        let published = self.confirmed.len();
        self.settle().await?;
        match first_error {
            Some(error) if published == 0 => Err(RelayError::Unconfirmed(failed, error)),
            Some(error) => {
                tracing::warn!(failed, published, %error, "some messages were not confirmed");
                Ok(Step::Published(published))
            }
            None => Ok(Step::Published(published)),
        }
    }

    /// Writes down what became of the rows. What cannot be written now is remembered.
    async fn settle(&mut self) -> Result<(), RelayError> {
        if !self.confirmed.is_empty() {
            outbox::remove(&mut *self.db.conn().await?, &self.confirmed).await?;
            self.confirmed.clear();
        }
        if !self.unjudged.is_empty() {
            outbox::release(&mut *self.db.conn().await?, &self.unjudged).await?;
            self.unjudged.clear();
        }
        Ok(())
    }
}
