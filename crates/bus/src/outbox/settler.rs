//! Writes down what the broker has said of messages, beside their publication.

use std::time::Duration;

use store::{Db, StoreError, outbox};
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

/// What comes within so long is written together. The rows are claimed for much longer.
const GATHER: Duration = Duration::from_millis(20);
/// Between two attempts while the database is away.
const PAUSE: Duration = Duration::from_millis(500);

/// Ids of rows.
#[derive(Default)]
pub(super) struct Judged {
    /// The broker has them.
    pub(super) confirmed: Vec<i64>,
    /// It may have them or not: they are given back, for another attempt at once.
    pub(super) unjudged: Vec<i64>,
}

/// Works until the relay has ended and everything is written. What cannot be written now is
/// remembered; once the token is cancelled there is one more attempt.
pub(super) async fn run(db: &Db, mut judged: UnboundedReceiver<Judged>, token: &CancellationToken) {
    let mut owed = Judged::default();
    while let Some(first) = judged.recv().await {
        owed.add(first);
        tokio::select! {
            () = token.cancelled() => {}
            () = sleep(GATHER) => {}
        }
        loop {
            while let Ok(more) = judged.try_recv() {
                owed.add(more);
            }
            let Err(error) = owed.settle(db).await else {
                break;
            };
            tracing::warn!(%error, "what became of messages is not written yet");
            tokio::select! {
                () = token.cancelled() => break,
                () = sleep(PAUSE) => {}
            }
        }
    }
    if let Err(error) = owed.settle(db).await {
        tracing::warn!(%error, "some messages will be published once more");
    }
}

impl Judged {
    fn add(&mut self, more: Self) {
        self.confirmed.extend(more.confirmed);
        self.unjudged.extend(more.unjudged);
    }

    async fn settle(&mut self, db: &Db) -> Result<(), StoreError> {
        if !self.confirmed.is_empty() {
            outbox::remove(&mut *db.conn().await?, &self.confirmed).await?;
            self.confirmed.clear();
        }
        if !self.unjudged.is_empty() {
            outbox::release(&mut *db.conn().await?, &self.unjudged).await?;
            self.unjudged.clear();
        }
        Ok(())
    }
}
