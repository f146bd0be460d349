//! The relay: takes what transactions left in the outbox to the broker.

use std::time::Duration;

use diesel::result::Error as QueryError;
use secrecy::SecretString;
use store::{Db, StoreError, outbox};
use tokio_util::sync::CancellationToken;

use crate::connection::Bus;
use crate::message::OutMessage;
use crate::publish::Publisher;

/// Rows taken at once.
const BATCH: u32 = 1_024;
/// How long a claim lasts: the pause after a relay died with claimed rows.
const LEASE: Duration = Duration::from_secs(10);
/// The look at the table when no notice came.
const TIMER: Duration = Duration::from_millis(500);

#[derive(Debug, thiserror::Error)]
enum RelayError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Query(#[from] QueryError),
    #[error("{0} of {1} messages were not confirmed; the first: {2}")]
    Unconfirmed(usize, usize, crate::PublishError),
}

/// What a step did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Idle,
    Published(usize),
}

/// Publishes whatever is owed until the token is cancelled. Any number of replicas may run it; a
/// message may be published twice, never not at all.
pub async fn run(db: Db, database_url: SecretString, bus: Bus, token: CancellationToken) {
    let wakeups = outbox::listen(&database_url);
    let publisher = bus.publisher();
    while !token.is_cancelled() {
        let wait = match step(&db, &publisher).await {
            Ok(Step::Published(_)) => continue,
            Ok(Step::Idle) => TIMER,
            Err(error) => {
                tracing::warn!(%error, "the relay waits");
                TIMER
            }
        };
        tokio::select! {
            () = token.cancelled() => {}
            () = wakeups.wait(wait) => {}
        }
    }
}

async fn step(db: &Db, publisher: &Publisher) -> Result<Step, RelayError> {
    let rows = {
        let mut conn = db.conn().await?;
        outbox::claim(&mut conn, BATCH, LEASE).await?
    };
    if rows.is_empty() {
        return Ok(Step::Idle);
    }
    let ids: Vec<i64> = rows.iter().map(|r| r.id).collect();
    let messages: Vec<OutMessage> = rows.into_iter().map(Into::into).collect();
    let results = publisher.publish_all(&messages).await;
    let (mut confirmed, mut kept, mut first_error) =
        (Vec::with_capacity(ids.len()), Vec::new(), None);
    for (id, result) in ids.into_iter().zip(results) {
        match result {
            Ok(()) => confirmed.push(id),
            Err(error) => {
                first_error.get_or_insert(error);
                kept.push(id);
            }
        }
    }
    let mut conn = db.conn().await?;
    outbox::remove(&mut conn, &confirmed).await?;
    match first_error {
        None => Ok(Step::Published(confirmed.len())),
        Some(error) => {
            outbox::release(&mut conn, &kept).await?;
            Err(RelayError::Unconfirmed(kept.len(), messages.len(), error))
        }
    }
}
