//! The relay: takes what transactions owe to the broker.
//!
//! What this process commits comes to it by memory and is published at once. It looks at the table
//! for the rest: rows written past `Db::transaction`, and what other relays were given and lost.

mod lane;
mod settler;

use std::time::Duration;

use futures::StreamExt;
use futures::stream::FuturesUnordered;
use secrecy::SecretString;
use store::outbox::{Receiver, Wakeups};
use store::{Db, StoreError, outbox};
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::connection::Bus;
use lane::{Ended, Lane, Rows};
use settler::Judged;

/// Rows published together.
const BATCH: usize = 1_024;
/// Batches under way at one time, so that what comes does not wait for the confirms of what went.
const LANES: usize = 4;
/// The look at the table when no notice came.
const TIMER: Duration = Duration::from_millis(500);
/// The longest pause while nothing can be published.
const LONGEST_PAUSE: Duration = Duration::from_secs(8);

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
    let (judged, to_settle) = unbounded_channel();
    let relay = Relay {
        lanes: (0..LANES).map(|_| Lane::new(&db, &bus)).collect(),
        committed: db.outbox(),
        notices: outbox::listen(&database_url),
        judged,
        is_looking: false,
        look_at: Instant::now(),
        pause: TIMER,
        paused_until: None,
    };
    tokio::join!(relay.run(&token), settler::run(&db, to_settle, &token));
}

struct Relay {
    /// Those that are free.
    lanes: Vec<Lane>,
    committed: Receiver,
    notices: Wakeups,
    judged: UnboundedSender<Judged>,
    /// A lane is looking at the table; one at a time.
    is_looking: bool,
    /// The next look without a notice.
    look_at: Instant,
    /// The next pause after a failure.
    pause: Duration,
    paused_until: Option<Instant>,
}

impl Relay {
    async fn run(mut self, token: &CancellationToken) {
        let mut under_way = FuturesUnordered::new();
        loop {
            let may_begin = self.paused_until.is_none() && !self.lanes.is_empty();
            let paused_until = self.paused_until.unwrap_or_else(Instant::now);
            let rows = tokio::select! {
                () = token.cancelled() => break,
                Some(ended) = under_way.next() => {
                    self.note(ended);
                    continue;
                }
                rows = self.committed.next(BATCH), if may_begin => Rows::Committed(rows),
                () = look(&self.notices, self.look_at), if may_begin && !self.is_looking => Rows::Due,
                () = tokio::time::sleep_until(paused_until), if self.paused_until.is_some() => {
                    self.paused_until = None;
                    continue;
                }
            };
            if let Some(lane) = self.lanes.pop() {
                self.is_looking |= matches!(rows, Rows::Due);
                under_way.push(lane.publish(rows, BATCH));
            }
        }
        self.committed.close();
        while let Some(ended) = under_way.next().await {
            self.settle(ended.judged);
        }
    }

    fn note(&mut self, ended: Ended) {
        self.lanes.push(ended.lane);
        if ended.has_looked {
            self.is_looking = false;
            // Where there was something, there may be more.
            let wait = if ended.rows == 0 {
                TIMER
            } else {
                Duration::ZERO
            };
            self.look_at = Instant::now() + wait;
        }
        let published = ended.judged.confirmed.len();
        self.settle(ended.judged);
        match ended.error {
            None if self.pause > TIMER => {
                self.pause = TIMER;
                self.committed.open();
            }
            None => {}
            Some(error) if published > 0 || error.concerns_messages() => {
                tracing::warn!(published, %error, "some messages were not confirmed");
            }
            // A notice of new rows is no reason to try again: they would fare no better.
            Some(error) => {
                tracing::warn!(%error, "the relay waits");
                self.committed.close();
                self.paused_until = Some(Instant::now() + self.pause);
                self.pause = (self.pause * 2).min(LONGEST_PAUSE);
            }
        }
    }

    fn settle(&self, judged: Judged) {
        // The settler ends after the relay.
        let _ = self.judged.send(judged);
    }
}

/// Returns when the table is worth a look.
async fn look(notices: &Wakeups, at: Instant) {
    notices
        .wait(at.saturating_duration_since(Instant::now()))
        .await;
}
