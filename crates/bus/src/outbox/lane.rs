//! One batch at a time from the outbox to the broker.

use std::time::Duration;

use diesel::result::Error as QueryError;
use store::outbox::OutboxRow;
use store::{Db, StoreError, outbox};

use super::settler::Judged;
use crate::connection::Bus;
use crate::message::OutMessage;
use crate::publish::{PublishError, Publisher};

/// How long a claim lasts: the pause after a relay died with claimed rows.
const LEASE: Duration = Duration::from_secs(10);

#[derive(Debug, thiserror::Error)]
pub(super) enum RelayError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Query(#[from] QueryError),
    #[error("{0} messages were not confirmed; the first: {1}")]
    Unconfirmed(usize, PublishError),
}

impl RelayError {
    /// Other messages may fare better.
    pub(super) fn concerns_messages(&self) -> bool {
        use PublishError::{Refused, Unroutable};
        matches!(self, Self::Unconfirmed(_, Refused | Unroutable))
    }
}

/// What to publish.
pub(super) enum Rows {
    /// Just committed by this process.
    Committed(Vec<OutboxRow>),
    /// What the table holds that nobody has claimed.
    Due,
}

/// A channel of its own to the broker.
pub(super) struct Lane {
    db: Db,
    publisher: Publisher,
}

/// What became of a batch.
pub(super) struct Ended {
    pub(super) lane: Lane,
    pub(super) has_looked: bool,
    pub(super) rows: usize,
    pub(super) judged: Judged,
    pub(super) error: Option<RelayError>,
}

impl Lane {
    pub(super) fn new(db: &Db, bus: &Bus) -> Self {
        Self {
            db: db.clone(),
            publisher: bus.publisher(),
        }
    }

    pub(super) async fn publish(self, rows: Rows, most: usize) -> Ended {
        let has_looked = matches!(rows, Rows::Due);
        let (rows, error) = match rows {
            Rows::Committed(rows) => (rows, None),
            Rows::Due => match self.claim(most).await {
                Ok(rows) => (rows, None),
                Err(error) => (Vec::new(), Some(error)),
            },
        };
        let count = rows.len();
        let (judged, unconfirmed) = self.send(rows).await;
        Ended {
            lane: self,
            has_looked,
            rows: count,
            judged,
            error: error.or(unconfirmed),
        }
    }

    async fn claim(&self, most: usize) -> Result<Vec<OutboxRow>, RelayError> {
        let most = u32::try_from(most).unwrap_or(u32::MAX);
        Ok(outbox::claim(&mut *self.db.conn().await?, most, LEASE).await?)
    }

    async fn send(&self, rows: Vec<OutboxRow>) -> (Judged, Option<RelayError>) {
        let (mut judged, mut failed, mut first_error) = (Judged::default(), 0, None);
        if rows.is_empty() {
            return (judged, None);
        }
        let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
        let messages: Vec<OutMessage> = rows.into_iter().map(Into::into).collect();
        let results = self.publisher.publish_all(&messages).await;
        for (id, result) in ids.into_iter().zip(results) {
            let Err(error) = result else {
                judged.confirmed.push(id);
                continue;
            };
            match error {
                // They keep their claim: until it ends, and then behind all that is fresh, they
                // hold up nothing.
                PublishError::Refused | PublishError::Unroutable => {}
                PublishError::Disconnected | PublishError::Blocked | PublishError::Unconfirmed => {
                    judged.unjudged.push(id);
                }
            }
            failed += 1;
            first_error.get_or_insert(error);
        }
        let error = first_error.map(|first| RelayError::Unconfirmed(failed, first));
        (judged, error)
    }
}
